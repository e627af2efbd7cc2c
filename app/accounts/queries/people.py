"""One person, who stands below whom, and whom a person may see."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, literal_column, select, true
from sqlalchemy.orm import aliased, joinedload, make_transient_to_detached
from sqlalchemy.orm.util import identity_key

from app.accounts.models import Person, PersonRole, ReportingLine, Role
from app.core.db import db, reading

SEES_EVERYONE = (Role.HR, Role.CHAMPION, Role.EXECUTIVE, Role.ADMINISTRATOR)


_report = aliased(Person)
_has_reports = exists(select(_report.id).where(_report.manager_id == Person.id)).label("has_reports")
_PEOPLE = select(Person, _has_reports).options(joinedload(Person.role_grants))
# Every request of a signed-in person begins with this one. It is built once and read as columns, with the roles as
# one text: building a statement and loading objects cost more than the database does.
_comma: Any = literal_column("','")  # as a parameter it would be written into the statement anew each time
_roles = select(func.aggregate_strings(PersonRole.role, _comma)).where(PersonRole.person_id == Person.id)
_SIGNED_IN = select(Person.__table__, _has_reports, _roles.scalar_subquery().label("roles")).where(
    Person.id == bindparam("person_id")
)
_COLUMNS = tuple(column.key for column in Person.__table__.columns if column.key != "id")


def _load(condition: ColumnElement[bool]) -> Person | None:
    row = db.session.execute(_PEOPLE.where(condition)).unique().one_or_none()
    if row is None:
        return None
    return _with(row.Person, row.has_reports, [grant.role for grant in row.Person.role_grants])


def _with(person: Person, has_reports: bool, roles: Iterable[str]) -> Person:
    person.has_reports = bool(has_reports)
    person.known_roles = frozenset(map(Role, roles))
    return person


def load_signed_in(person_id: int) -> Person | None:
    """The person with `roles` and `has_reports`, in one statement that takes no write lock.

    The object belongs to the session like one that it loaded. What changes roles loads the person anew.
    """
    if identity_key(Person, person_id) in db.session.identity_map:  # in a session that goes on, as in a command
        return find_person(person_id)
    with reading() as connection:
        row = connection.execute(_SIGNED_IN, {"person_id": person_id}).mappings().one_or_none()
    if row is None:
        return None
    person = Person(**{name: row[name] for name in _COLUMNS})
    person.id = person_id
    make_transient_to_detached(person)
    db.session.add(person)
    return _with(person, row["has_reports"], row["roles"].split(",") if row["roles"] else ())


def find_person(person_id: int) -> Person | None:
    """The person with `role_grants` and `has_reports`, in one statement."""
    return _load(Person.id == person_id)


def find_by_email(email: str) -> Person | None:
    """The person with this address, in any case of letters, with roles and `has_reports`."""
    return _load(Person.email == email.strip().lower())


def find_visible(person_id: int, viewer: Person) -> Person | None:
    """The person, if `viewer` may know that they exist."""
    return _load((Person.id == person_id) & visible_people(viewer))


def find_by_reference(reference: str) -> Person | None:
    """The person whom someone names by employee id or e-mail address."""
    if "@" in reference and (found := find_by_email(reference)):
        return found
    return _load(Person.employee_id == reference.strip())


def everyone_below(manager_id: int) -> Select[int]:
    """Ids of all who report to this person, directly or not: one range of the closure table's key."""
    return select(ReportingLine.descendant_id).where(
        ReportingLine.ancestor_id == manager_id, ReportingLine.descendant_id != manager_id
    )


def is_below(manager_id: int, person_id: int) -> bool:
    """Whether `person_id` reports to `manager_id`, directly or not."""
    line = select(ReportingLine.depth).where(
        ReportingLine.ancestor_id == manager_id, ReportingLine.descendant_id == person_id
    )
    return (db.session.scalar(line) or 0) > 0


def visible_people(person: Person) -> ColumnElement[bool]:
    """Condition on Person.id: those whom `person` may know of (oneself and one's tree, or everyone by role)."""
    if person.has_role(*SEES_EVERYONE):
        return true()
    if person.has_reports:
        tree = select(ReportingLine.descendant_id).where(ReportingLine.ancestor_id == person.id)
        return Person.id.in_(tree)
    return Person.id == person.id


def active_administrators() -> list[int]:
    """Ids of those who can still sign in and give roles."""
    holds = select(PersonRole.person_id).where(PersonRole.role == Role.ADMINISTRATOR)
    return list(db.session.scalars(select(Person.id).where(Person.id.in_(holds), Person.active)))
