"""How far coaching reaches, by supervisor and in all. Counts only: nobody who is coached is named.

Ratings are shown by whole fives: a mean changes when five more came, so that no two of them differ by one person's
rating. It is of the newest twenty whatever the period is, for the same reason. The total adds up what the rows show.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, cast, exists, extract, func, literal, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.accounts.queries import everyone_below
from app.coaching.models import Session, SessionRating
from app.coaching.queries.planner import BY_NAME, cadences
from app.coaching.rules.cadence import PATIENCE
from app.coaching.rules.coverage import NEWEST_RATINGS, SHOWN_FROM, Asked, Figures, Period, asked_by_role
from app.core.db import UTCDateTime, db
from app.core.tables import in_batches

_WEEK = 7 * 24 * 3600
_report = aliased(Person)
Counts = dict[int, Mapping[str, Any]]


@dataclass(frozen=True)
class Line:
    """One supervisor: columns of `supervisors`, and the figures."""

    supervisor: Any
    figures: Figures


def supervisors(viewer: Person, *, everyone: bool) -> Select[Any]:
    """Names, employee id and department of those with active reports: of all, or of the viewer and those below."""
    who = (Person.id, Person.given_name, Person.family_name, Person.employee_id, Person.department)
    statement: Any = select(*who).where(_leads(viewer, everyone=everyone))
    found: Select[Any] = statement
    return found


def _leads(viewer: Person, *, everyone: bool) -> ColumnElement[bool]:
    leads = exists(select(_report.id).where(_report.manager_id == Person.id, _report.active))
    if everyone:
        return leads
    return and_(leads, (Person.id == viewer.id) | Person.id.in_(everyone_below(viewer.id)))


def lines(rows: Sequence[Any], period: Period, now: datetime) -> list[Line]:
    """The rows of a page with their figures. Four statements for any number of supervisors."""
    found = _figures([row.id for row in rows], period, now, apart=True)
    return [Line(row, found.get(row.id, Figures())) for row in rows]


def totals(viewer: Person, period: Period, now: datetime, *, everyone: bool) -> Figures:
    """The same of all supervisors whom the viewer sees. Four statements."""
    ids = select(Person.id).where(_leads(viewer, everyone=everyone))
    return _figures(ids, period, now, apart=False)[0]


def all_lines(viewer: Person, period: Period, now: datetime, *, everyone: bool) -> Iterator[Line]:
    """Every line, read in batches by name."""
    statement = supervisors(viewer, everyone=everyone)
    return in_batches(db.session(), statement, BY_NAME["name"], prepare=lambda rows: lines(rows, period, now))


def _figures(ids: Any, period: Period, now: datetime, *, apart: bool) -> dict[int, Figures]:
    """Figures of these supervisors apart, by id; or together, as those of 0."""
    counted = [_people(ids, period, apart), _talks(ids, period, now, apart), _ratings(ids, apart)]
    keys = {key for counts in counted for key in counts} | (set() if apart else {0})
    return {key: Figures(**{name: n for counts in counted for name, n in counts.get(key, {}).items()}) for key in keys}


def _read(key: Any, counts: Mapping[str, Any], apart: bool, *conditions: Any, source: Any = None) -> Counts:
    """Counts by their names, of each value of the key or of all together."""
    shown = key if apart else literal(0)
    statement: Any = select(shown.label("key"), *(count.label(name) for name, count in counts.items()))
    if source is not None:
        statement = statement.select_from(source)
    statement = statement.where(*conditions)
    rows = db.session.execute(statement.group_by(key) if apart else statement)
    return {row.key: {name: getattr(row, name) for name in counts} for row in rows}


def _people(ids: Any, period: Period, apart: bool) -> Counts:
    """Those to coach, and whether each was met as often as their cadence asks. Two statements, with the cadences."""
    roles, others = asked_by_role(cadences(), period)
    end = int(period.end.timestamp())

    def by_role(value: Any) -> Any:
        if not roles:
            return value(others)
        return case({role: value(one) for role, one in roles.items()}, value=Person.job_role, else_=value(others))

    whole = (literal(end, BigInteger) - _came()) // by_role(_seconds)  # cadences since the person came
    talks = by_role(_talks_asked)
    wanted = case((whole < talks, whole), else_=talks)
    met = (
        select(func.count())
        .where(Session.person_id == Person.id, Session.state == "held")
        .where(Session.starts_at >= by_role(_since), Session.starts_at < period.end)
        .correlate(Person)
        .scalar_subquery()
    )
    counts = {
        "people": func.count(),
        "due": func.count().filter(whole >= 1),
        "covered": func.count().filter(whole >= 1, met >= wanted),
    }
    return _read(Person.manager_id, counts, apart, Person.manager_id.in_(ids), Person.active, source=Person)


def _seconds(one: Asked) -> Any:
    return literal(one.weeks * _WEEK, BigInteger)


def _talks_asked(one: Asked) -> Any:
    return literal(one.talks, BigInteger)


def _since(one: Asked) -> Any:
    return literal(one.since, UTCDateTime())


def _came() -> Any:
    """The second in which someone came: when hired or when added, whichever is later (rules.cadence.came_on)."""
    hired, added = _second(Person.hire_date), _second(Person.created_at)
    return case((and_(Person.hire_date.is_not(None), hired > added), hired), else_=added)


def _second(column: Any) -> Any:
    return cast(extract("epoch", column), BigInteger)


def _talks(ids: Any, period: Period, now: datetime, apart: bool) -> Counts:
    """Talks of the period by who planned them, whoever the people report to today. One statement."""
    held = Session.state == "held"
    counts = {
        "planned": func.count(),
        "held": func.count().filter(held),
        "attested": func.count().filter(held, Session.answered_at.is_not(None)),
        "unanswered": func.count().filter(held, Session.answered_at.is_(None), Session.held_at <= now - PATIENCE),
    }
    within = (Session.starts_at >= period.start, Session.starts_at < period.end)
    return _read(
        Session.supervisor_id, counts, apart, Session.supervisor_id.in_(ids), Session.state != "cancelled", *within
    )


def _ratings(ids: Any, apart: bool) -> Counts:
    """The mean of each supervisor's newest ratings, by whole fives; of none where there are fewer. One statement."""
    whose = SessionRating.supervisor_id
    place = func.row_number().over(partition_by=whose, order_by=(Session.answered_at, Session.id))
    n = func.count().over(partition_by=whose)
    numbered = (
        select(whose.label("whose"), SessionRating.rating, place.label("place"), (n - n % SHOWN_FROM).label("shown"))
        .join(Session, Session.id == SessionRating.session_id)
        .where(whose.in_(ids))
        .subquery()
    ).c
    counts = {"ratings": func.count(), "mean": func.avg(numbered.rating)}
    within = (numbered.place <= numbered.shown, numbered.place > numbered.shown - NEWEST_RATINGS)
    found = _read(numbered.whose, counts, apart, *within)
    return {key: {**its, "mean": float(its["mean"])} for key, its in found.items() if its["ratings"]}
