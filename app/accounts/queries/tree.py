"""The people above and below one person, as a page shows them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import Person, ReportingLine
from app.accounts.queries.people import visible_people
from app.core.db import db

SHOWN_REPORTS = 100


def line_above(person_id: int, viewer: Person) -> Sequence[Any]:
    """Everyone above, from the top down: id, names, job role, and whether `viewer` may open their page."""
    statement = (
        select(
            Person.id,
            Person.given_name,
            Person.family_name,
            Person.job_role,
            visible_people(viewer).label("visible"),
        )
        .join(ReportingLine, ReportingLine.ancestor_id == Person.id)
        .where(ReportingLine.descendant_id == person_id, ReportingLine.depth > 0)
        .order_by(ReportingLine.depth.desc())
    )
    return db.session.execute(statement).all()


def direct_reports(person_id: int) -> Sequence[Any]:
    """The first hundred who report to this person, by name: id, names, job role, active."""
    statement = (
        select(Person.id, Person.given_name, Person.family_name, Person.job_role, Person.active)
        .where(Person.manager_id == person_id)
        .order_by(Person.active.desc(), Person.family_name, Person.given_name, Person.id)
        .limit(SHOWN_REPORTS)
    )
    return db.session.execute(statement).all()


def count_reports(person_id: int) -> tuple[int, int]:
    """How many active people report to this person directly, and how many at any distance."""
    statement = (
        select(
            func.count(ReportingLine.descendant_id).filter(ReportingLine.depth == 1),
            func.count(ReportingLine.descendant_id),
        )
        .join(Person, Person.id == ReportingLine.descendant_id)
        .where(ReportingLine.ancestor_id == person_id, ReportingLine.depth > 0, Person.active)
    )
    direct, below = db.session.execute(statement).one()
    return direct, below


def manager_reference(person: Person) -> str:
    """How a form names the supervisor: the employee id, or nothing."""
    if person.manager_id is None:
        return ""
    return db.session.scalar(select(Person.employee_id).where(Person.id == person.manager_id)) or ""
