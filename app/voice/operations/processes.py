"""Keep the catalogue of processes: what is in it, who owns it, and which customer driver it touches."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.core.db import db, insert_for
from app.core.errors import Conflict, Invalid
from app.nps.models import Driver
from app.voice.models import Process

LONGEST_NAME = 120
NAME_TAKEN = "There is a process of this name already."
NAME_RETIRED = "There was a process of this name, and it is retired. Bring that one back instead."

CHANGED_ELSEWHERE = (
    "Someone changed this process while you had this page open. Below is what you typed, and nothing of it is kept so "
    "far. Send it again to keep yours."
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a process. `silo` is the part of the company that owns it."""

    name: str
    silo: str = ""
    driver_id: int | None = None


def add_process(facts: Facts) -> Process:
    """A new process. The same facts again are the same process. Raises Invalid with the fields at fault."""
    _check(facts, None)
    found = _named(facts.name)
    if found is None:
        values = {"name": facts.name, "silo": facts.silo, "driver_id": facts.driver_id}
        db.session.execute(insert_for(Process).values(**values).on_conflict_do_nothing(index_elements=["name"]))
        found = _named(facts.name)
    if found is None or found.retired_at is not None or Facts(found.name, found.silo, found.driver_id) != facts:
        raise Invalid("", {"name": NAME_RETIRED if found is not None and found.retired_at else NAME_TAKEN})
    return found


def stamp_of(process: Process) -> str:
    """What a form keeps of the facts that it was made from."""
    return _stamp(Facts(process.name, process.silo, process.driver_id))


def _stamp(facts: Facts) -> str:
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:20]


def change_process(process: Process, facts: Facts, seen: str) -> None:
    """Keep these facts; everything that points at the process shows them from now on.

    Raises Invalid with the fields at fault, and Conflict when they are not what the form was made from any more.
    """
    lock = select(Process).where(Process.id == process.id).with_for_update()
    db.session.execute(lock.execution_options(populate_existing=True))
    _check(facts, process)
    if stamp_of(process) not in {seen, _stamp(facts)}:
        raise Conflict(CHANGED_ELSEWHERE)
    process.name, process.silo, process.driver_id = facts.name, facts.silo, facts.driver_id
    db.session.flush()


def retire_process(process: Process, now: datetime) -> bool:
    """Offer it no more; what points at it stays. True when it was in use until now."""
    if process.retired_at is not None:
        return False
    process.retired_at = now
    db.session.flush()
    return True


def restore_process(process: Process) -> bool:
    """Offer it again. True when it was retired."""
    if process.retired_at is None:
        return False
    process.retired_at = None
    db.session.flush()
    return True


def _check(facts: Facts, process: Process | None) -> None:
    wrong = {}
    if not facts.name:
        wrong["name"] = "Enter the name that people call it by."
    for field, text in (("name", facts.name), ("silo", facts.silo)):
        if len(text) > LONGEST_NAME:
            wrong[field] = f"There is room for {LONGEST_NAME} characters; this has {len(text):,}."
    if facts.driver_id is not None and db.session.get(Driver, facts.driver_id) is None:
        wrong["driver"] = "This driver is not in the list any more. Choose again."
    if process is not None and not wrong:
        other = _named(facts.name)
        if other is not None and other.id != process.id:
            wrong["name"] = NAME_TAKEN
    if wrong:
        raise Invalid("", wrong)


def _named(name: str) -> Process | None:
    """The process of this name, whatever its capitals."""
    statement = select(Process).where(func.lower(Process.name) == name.lower()).order_by(Process.name != name)
    return db.session.scalars(statement.limit(1)).first()
