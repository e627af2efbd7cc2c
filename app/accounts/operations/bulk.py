"""Many people at once, in a handful of statements however many they are."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypedDict, cast

from sqlalchemy import Table, bindparam, delete, insert, select, update

from app.accounts.models import Person, PersonKey
from app.accounts.operations import closure
from app.accounts.rules import words
from app.core import bus
from app.core.db import db
from app.events import PeopleChanged

PERSON = cast(Table, Person.__table__)
_CHUNK = 500  # ids in one IN list


class NewPerson(TypedDict):
    """A person to add. The supervisor is named apart, since they may be added by the same call."""

    employee_id: str
    email: str
    given_name: str
    family_name: str
    department: str
    location: str
    job_role: str
    hire_date: date | None
    time_zone: str
    active: bool


def add_people(
    people: Sequence[NewPerson], managers: Mapping[str, str], now: datetime, password_hash: str | None = None
) -> dict[str, int]:
    """Add people who were checked already; `managers` maps an employee id to the supervisor's. Ids by employee id.

    The database's constraints still hold. Publishes one PeopleChanged for all.
    """
    closure.lock_tree()
    insert_people(people, now, password_hash)
    ids = ids_by_employee_id()
    write_managers({ids[employee]: ids[manager] for employee, manager in managers.items()})
    closure.rebuild()
    add_keys({ids[person["employee_id"]]: person for person in people})
    db.session.expire_all()
    bus.publish(PeopleChanged((), now))
    return {person["employee_id"]: ids[person["employee_id"]] for person in people}


def insert_people(people: Sequence[NewPerson], now: datetime, password_hash: str | None = None) -> None:
    rows = [{**person, "password_hash": password_hash, "session_epoch": 0, "created_at": now} for person in people]
    if rows:
        db.session.execute(insert(PERSON), rows)


def ids_by_employee_id() -> dict[str, int]:
    return {row.employee_id: row.id for row in db.session.execute(select(Person.employee_id, Person.id))}


def write_managers(managers: Mapping[int, int | None]) -> None:
    """Set supervisors by id. The closure table is left to the caller."""
    rows = [{"person": person, "manager": manager} for person, manager in managers.items()]
    if rows:
        statement = update(PERSON).where(PERSON.c.id == bindparam("person")).values(manager_id=bindparam("manager"))
        db.session.execute(statement, rows)


def add_keys(people: Mapping[int, NewPerson]) -> None:
    """Make people findable who had no keys."""
    rows: list[dict[str, Any]] = [
        {"key": key, "person_id": person_id}
        for person_id, person in people.items()
        for key in words.keys(person["given_name"], person["family_name"], person["email"], person["employee_id"])
    ]
    rows.sort(key=lambda row: row["key"])  # in the order of the index, which is far quicker
    if rows:
        db.session.execute(insert(cast(Table, PersonKey.__table__)), rows)


def drop_keys(person_ids: Sequence[int]) -> None:
    for start in range(0, len(person_ids), _CHUNK):
        chunk = person_ids[start : start + _CHUNK]
        statement = delete(PersonKey).where(PersonKey.person_id.in_(chunk))
        db.session.execute(statement.execution_options(synchronize_session=False))
