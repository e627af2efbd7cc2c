"""What customers rate beside the score: how much each rating goes with it, how it moves, and what moved the score."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import select

from app.core.db import db
from app.nps.models import Driver, DriverMonth, Response
from app.nps.queries import counts
from app.nps.queries.narrowing import all_of, size, within
from app.nps.queries.score_pages import comparison
from app.nps.queries.subjects import Kind, Subject, of_subject
from app.nps.rules import (
    ENOUGH,
    Comparison,
    Contribution,
    Drivers,
    Mean,
    Period,
    band,
    enough,
    key_drivers,
    mean_of,
    month_of,
    moved,
    unexplained,
)
from app.nps.rules.answered import Together, answered_together
from app.nps.rules.courses import Course, courses
from app.nps.rules.drivers import ROWS, ROWS_A_DRIVER

MOST_ROWS = 5000  # of the newest responses; more would hardly narrow the intervals and take long
MONTHS = 12
RESAMPLES, MANY, RESAMPLES_OF_MANY = 200, 10, 100  # each resample of more than MANY drivers takes long
_POINTS = {"promoter": 100.0, "passive": 0.0, "detractor": -100.0}


@dataclass(frozen=True)
class Rated:
    """One driver as a subject's customers rated it in a period."""

    driver: Any  # id, name, low, high
    mean: Mean

    def percent(self, value: float) -> float:
        """A rating on the way from the scale's lowest to its highest, 0 to 100."""
        return float(100 * (value - self.driver.low) / (self.driver.high - self.driver.low))


@dataclass(frozen=True)
class Movement:
    """One driver's mean month by month; None in a month without ratings."""

    driver: Any
    means: list[Mean | None]
    course: Course | None


@dataclass(frozen=True)
class Moved:
    """What became of the score between two periods, and how much of that goes with the ratings."""

    comparison: Comparison
    contributions: list[Contribution]
    rest: float  # points


@dataclass(frozen=True)
class Answers:
    """Score and ratings of responses, the newest first; `table` has a row for each, nan where a driver isn't rated."""

    scores: npt.NDArray[np.float64]
    days: list[date]
    drivers: tuple[int, ...]  # the columns' ids, ascending
    table: npt.NDArray[np.float64]
    patterns: Mapping[frozenset[int], int]  # how many responses rate just these drivers

    @property
    def cut(self) -> bool:
        """Whether there are more than were looked at."""
        return len(self.scores) == MOST_ROWS

    def complete(self, drivers: Sequence[int]) -> "Answers":
        """Those that rate all of these."""
        return self.only(np.asarray(np.isfinite(self.matrix(drivers)).all(axis=1)))

    def only(self, kept: npt.NDArray[np.bool_]) -> "Answers":
        days = [day for day, keep in zip(self.days, kept, strict=True) if keep]
        return Answers(self.scores[kept], days, self.drivers, self.table[kept], self.patterns)

    def matrix(self, drivers: Sequence[int]) -> npt.NDArray[np.float64]:
        """The columns of these drivers; one that nobody rated is empty."""
        empty = np.full(len(self.scores), np.nan)
        columns = dict(zip(self.drivers, self.table.T, strict=True))
        return np.column_stack([columns.get(driver, empty) for driver in drivers])

    def means(self, drivers: Iterable[int]) -> dict[int, Mean]:
        """The mean of each driver that was rated, in the order of `drivers`."""
        found = {}
        for driver, column in zip(self.drivers, self.table.T, strict=True):
            values = column[~np.isnan(column)]
            if len(values):
                found[driver] = mean_of(len(values), float(values.sum()), float(values @ values))
        return {driver: found[driver] for driver in drivers if driver in found}


@dataclass(frozen=True)
class Analysis:
    """Drivers of a subject in a period. `found` is None while complete responses are too few."""

    subject: Subject
    period: Period
    answers: Answers
    together: Together
    rated: list[Rated]  # the drivers analysed together, or all while there are too few, by name
    left_out: list[Any]
    found: Drivers | None  # in the order of `together.drivers`

    @property
    def missing(self) -> int:
        """Complete responses that are still needed."""
        return max(0, max(ROWS, ROWS_A_DRIVER * len(self.together.drivers)) - self.together.n)


def analysis(subject: Subject, period: Period) -> Analysis:
    """The importance and the means of the drivers that were answered together. Two statements."""
    answers = _answers(subject, period)
    together = answered_together(answers.patterns)
    known = _drivers(answers.drivers)
    ready = enough(together.n, len(together.drivers))
    rows = answers.complete(together.drivers) if ready else answers
    shown = together.drivers if ready else sorted(known)
    return Analysis(
        subject=subject,
        period=period,
        answers=answers,
        together=together,
        rated=[Rated(known[one], mean) for one, mean in rows.means(shown).items()],
        left_out=[known[one] for one in together.left_out] if ready else [],
        found=_importance(rows, together.drivers, known) if ready else None,
    )


