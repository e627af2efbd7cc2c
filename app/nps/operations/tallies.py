"""The tallies that pages read: changed with the responses they count, and made anew by command."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, func, select, text

from app.core import bulk
from app.core.db import Base, db
from app.nps.models import DriverMonth, LabelDay, PairMonth, PersonDay, PersonMonth, Response
from app.nps.operations.vocabulary import Labels
from app.nps.rules.sheets import Remembered
from app.nps.rules.tallying import Counted, Sums, Tally, Whole, tally

# The key of the advisory lock under which responses are written on PostgreSQL ("nps" in ASCII).
_RESPONSES_LOCK = 0x6E7073
_AT_ONCE = 20_000  # responses counted at a time
_SEGMENTS, _DRIVERS = (Counted._fields.index(name) for name in ("segments", "drivers"))
BANDS = ("promoters", "passives", "detractors")
MOMENTS = ("n", "total", "squares")


def lock_responses() -> None:
    """Write responses one transaction at a time. SQLite lets only one write anyway."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _RESPONSES_LOCK})


def change(by: Tally) -> None:
    """Let the tallies follow what was added and taken away."""
    _change(LabelDay, ("label_id", "day"), BANDS, by.label_day)
    _change(PersonDay, ("person_id", "day"), BANDS, by.person_day)
    _change(PersonMonth, ("person_id", "month"), BANDS, by.person_month)
    _change(PairMonth, ("first_id", "second_dimension_id", "month", "second_id"), BANDS, by.pair_month)
    _change(DriverMonth, ("label_id", "month", "driver_id"), MOMENTS, by.driver_month)


def _change(model: type[Base], keys: Sequence[str], sums: Sequence[str], by: Sums) -> None:
    less = (by.amounts < 0).any(axis=1)
    if less.any():
        bulk.take_away(model, keys, sums, _columns(keys, by.keys[less], by.amounts[less]))
        by = Sums(by.keys[~less], by.amounts[~less])
    bulk.add_up(model, keys, sums, _columns(keys, by.keys, by.amounts))


def _columns(names: Sequence[str], keys: Whole, amounts: Whole) -> list[Sequence[Any]]:
    dates = Remembered(date.fromordinal).__getitem__
    columns = [
        list(map(dates, column.tolist())) if name in {"day", "month"} else column.tolist()
        for name, column in zip(names, keys.T, strict=True)
    ]
    return [*columns, *amounts.T.tolist()]


def rebuild_tallies(progress: Callable[[int], None] | None = None) -> int:
    """Count all responses anew, in one transaction; `progress` is told how many more were counted. How many in all."""
    lock_responses()
    for model in (LabelDay, PersonDay, PersonMonth, PairMonth, DriverMonth):
        db.session.execute(delete(model).execution_options(synchronize_session=False))
    labels, counted = Labels(), 0
    for columns in _responses():
        labels.know_segments(label for carried in columns[_SEGMENTS] for label in carried)
        change(tally(columns, labels.dimensions()))
        counted += len(columns[0])
        if progress:
            progress(len(columns[0]))
    db.session.expire_all()
    return counted


def _responses() -> Iterator[list[tuple[Any, ...]]]:
    """The columns of Counted, so many responses at a time."""
    names, last = [getattr(Response, name) for name in Counted._fields], 0
    while True:
        found = select(*names, Response.id).where(Response.id > last).order_by(Response.id).limit(_AT_ONCE)
        *columns, ids = list(zip(*db.session.execute(found), strict=True)) or [()]
        if not ids:
            return
        columns[_SEGMENTS] = tuple(tuple(labels or ()) for labels in columns[_SEGMENTS])
        columns[_DRIVERS] = tuple(_rated(drivers or {}) for drivers in columns[_DRIVERS])
        yield columns
        last = ids[-1]


def _rated(drivers: Mapping[str, int]) -> tuple[tuple[int, int], ...]:
    return tuple((int(driver), rating) for driver, rating in drivers.items())


def number_of_responses() -> int:
    return db.session.scalar(select(func.count()).select_from(Response)) or 0
