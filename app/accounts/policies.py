"""Who may see and change people."""

from typing import Any

from app.accounts import queries
from app.accounts.models import Person, Role


def can_use_uplift(person: Person, obj: Any) -> bool:
    """Everyone who is signed in."""
    return True


def can_see_people(person: Person, obj: Any) -> bool:
    """Supervisors (their own tree) and everyone with a role."""
    return person.is_supervisor or person.has_role(*queries.SEES_EVERYONE)


def can_see_person(person: Person, other: Person) -> bool:
    """Oneself, one's own tree, or everyone by role."""
    return other.id == person.id or person.has_role(*queries.SEES_EVERYONE) or queries.is_below(person.id, other.id)


def can_edit_people(person: Person, other: Person | None) -> bool:
    """HR and administrators. HR may not change an administrator: their address is the way to their account."""
    if person.has_role(Role.ADMINISTRATOR):
        return True
    return person.has_role(Role.HR) and (other is None or not other.has_role(Role.ADMINISTRATOR))


def can_give_roles(person: Person) -> bool:
    """Administrators alone."""
    return person.has_role(Role.ADMINISTRATOR)


def can_let_go(person: Person, other: Person) -> bool:
    """Whoever edits people, but not of themselves: nobody locks themselves out by a slip."""
    return can_edit_people(person, other) and person.id != other.id
