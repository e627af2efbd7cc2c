"""Writing the rubric: behaviours come in versions, so that what was observed keeps the words it was scored by."""

import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from app.accounts.models import Person
from app.coaching.models import LEVELS, Behaviour, BehaviourVersion
from app.coaching.starter import STARTER
from app.core.db import db, insert_for
from app.core.errors import Conflict, Invalid

LONGEST_NAME, LONGEST_DESCRIPTION, LONGEST_LEVEL = 120, 1000, 500
_LONGEST_KEY = 70  # leaves room for a number behind
CHANGED_ELSEWHERE = (
    "Someone wrote a new version of this behaviour while you had this page open. Below is what you typed, and nothing "
    "of it is kept so far. Compare it with the newest version in the history; send it again to keep yours."
)
NAME_TAKEN = "Another behaviour has this name already."


@dataclass(frozen=True, slots=True)
class Wording:
    """What one version says; `levels` from level 1 up."""

    name: str
    description: str
    levels: tuple[str, ...]


def write_behaviour(
    behaviour: Behaviour | None, wording: Wording, by: Person | None, now: datetime, *, seen: int | None = None
) -> Behaviour:
    """Keep a wording as the behaviour's newest version; None makes a new behaviour. The same again changes nothing.

    `seen` is the version that the wording was made from. Raises Conflict when there is a newer one that says something
    else, and Invalid with the fields that can't be accepted. Older versions stay.
    """
    _check(wording)
    if behaviour is None:
        return _write_new(wording, by, now)
    _lock(behaviour)
    current = current_version(behaviour)
    if _says(current, wording):
        return behaviour
    if seen is not None and seen != current.version:
        raise Conflict(CHANGED_ELSEWHERE)
    if _in_use(wording.name, behaviour.id) is not None:
        raise Invalid("", {"name": NAME_TAKEN})
    db.session.execute(update(BehaviourVersion).where(BehaviourVersion.id == current.id).values(is_current=False))
    db.session.expire(current)
    _add_version(behaviour.id, current.version + 1, wording, by, now)
    return behaviour


def current_version(behaviour: Behaviour) -> BehaviourVersion:
    """The wording in use."""
    statement = select(BehaviourVersion).where(
        BehaviourVersion.behaviour_id == behaviour.id, BehaviourVersion.is_current
    )
    return db.session.execute(statement.execution_options(populate_existing=True)).scalar_one()


def retire(behaviour: Behaviour, now: datetime) -> bool:
    """From now on nobody is observed on it; what was observed stays. True when it was in use until now."""
    _lock(behaviour)
    if behaviour.retired_at is not None:
        return False
    behaviour.retired_at = now
    db.session.flush()
    return True


def bring_back(behaviour: Behaviour) -> bool:
    """Observe it again, with its last wording. True when it was retired. Raises Conflict when its name is taken."""
    _lock(behaviour)
    if behaviour.retired_at is None:
        return False
    if _in_use(current_version(behaviour).name, behaviour.id) is not None:
        raise Conflict("Another behaviour in use has the same name. Give that one another name first.")
    behaviour.retired_at = None
    db.session.flush()
    return True


def add_starter_set(by: Person | None, now: datetime) -> int:
    """Put a proposal into a rubric that has never had a behaviour; returns how many were added."""
    if db.session.scalar(select(Behaviour.id).limit(1)) is not None:
        return 0
    added = 0
    for starter in STARTER:
        number = _add_key(starter.key)
        if number is not None:
            _add_version(number, 1, Wording(starter.name, starter.description, starter.levels), by, now)
            added += 1
    return added


def _check(wording: Wording) -> None:
    problems: dict[str, str] = {}
    if not wording.name:
        problems["name"] = "Give it a name, such as “Listens before answering”."
    for number, text in enumerate(wording.levels, 1):
        if not text:
            problems[f"level_{number}"] = f"Say what you see or hear at level {number}."
        elif text in wording.levels[: number - 1]:
            problems[f"level_{number}"] = "This says the same as a lower level: an observer could not tell them apart."
    for name, text, longest in _lengths(wording):
        if len(text) > longest:
            problems[name] = f"There is room for {longest:,} characters; this has {len(text):,}."
    if len(wording.levels) != LEVELS:
        raise Invalid(f"A behaviour has {LEVELS} levels.")
    if problems:
        raise Invalid("", problems)


def _lengths(wording: Wording) -> list[tuple[str, str, int]]:
    levels = [(f"level_{number}", text, LONGEST_LEVEL) for number, text in enumerate(wording.levels, 1)]
    return [("name", wording.name, LONGEST_NAME), ("description", wording.description, LONGEST_DESCRIPTION), *levels]


def _write_new(wording: Wording, by: Person | None, now: datetime) -> Behaviour:
    for key in _keys(wording.name):
        taken = _in_use(wording.name)
        if taken is not None and _says(current_version(taken), wording):  # sent twice
            return taken
        if taken is not None:
            raise Invalid("", {"name": NAME_TAKEN})
        number = _add_key(key)
        if number is not None:
            _add_version(number, 1, wording, by, now)
            return db.session.get_one(Behaviour, number)
    raise AssertionError("numbers don't end")


def _keys(name: str) -> Iterator[str]:
    """ "shows-empathy"; with a number where a behaviour of another name has taken that."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    key = re.sub(r"[^a-z0-9]+", "-", plain)[:_LONGEST_KEY].strip("-") or "behaviour"
    yield key
    for number in itertools.count(2):
        yield f"{key}-{number}"


def _add_key(key: str) -> int | None:
    """The new behaviour's id; None when the key is taken, also by someone at this very moment."""
    statement = insert_for(Behaviour).values(key=key).on_conflict_do_nothing(index_elements=["key"])
    number: int | None = db.session.scalar(statement.returning(Behaviour.id))
    return number


def _in_use(name: str, other_than: int = 0) -> Behaviour | None:
    """Another behaviour in use that has this name, whatever its capitals."""
    statement = (
        select(Behaviour, BehaviourVersion.name)
        .join(BehaviourVersion, BehaviourVersion.behaviour_id == Behaviour.id)
        .where(BehaviourVersion.is_current, Behaviour.retired_at.is_(None), Behaviour.id != other_than)
    )
    rows = db.session.execute(statement).all()
    return next((behaviour for behaviour, other in rows if other.casefold() == name.casefold()), None)


def _says(version: BehaviourVersion, wording: Wording) -> bool:
    return (version.name, version.description, tuple(version.levels)) == (
        wording.name,
        wording.description,
        wording.levels,
    )


def _add_version(behaviour_id: int, number: int, wording: Wording, by: Person | None, now: datetime) -> None:
    db.session.add(
        BehaviourVersion(
            behaviour_id=behaviour_id,
            version=number,
            name=wording.name,
            description=wording.description,
            levels=list(wording.levels),
            written_at=now,
            written_by_id=None if by is None else by.id,
        )
    )
    db.session.flush()


def _lock(behaviour: Behaviour) -> None:
    """Let nobody else write this behaviour until the end of this transaction."""
    statement = select(Behaviour).where(Behaviour.id == behaviour.id).with_for_update()
    db.session.execute(statement.execution_options(populate_existing=True))
