"""Add people, change them, move them in the tree, let them go and take them back."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, delete, insert, select

from app.accounts import queries
from app.accounts.models import Person, PersonKey, PersonRole, Role
from app.accounts.operations import closure
from app.accounts.rules import fields, words
from app.core import bus
from app.core.db import db
from app.core.errors import Invalid
from app.events import PeopleChanged

TEXTS = ("employee_id", "email", "given_name", "family_name", "department", "location", "job_role")


def add_person(
    *,
    employee_id: str,
    email: str,
    given_name: str,
    family_name: str,
    now: datetime,
    department: str = "",
    location: str = "",
    job_role: str = "",
    hire_date: date | None = None,
    time_zone: str = "",
    active: bool = True,
    manager: Person | None = None,
    roles: Iterable[Role] = (),
) -> Person:
    """A new person in the tree. Raises Invalid with the field that can't be accepted."""
    texts: dict[str, Any] = {
        "employee_id": employee_id,
        "email": email.lower(),
        "given_name": given_name,
        "family_name": family_name,
        "department": department,
        "location": location,
        "job_role": job_role,
    }
    _raise_if(check_texts(texts, None))
    closure.lock_tree()
    others: dict[str, Any] = {"hire_date": hire_date, "time_zone": time_zone, "active": active, "created_at": now}
    person = Person(**texts, **others)
    db.session.add(person)
    db.session.flush()
    closure.add_leaves([person.id])
    if manager is not None:
        closure.attach(person.id, manager.id)
        person.manager_id = manager.id
        manager.has_reports = True
    write_keys(person)
    _write_roles(person, frozenset(roles))
    db.session.flush()
    bus.publish(PeopleChanged((person.id,), now))
    return person


def change_person(person: Person, changes: Mapping[str, Any], now: datetime) -> None:
    """Set texts, `hire_date` and `time_zone` by name. Raises Invalid with the fields that can't be accepted."""
    texts: dict[str, Any] = {name: value for name, value in changes.items() if name in TEXTS}
    _raise_if(check_texts(texts, person))
    if "email" in texts:
        texts["email"] = texts["email"].lower()
    for name, value in {**changes, **texts}.items():
        setattr(person, name, value)
    db.session.flush()
    write_keys(person)
    bus.publish(PeopleChanged((person.id,), now))


def check_texts(facts: Mapping[str, Any], person: Person | None) -> dict[str, str]:
    """What is wrong with the texts, by field: their shape, or that someone else has the id or address already."""
    texts = {name: value for name, value in facts.items() if name in TEXTS}
    problems = fields.problems(texts)
    for name, label in (("employee_id", "employee id"), ("email", "e-mail address")):
        if name in problems or name not in texts:
            continue
        value = texts[name].lower() if name == "email" else texts[name]
        holder = db.session.execute(
            select(Person.id, Person.given_name, Person.family_name).where(getattr(Person, name) == value)
        ).one_or_none()
        if holder is not None and (person is None or holder.id != person.id):
            problems[name] = f"This {label} belongs to {holder.given_name} {holder.family_name}."
    return problems


def _raise_if(problems: Mapping[str, str]) -> None:
    if problems:
        raise Invalid(" ".join(problems.values()), problems)


def check_supervisor(person: Person, manager: Person | None) -> dict[str, str]:
    """Whether the reporting line would go in a circle, at the field "manager"."""
    if manager is None or not (manager.id == person.id or queries.is_below(person.id, manager.id)):
        return {}
    where = "themselves" if manager.id == person.id else f"{manager.name}, who reports to {person.given_name}"
    return {"manager": f"{person.name} can’t report to {where}: the reporting line would go in a circle."}


def set_manager(person: Person, manager: Person | None, now: datetime) -> None:
    """Move a person, with everyone below, under another supervisor or to the top.

    Raises Invalid at the field "manager" when the new supervisor stands below the person.
    """
    closure.lock_tree()
    _raise_if(check_supervisor(person, manager))
    manager_id = None if manager is None else manager.id
    if person.manager_id == manager_id:
        return
    if person.manager_id is not None:
        closure.detach(person.id)
    if manager is not None:
        closure.attach(person.id, manager.id)
        manager.has_reports = True
    person.manager_id = manager_id
    db.session.flush()
    bus.publish(PeopleChanged((person.id,), now))


def check_roles(person: Person, wanted: frozenset[Role]) -> dict[str, str]:
    """Whether somebody would be left to give roles, at the field "roles"."""
    if Role.ADMINISTRATOR in wanted or not is_last_administrator(person):
        return {}
    return {"roles": f"{person.name} is the only administrator. Give someone else that role first."}


def set_roles(person: Person, roles: Iterable[Role], now: datetime) -> None:
    """Give exactly these roles. Raises Invalid when nobody would be left to give roles."""
    wanted = frozenset(roles)
    _raise_if(check_roles(person, wanted))
    if _write_roles(person, wanted):
        bus.publish(PeopleChanged((person.id,), now))


def _write_roles(person: Person, wanted: frozenset[Role]) -> bool:
    statement = select(PersonRole.role).where(PersonRole.person_id == person.id)
    held = frozenset(Role(role) for role in db.session.scalars(statement))
    person.known_roles = wanted
    if held == wanted:
        return False
    gone = delete(PersonRole).where(PersonRole.person_id == person.id, PersonRole.role.in_(held - wanted))
    db.session.execute(gone.execution_options(synchronize_session=False))
    if added := wanted - held:
        rows = [{"person_id": person.id, "role": str(role)} for role in sorted(added)]
        db.session.execute(insert(cast(Table, PersonRole.__table__)), rows)
    db.session.expire(person, ["role_grants"])
    return True


def is_last_administrator(person: Person) -> bool:
    """Whether nobody else can sign in and give roles."""
    return queries.active_administrators() == [person.id]


def set_time_zone(person: Person, name: str) -> None:
    """The zone in which the person reads times; an empty name means the installation's."""
    if name and not fields.is_time_zone(name):
        _raise_if({"time_zone": "Choose a time zone from the list."})
    person.time_zone = name
    db.session.flush()


def deactivate(person: Person, now: datetime) -> None:
    """Let a person go: sign-in and sessions end, everything they did stays. Twice is harmless."""
    if not person.active:
        return
    if is_last_administrator(person):
        raise Invalid(f"{person.name} is the only administrator. Give someone else that role first.")
    person.active = False
    person.session_epoch += 1
    db.session.flush()
    bus.publish(PeopleChanged((person.id,), now))


def reactivate(person: Person, now: datetime) -> None:
    """Take a person back; their password, if they had one, works again. Twice is harmless."""
    if person.active:
        return
    person.active = True
    db.session.flush()
    bus.publish(PeopleChanged((person.id,), now))


def write_keys(person: Person) -> None:
    """Make the person findable by their present names, address and employee id."""
    wanted = words.keys(person.given_name, person.family_name, person.email, person.employee_id)
    gone = delete(PersonKey).where(PersonKey.person_id == person.id)
    db.session.execute(gone.execution_options(synchronize_session=False))
    rows = [{"key": key, "person_id": person.id} for key in sorted(wanted)]
    db.session.execute(insert(cast(Table, PersonKey.__table__)), rows)
