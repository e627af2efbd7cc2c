"""When people are due for a talk, and what is planned with them."""

import enum
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from app.accounts.models import Person
from app.coaching.models import Cadence, Session
from app.coaching.rules.cadence import DueState, came_on, due_on, due_state, weeks_for
from app.core.clock import today_in
from app.core.db import db
from app.core.tables import Sort

TWO_WEEKS = timedelta(weeks=2)
_PERSON: Any = Person
# What `due_of` asks of the people it is given.
DUE_COLUMNS = (Person.id, Person.job_role, Person.hire_date, Person.created_at, Person.time_zone)
BY_NAME = {"name": Sort("Name", (_PERSON.family_name, _PERSON.given_name, _PERSON.id))}


@dataclass(frozen=True)
class Due:
    """Where one person stands between two talks. Days are those of the person's zone."""

    last_held: date | None
    next_at: datetime | None  # of the next planned talk; of the latest that was planned and not held when there is none
    next_id: int | None
    due_on: date
    state: DueState


class Shown(enum.StrEnum):
    """Whom the planner lists; in the words that follow "People"."""

    OVERDUE = "overdue"
    SOON = "soon"
    ALL = "all"

    @property
    def words(self) -> str:
        return {
            "overdue": "who are overdue",
            "soon": "who become due within two weeks",
            "all": "who report to you",
        }[self.value]

    def fits(self, due: Due, today: date) -> bool:
        if self is Shown.OVERDUE:
            return due.state is DueState.OVERDUE
        waits = due.state in {DueState.SOON, DueState.FINE}
        return self is Shown.ALL or (waits and due.due_on <= today + TWO_WEEKS)


def due_of(people: Sequence[Any], today: date) -> dict[int, Due]:
    """By person's id; `people` are Persons or rows of DUE_COLUMNS. Three statements for any number of people."""
    ids = [person.id for person in people]
    weeks, held, planned = cadences(), _last_held(ids), _planned(ids)
    return {person.id: _due(person, weeks, held.get(person.id), planned.get(person.id, []), today) for person in people}


def _due(
    person: Any, weeks: Mapping[str, int], held: datetime | None, planned: list[tuple[datetime, int]], today: date
) -> Due:
    def day(moment: datetime) -> date:
        return today_in(person.time_zone, moment)

    last = day(held) if held else None
    coming = [(at, id_) for at, id_ in planned if day(at) >= today]
    next_at, next_id = coming[0] if coming else planned[-1] if planned else (None, None)
    due = due_on(last, came_on(person.hire_date, day(person.created_at)), weeks_for(person.job_role, weeks))
    return Due(last, next_at, next_id, due, due_state(due, day(next_at) if next_at else None, today))


def cadences() -> dict[str, int]:
    """Weeks between two talks by job role. One statement."""
    return {row.job_role: row.weeks for row in db.session.execute(select(Cadence.job_role, Cadence.weeks))}


def _last_held(ids: Sequence[int]) -> dict[int, datetime]:
    statement = (
        select(Session.person_id, func.max(Session.starts_at).label("at"))
        .where(Session.person_id.in_(ids), Session.state == "held")
        .group_by(Session.person_id)
    )
    return {row.person_id: row.at for row in db.session.execute(statement)}


def _planned(ids: Sequence[int]) -> dict[int, list[tuple[datetime, int]]]:
    """The earliest first."""
    statement = (
        select(Session.person_id, Session.starts_at, Session.id)
        .where(Session.person_id.in_(ids), Session.state == "planned")
        .order_by(Session.starts_at, Session.id)
    )
    found: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    for person_id, at, session_id in db.session.execute(statement):
        found[person_id].append((at, session_id))
    return found


def reports_to_coach(supervisor_id: int) -> Sequence[Any]:
    """Rows of DUE_COLUMNS of the active people who report to this person. One statement."""
    return db.session.execute(select(*DUE_COLUMNS).where(*_reports(supervisor_id))).all()


def reports_by_name(supervisor_id: int, ids: Sequence[int] | None) -> Select[Any]:
    """Of the same people the names and job role; only these of them where `ids` are given."""
    statement: Any = select(Person.id, Person.given_name, Person.family_name, Person.job_role)
    narrowed = [] if ids is None else [Person.id.in_(ids)]
    found: Select[Any] = statement.where(*_reports(supervisor_id), *narrowed)
    return found


def _reports(supervisor_id: int) -> tuple[Any, ...]:
    return (Person.manager_id == supervisor_id, Person.active)


def planned_by(supervisor_id: int, session_ids: Sequence[int]) -> set[int]:
    """Those of these sessions that this person planned: the others are not theirs to move. One statement."""
    own = select(Session.id).where(Session.id.in_(session_ids), Session.supervisor_id == supervisor_id)
    return set(db.session.scalars(own))