def what_moved(found: Analysis, against: Period) -> Moved | None:
    """How much of the change since another period goes with the ratings of the same drivers. At most three statements.

    None where there is too little to tell: for the coefficients, in one of the periods, or because they share days.
    """
    if found.found is None or (against.first <= found.period.last and found.period.first <= against.last):
        return None
    drivers = found.together.drivers
    now, then = found.answers.complete(drivers), _answers(found.subject, against).complete(drivers)
    compared = comparison(counts.total(found.subject, found.period), counts.total(found.subject, against))
    if compared is None or min(len(now.scores), len(then.scores)) < ENOUGH:
        return None
    names = [one.driver.name for one in found.rated]
    both = np.vstack([now.matrix(drivers), then.matrix(drivers)])
    outcome = [_POINTS[band(int(score))] for score in (*now.scores, *then.scores)]
    fitted = key_drivers(both, outcome, names=names, resamples=0)
    before, after = (dict(zip(names, one.means(drivers).values(), strict=True)) for one in (then, now))
    contributions = moved(before, after, dict(zip(names, fitted.coefficients, strict=True)))
    return Moved(compared, contributions, unexplained(compared.difference, contributions))


def months_until(last: date) -> list[Period]:
    """Twelve months, the last of which holds that day."""
    months = [month_of(last)]
    while len(months) < MONTHS:
        months.append(months[-1].previous())
    return months[::-1]


def movements(found: Analysis, months: Sequence[Period]) -> list[Movement]:
    """How the drivers of an analysis went from month to month. One statement.

    Labels have tallies; of those below someone, who are others every day, the newest responses are looked at.
    """
    stretch, drivers = Period(months[0].first, months[-1].last), [one.driver for one in found.rated]
    if found.subject.kind is Kind.PEOPLE:
        by_month = _by_month(_answers(found.subject, stretch), [driver.id for driver in drivers])
    else:
        by_month = _tallied(found.subject, stretch)
    series = [[by_month.get((driver.id, month.first)) for month in months] for driver in drivers]
    return [Movement(*one) for one in zip(drivers, series, courses(series), strict=True)]


def _answers(subject: Subject, period: Period) -> Answers:
    statement = (
        select(Response.score, Response.drivers, Response.day)
        .where(*all_of([(size(subject, period), of_subject(subject))]), within(period), Response.drivers.is_not(None))
        .order_by(Response.responded_at.desc(), Response.id.desc())
        .limit(MOST_ROWS)
    )
    rows = db.session.execute(statement).all()
    patterns = {frozenset(map(int, ids)): n for ids, n in Counter(frozenset(row.drivers) for row in rows).items()}
    drivers = tuple(sorted(frozenset().union(*patterns)))
    keys = [str(driver) for driver in drivers]
    table = [[row.drivers.get(key, np.nan) for key in keys] for row in rows]
    return Answers(
        scores=np.array([row.score for row in rows], dtype=np.float64),
        days=[row.day for row in rows],
        drivers=drivers,
        table=np.array(table, dtype=np.float64).reshape(len(rows), len(drivers)),
        patterns=patterns,
    )


def _drivers(ids: Iterable[int]) -> dict[int, Any]:
    statement = select(Driver.id, Driver.name, Driver.low, Driver.high).where(Driver.id.in_(list(ids)))
    return {row.id: row for row in db.session.execute(statement.order_by(Driver.name))}


def _importance(rows: Answers, drivers: Sequence[int], known: Mapping[int, Any]) -> Drivers:
    names = [known[driver].name for driver in drivers]
    resamples = RESAMPLES if len(drivers) <= MANY else RESAMPLES_OF_MANY
    return key_drivers(rows.matrix(drivers), rows.scores, names=names, resamples=resamples)


def _by_month(answers: Answers, drivers: Sequence[int]) -> dict[tuple[int, date], Mean]:
    found = {}
    months = [day.replace(day=1) for day in answers.days]
    for month in set(months):
        here = answers.only(np.array([one == month for one in months], dtype=np.bool_))
        found.update({(driver, month): mean for driver, mean in here.means(drivers).items()})
    return found


def _tallied(subject: Subject, stretch: Period) -> dict[tuple[int, date], Mean]:
    statement = select(DriverMonth.driver_id, DriverMonth.month, DriverMonth.n, DriverMonth.total, DriverMonth.squares)
    within = (DriverMonth.label_id == subject.id, DriverMonth.month.between(stretch.first, stretch.last))
    rows = db.session.execute(statement.where(*within, DriverMonth.n > 0))
    return {(row.driver_id, row.month): mean_of(row.n, row.total, row.squares) for row in rows}
