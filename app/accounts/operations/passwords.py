"""Passwords: set, changed, verified. What is kept is an argon2 hash."""

import unicodedata
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import update

from app.accounts import queries
from app.accounts.models import AccessLink, Person
from app.accounts.rules import passwords as rules
from app.core.db import db
from app.core.errors import Invalid

# 21 ms a sign-in; the library's defaults would take 235 ms and 64 MiB.
HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


def hash_password(password: str) -> str:
    return HASHER.hash(_as_typed(password))


def _as_typed(password: str) -> str:
    # Keyboards differ in how they compose "é"; to the person it is one password.
    return unicodedata.normalize("NFKC", password)


@cache
def _decoy() -> str:
    return HASHER.hash("nobody's password")


def authenticate(email: str, password: str) -> Person | None:
    """The active person with this address and password.

    An unknown address costs the same time as a wrong password, and neither says which it was.
    """
    decoy = _decoy()
    person = queries.find_by_email(email)
    kept = person.password_hash if person is not None else None
    right = verify(kept or decoy, password[: rules.LONGEST + 1])
    if person is None or kept is None or not right or not person.active:
        return None
    if HASHER.check_needs_rehash(kept):
        person.password_hash = hash_password(password)
        db.session.flush()
    return person


def verify(kept: str, password: str) -> bool:
    try:
        return HASHER.verify(kept, _as_typed(password))
    except (VerificationError, InvalidHashError):
        return False


def set_password(person: Person, password: str, now: datetime) -> None:
    """A new password: every session and every link of before has ended. Raises Invalid at "password"."""
    if problem := rules.problem(password, person.email):
        raise Invalid(problem, {"password": problem})
    person.password_hash = hash_password(password)
    person.session_epoch += 1
    spent = update(AccessLink).where(AccessLink.person_id == person.id, AccessLink.used_at.is_(None))
    db.session.execute(spent.values(used_at=now).execution_options(synchronize_session=False))
    db.session.flush()


def change_password(person: Person, present: str, password: str, now: datetime) -> None:
    """As set_password, for someone who knows the present one. Raises Invalid at "present" or "password"."""
    if person.password_hash is None or not verify(person.password_hash, present[: rules.LONGEST + 1]):
        message = "This is not your present password."
        raise Invalid(message, {"present": message})
    set_password(person, password, now)
