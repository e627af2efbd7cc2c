"""What became of customers' ratings after blockers were fixed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, select

from app.core.db import db
from app.nps.models import Driver, DriverMonth
from app.nps.queries.subjects import company
from app.voice.models import Blocker, Process
from app.voice.rules.movements import Difference, Ratings, Windows, difference, windows

_Months = Mapping[date, Ratings]


@dataclass(frozen=True, slots=True)
class Fix:
    """A blocker that was fixed on a day, and the driver that it touches."""

    blocker_id: int
    driver_id: int
    fixed_on: date


@dataclass(frozen=True, slots=True)
class Moved:
    """A driver around the day of a fix. `difference` is None while it is too early, or ratings are too few."""

    driver: Any  # id, name, low, high
    windows: Windows
    before: Ratings
    after: Ratings
    difference: Difference | None


def moved_after(fixes: Sequence[Fix], today: date) -> dict[int, Moved]:
    """By the blocker's id. At most two statements, however many there are."""
    around = {fix: windows(fix.fixed_on, today) for fix in fixes}
    drivers, ratings = _ratings({fix.driver_id for fix in fixes}, around.values())
    found = {}
    for fix, months in around.items():
        if fix.driver_id in drivers:
            before, after = (_sum(ratings[fix.driver_id], side) for side in (months.before, months.after))
            told = Moved(drivers[fix.driver_id], months, before, after, difference(before, after))
            found[fix.blocker_id] = told
    return found


def after_one(blocker: Blocker, today: date) -> Moved | None:
    """Around the fix of one blocker; None where it is not fixed or touches no driver. At most three statements."""
    if blocker.fixed_on is None:
        return None
    driver_id = blocker.driver_id
    if driver_id is None and blocker.process_id is not None:
        driver_id = db.session.scalar(select(Process.driver_id).where(Process.id == blocker.process_id))
    if driver_id is None:
        return None
    return moved_after([Fix(blocker.id, driver_id, blocker.fixed_on)], today).get(blocker.id)


def _sum(by_month: _Months, months: Iterable[date]) -> Ratings:
    return sum((by_month[month] for month in months if month in by_month), Ratings())


def _ratings(drivers: set[int], around: Iterable[Windows]) -> tuple[dict[int, Any], Mapping[int, _Months]]:
    """The drivers, and the whole company's ratings of them in all these months."""
    by_month: dict[int, dict[date, Ratings]] = defaultdict(dict)
    if not drivers:
        return {}, by_month
    whole = company()
    months = [month for one in around for month in (*one.before, *one.after)]
    of_company = and_(
        DriverMonth.driver_id == Driver.id,
        DriverMonth.label_id == (whole.id if whole else 0),
        DriverMonth.month.between(min(months, default=date.min), max(months, default=date.min)),
    )
    statement = (
        select(Driver.id, Driver.name, Driver.low, Driver.high)
        .add_columns(DriverMonth.month, DriverMonth.n, DriverMonth.total, DriverMonth.squares)
        .outerjoin(DriverMonth, of_company)
        .where(Driver.id.in_(drivers))
    )
    known = {}
    for row in db.session.execute(statement):
        known[row.id] = row
        if row.month is not None:
            by_month[row.id][row.month] = Ratings(row.n, row.total, row.squares)
    return known, by_month


def fixes_of(rows: Iterable[Any]) -> list[Fix]:
    """Of rows with id, driver_id and day, those that touch a driver."""
    return [Fix(row.id, row.driver_id, row.day) for row in rows if row.driver_id is not None]
