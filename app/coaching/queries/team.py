"""A supervisor's people in a table: gaps, the next session, what is overdue, certificates."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.coaching.models import Action, Session
from app.coaching.queries.planner import Due, due_of
from app.coaching.queries.standing import open_gaps
from app.core import measures, tables
from app.core.db import db
from app.core.measures import Known
from app.core.tables import Page, Sort

SIZE = 60
CERTIFICATE = "certification"
_PERSON: Any = Person


@dataclass(frozen=True)
class Row:
    """One who reports to the supervisor."""

    person: Any  # id, names, job_role, manager_id, hire_date, created_at, time_zone, leads
    gaps: list[Any]  # columns of open gaps, oldest first
    due: Due
    overdue: int  # open actions past their day
    certificate: Known | None


def reports(lead_id: int, args: Mapping[str, str]) -> Page:
    """Sixty of the active people who report to this person, by name. One statement."""
    report = aliased(Person)
    leads = exists(select(report.id).where(report.manager_id == Person.id)).label("leads")
    statement: Any = select(
        Person.id,
        Person.given_name,
        Person.family_name,
        Person.job_role,
        Person.manager_id,
        Person.hire_date,
        Person.created_at,
        Person.time_zone,
        leads,
    ).where(Person.manager_id == lead_id, Person.active)
    places = {key: args[key] for key in ("after", "before") if key in args}
    order = {"name": Sort("Name", (_PERSON.family_name, _PERSON.given_name, _PERSON.id))}
    return tables.page(db.session(), statement, order, places, SIZE)


def rows(page: Page, today: date) -> list[Row]:
    """The people of a page with what there is about each. As many statements for twelve people as for sixty."""
    people = page.rows
    ids = [person.id for person in people]
    gaps: dict[int, list[Any]] = {person_id: [] for person_id in ids}
    for gap in open_gaps(ids):
        gaps[gap.person_id].append(gap)
    due, late = due_of(people, today), _overdue(ids, today)
    certificates = measures.known([CERTIFICATE], ids, today)
    return [
        Row(person, gaps[person.id], due[person.id], late[person.id], certificates.get((person.id, CERTIFICATE)))
        for person in people
    ]


def _overdue(ids: list[int], today: date) -> Counter[int]:
    statement = (
        select(Action.person_id, func.count())
        .where(Action.person_id.in_(ids), Action.state == "open", Action.due_on < today)
        .group_by(Action.person_id)
    )
    found: Counter[int] = Counter()
    for person_id, count in db.session.execute(statement):
        found[person_id] = count
    return found


def unanswered_of(lead_id: int) -> int:
    """How many sessions that this supervisor held wait for an answer. One statement."""
    statement = select(func.count()).where(
        Session.supervisor_id == lead_id, Session.state == "held", Session.answered_at.is_(None)
    )
    return db.session.scalar(statement) or 0
