"""Keep what a form says about a person: all of it, or nothing and what stands in the way."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from app.accounts import queries
from app.accounts.models import Person, Role
from app.accounts.operations.people import (
    add_person,
    change_person,
    check_roles,
    check_supervisor,
    check_texts,
    set_manager,
    set_roles,
)
from app.accounts.rules.fields import fingerprint
from app.core.errors import Conflict, Invalid

FACTS = ("given_name", "family_name", "email", "employee_id", "department", "location", "job_role", "hire_date")


def values_of(person: Person) -> dict[str, Any]:
    """What the form shows of a person, by field."""
    facts = {name: getattr(person, name) for name in FACTS}
    return {**facts, "manager": queries.manager_reference(person), "roles": sorted(map(str, person.roles))}


def mark_of(person: Person) -> str:
    """Changes whenever something changes that the form shows."""
    return fingerprint(values_of(person))


def edit_person(
    person: Person,
    *,
    facts: Mapping[str, Any],
    manager: str,
    roles: Iterable[str] | None,
    seen: str,
    now: datetime,
) -> None:
    """Set the facts, the supervisor (by employee id or address) and, unless None, the roles.

    Raises Invalid with the fields that can't be accepted, and Conflict when `seen` is not the present mark.
    """
    if seen != mark_of(person):
        raise Conflict(
            f"Someone changed {person.name} while you had this page open. Below is what you typed, and nothing of it "
            "is kept so far. Compare it with their page; send it again to keep yours."
        )
    supervisor, problems = _find_supervisor(manager)
    problems |= check_texts(facts, person) | check_supervisor(person, supervisor)
    wanted = None if roles is None else frozenset(Role(role) for role in roles)
    if wanted is not None:
        problems |= check_roles(person, wanted)
    if problems:
        raise Invalid("Some of the fields need another look.", problems)
    change_person(person, facts, now)
    set_manager(person, supervisor, now)
    if wanted is not None:
        set_roles(person, wanted, now)


def add_by_form(facts: Mapping[str, Any], manager: str, roles: Iterable[str], now: datetime) -> Person:
    """A new person as the form describes them. Raises Invalid with the fields that can't be accepted."""
    supervisor, problems = _find_supervisor(manager)
    problems |= check_texts(facts, None)
    if problems:
        raise Invalid("Some of the fields need another look.", problems)
    return add_person(**facts, manager=supervisor, roles=[Role(role) for role in roles], now=now)


def _find_supervisor(reference: str) -> tuple[Person | None, dict[str, str]]:
    if not reference:
        return None, {}
    supervisor = queries.find_by_reference(reference)
    if supervisor is None:
        return None, {"manager": "Nobody has this employee id or e-mail address."}
    return supervisor, {}
