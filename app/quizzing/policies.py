"""Who may see an attempt, answer it, and allow one more."""

from typing import Any

from flask import Flask

from app.accounts import queries as accounts
from app.accounts.models import Person, Role
from app.core.permissions import Can, register_policy


def sees_attempt(person: Person, attempt: Any) -> bool:
    """The owner; of a submitted attempt also HR, champions and the supervisors above."""
    if person.id == attempt.person_id:
        return True
    if attempt.submitted_at is None:
        return False
    return person.has_role(Role.HR, Role.CHAMPION) or _is_above(person, attempt.person_id)


def answers_attempt(person: Person, attempt: Any) -> bool:
    return bool(person.id == attempt.person_id)


def grants_attempt(person: Person, other: Person) -> bool:
    """HR, champions, administrators and the supervisors above; nobody to themselves."""
    if person.id == other.id:
        return False
    return person.has_role(Role.HR, Role.CHAMPION, Role.ADMINISTRATOR) or _is_above(person, other.id)


def _is_above(person: Person, person_id: int) -> bool:
    return person.is_supervisor and accounts.is_below(person.id, person_id)


def init_app(app: Flask) -> None:
    register_policy(app, Can.SEE_ATTEMPT, sees_attempt)
    register_policy(app, Can.ANSWER_ATTEMPT, answers_attempt)
    register_policy(app, Can.GRANT_ATTEMPT, grants_attempt)
