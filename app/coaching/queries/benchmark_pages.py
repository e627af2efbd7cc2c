"""What the pages of benchmarks show: of each measure and job role what holds, since when, and what comes next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.coaching.models import Benchmark, Cadence
from app.coaching.queries.benchmarks import behaviour_id, versions
from app.coaching.rules.benchmarks import InForce, Version, holds_for, newest_begun
from app.core.db import db
from app.core.measures import all_measures
from app.core.tables import Sort

LONG_AGO = date(1900, 1, 1)  # before any benchmark, and with days before it
_PERSON: Any = Person
_BENCHMARK: Any = Benchmark
_COLUMNS = (
    Benchmark.id,
    Benchmark.metric,
    Benchmark.job_role,
    Benchmark.lead_id,
    Benchmark.starts_on,
    Benchmark.target,
    Benchmark.reason,
    Benchmark.set_at,
    Person.given_name,
    Person.family_name,
)
TEAM_SORTS = {
    "supervisor": Sort(
        "Supervisor",
        (
            _PERSON.family_name,
            _PERSON.given_name,
            _BENCHMARK.lead_id,
            _BENCHMARK.metric,
            _BENCHMARK.job_role,
            _BENCHMARK.starts_on,
            _BENCHMARK.id,
        ),
    )
}


@dataclass(frozen=True)
class Series:
    """The versions of one benchmark, oldest first, each with its columns and the names of who set it."""

    metric: str
    job_role: str
    versions: Sequence[Any]
    today: date

    @property
    def _begun(self) -> Sequence[Any]:
        return [version for version in self.versions if version.starts_on <= self.today]

    @property
    def now(self) -> Any:
        """The version in force; None before the first one and after one that ended it."""
        newest = self._begun[-1] if self._begun else None
        return newest if newest is not None and newest.target is not None else None

    @property
    def coming(self) -> Sequence[Any]:
        """Versions that begin after today."""
        return [version for version in self.versions if version.starts_on > self.today]

    @property
    def past(self) -> Sequence[tuple[Any, date]]:
        """Versions that asked for something and were followed by another, newest first, each with the day of that."""
        followed = zip(self._begun, self._begun[1:], strict=False)
        return [(one, after.starts_on) for one, after in followed if one.target is not None][::-1]

    @property
    def live(self) -> bool:
        return self.now is not None or bool(self.coming)

    @property
    def mark(self) -> str:
        """Changes whenever a version is added, replaced or taken back."""
        return mark_of(self.versions)


def mark_of(versions: Iterable[Any]) -> str:
    """What the form keeps of a series, to notice a change in between."""
    times = sorted(version.set_at.isoformat() for version in versions)
    return f"{len(times)} {times[-1]}" if times else "none"


def company_series(today: date) -> list[Series]:
    """Every benchmark of the company, by job role and measure; everyone's come first. One statement."""
    statement = _versions(Benchmark.lead_id.is_(None))
    rows = db.session.execute(statement.order_by(Benchmark.job_role, Benchmark.metric, Benchmark.starts_on))
    grouped = groupby(rows, key=lambda row: (row.metric, row.job_role))
    return [Series(metric, role, list(versions), today) for (metric, role), versions in grouped]


def series_of(metric: str, job_role: str, lead_id: int | None, today: date) -> Series:
    """One benchmark, whether or not it has a version. One statement."""
    whose = Benchmark.lead_id.is_(None) if lead_id is None else Benchmark.lead_id == lead_id
    statement = _versions(whose, Benchmark.metric == metric, Benchmark.job_role == job_role)
    rows = db.session.execute(statement.order_by(Benchmark.starts_on)).all()
    return Series(metric, job_role, rows, today)


def _versions(*conditions: ColumnElement[bool]) -> Any:
    return select(*_COLUMNS).outerjoin(Person, Person.id == Benchmark.set_by_id).where(*conditions)


def team_statement(today: date, lead_id: int | None) -> Select[Any]:
    """What supervisors ask beyond the company, in force or to come; only this one's unless None."""
    newer = aliased(Benchmark)
    same = (newer.lead_id == Benchmark.lead_id, newer.metric == Benchmark.metric, newer.job_role == Benchmark.job_role)
    followed = exists().where(*same, newer.starts_on > Benchmark.starts_on, newer.starts_on <= today)
    in_force = (~followed) & Benchmark.target.is_not(None)
    statement = (
        select(*_COLUMNS)
        .join(Person, Person.id == Benchmark.lead_id)
        .where(or_(Benchmark.starts_on > today, in_force), Person.active)
    )
    whose = statement if lead_id is None else statement.where(Benchmark.lead_id == lead_id)
    return cast(Select[Any], whose)


def company_versions(metrics: Sequence[str]) -> list[Version]:
    """All versions of the company's benchmarks on these measures. One statement."""
    return versions(Benchmark.lead_id.is_(None), Benchmark.metric.in_(metrics))


def company_holds(metric: str, job_role: str, day: date) -> InForce | None:
    """What the company asks on a day: the job role's own, else everyone's. One statement."""
    return holds_for(newest_begun(company_versions([metric]), day), metric, job_role, None)


def asked_before(series: Series, lead: Person | None, day: date) -> float | None:
    """What these people are asked on the eve of a day: the team's own, else the job role's, else everyone's.

    One statement.
    """
    eve = max(day, LONG_AGO) - timedelta(days=1)
    begun = [version for version in series.versions if version.starts_on <= eve]
    companys = company_holds(series.metric, series.job_role, eve)
    target = companys.target if companys is not None else None
    if lead is None or not begun or begun[-1].target is None or target is None:
        return target
    return max(target, float(begun[-1].target))


def roles_of_reports(lead_id: int) -> list[str]:
    """The job roles of those who report to this person directly, sorted. One statement."""
    statement = select(Person.job_role).where(Person.manager_id == lead_id, Person.active, Person.job_role > "")
    return sorted(db.session.scalars(statement.distinct()), key=str.casefold)


def asked_of_behaviours(series: Iterable[Series]) -> dict[int, list[Series]]:
    """By behaviour the company's benchmarks on it that hold or are to come."""
    found: dict[int, list[Series]] = {}
    for one in series:
        number = behaviour_id(one.metric)
        if number is not None and one.live:
            found.setdefault(number, []).append(one)
    return found


def cadences() -> dict[str, Any]:
    """By job role ("" is everyone else): weeks, set_at and the names of who set it. One statement."""
    statement = (
        select(Cadence.job_role, Cadence.weeks, Cadence.set_at, Person.given_name, Person.family_name)
        .outerjoin(Person, Person.id == Cadence.set_by_id)
        .order_by(Cadence.job_role)
    )
    return {row.job_role: row for row in db.session.execute(statement)}


def known_metric(metric: str) -> bool:
    """Whether there is such a measure, or was one that a benchmark still names."""
    return (
        metric in all_measures()
        or db.session.scalar(select(Benchmark.id).where(Benchmark.metric == metric).limit(1)) is not None
    )
