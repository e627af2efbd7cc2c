"""Import a roster: say line by line what would change, then change it."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import bindparam, select, update

from app.accounts.models import Person, PersonRole, Role
from app.accounts.operations import bulk, closure
from app.accounts.operations.bulk import NewPerson
from app.accounts.rules.roster import FIELDS, Judged, Known, Outcome, Protected, judge, value_of
from app.accounts.rules.roster_file import Line, read
from app.core import bus
from app.core.db import db
from app.core.errors import Conflict
from app.events import PeopleChanged

_FEW = 100  # as many people are named in the event; beyond, listeners look at everyone
_FEW_MOVES = 300  # as many are moved in the tree one by one; beyond, it is built anew


@dataclass(frozen=True)
class Plan:
    """What an import would do: every line's outcome, and the people it was compared with."""

    judged: list[Judged]
    known: dict[str, Known] = field(repr=False)

    @property
    def counts(self) -> dict[Outcome, int]:
        counted = Counter(row.outcome for row in self.judged)
        return {outcome: counted[outcome] for outcome in Outcome}

    @property
    def leaving(self) -> int:
        """How many people it would deactivate."""
        return sum(
            1 for row in self.judged for change in row.changes if (change.field, change.after) == ("active", "no")
        )

    @property
    def digest(self) -> str:
        """A mark of all that would happen: another one when a line would end differently."""
        mark = hashlib.sha256()
        for row in self.judged:
            if row.outcome is not Outcome.UNCHANGED:
                mark.update(repr((row.line.number, row.outcome.value, row.reason, row.changes)).encode())
        return mark.hexdigest()

    @property
    def changes_nothing(self) -> bool:
        return not (self.counts[Outcome.ADDED] or self.counts[Outcome.CHANGED])


def plan_roster(data: bytes, *, by_administrator: bool) -> Plan:
    """Compare the file with the people there are. Writes nothing. Raises RosterError for an unreadable file."""
    lines = read(data)
    known = _known()
    return Plan(judge(lines, known, _protected(by_administrator)), known)


def import_roster(data: bytes, now: datetime, *, by_administrator: bool, expected: str | None = None) -> Plan:
    """Apply every line that is not refused. The same file again changes nothing.

    Raises Conflict, and changes nothing, when it would do something else than `expected` (a plan's digest).
    """
    closure.lock_tree()
    plan = plan_roster(data, by_administrator=by_administrator)
    if plan.changes_nothing:
        return plan
    if expected is not None and plan.digest != expected:
        raise Conflict("People were changed since this file was compared with them. Nothing was imported.")
    added = [row.line for row in plan.judged if row.outcome is Outcome.ADDED]
    changed = [row for row in plan.judged if row.outcome is Outcome.CHANGED]
    _apply(added, changed, plan.known, now)
    return plan


def _known() -> dict[str, Known]:
    columns = [getattr(Person, name) for name in ("id", "employee_id", *FIELDS[:-1])]
    rows = db.session.execute(select(*columns, Person.manager_id)).all()
    employee_ids = {row.id: row.employee_id for row in rows}
    return {row.employee_id: _person(row, employee_ids.get(row.manager_id, "")) for row in rows}


def _person(row: Any, manager: str) -> Known:
    values: Any = (*row[:-1], manager)
    return Known(*values)


def _protected(by_administrator: bool) -> Protected:
    holds = select(PersonRole.person_id).where(PersonRole.role == Role.ADMINISTRATOR)
    found = frozenset(db.session.scalars(select(Person.employee_id).where(Person.id.in_(holds))))
    return Protected(active=found, email=frozenset() if by_administrator else found)


def _apply(added: Sequence[Line], changed: Sequence[Judged], known: dict[str, Known], now: datetime) -> None:
    bulk.insert_people([_new_person(line) for line in added], now)
    _write_facts(changed, known)
    ids = bulk.ids_by_employee_id()
    managers = {line.employee_id: line.manager for line in added if line.manager}
    managers |= {
        row.line.employee_id: row.line.manager for row in changed if any(c.field == "manager" for c in row.changes)
    }
    _write_tree([ids[line.employee_id] for line in added], managers, known, ids)
    _write_keys(added, changed, ids)
    _end_sessions([ids[row.line.employee_id] for row in changed if row.deactivates])
    db.session.expire_all()
    touched = [ids[line.employee_id] for line in added] + [ids[row.line.employee_id] for row in changed]
    bus.publish(PeopleChanged(tuple(touched) if len(touched) <= _FEW else (), now))


def _new_person(line: Line) -> NewPerson:
    facts: Any = {**line.values, "hire_date": line.hire_date, "active": line.active, "time_zone": ""}
    return cast(NewPerson, facts)


def _write_facts(changed: Sequence[Judged], known: dict[str, Known]) -> None:
    rows = [
        {"person": known[row.line.employee_id].id, **{f"new_{n}": value_of(row.line, n) for n in FIELDS[:-1]}}
        for row in changed
        if any(change.field != "manager" for change in row.changes)
    ]
    if not rows:
        return
    people = bulk.PERSON
    here = people.c.id == bindparam("person")
    # Two people may swap addresses: whoever takes another one lets go of their own first.
    swapped = [{"person": known[r.line.employee_id].id} for r in changed if any(c.field == "email" for c in r.changes)]
    if swapped:
        taken_away = update(people).where(here).values(email="moving-" + people.c.id.cast(people.c.email.type))
        db.session.execute(taken_away, swapped)
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in FIELDS[:-1]}
    db.session.execute(update(people).where(here).values(values), rows)


def _write_tree(added: Sequence[int], managers: dict[str, str], known: dict[str, Known], ids: dict[str, int]) -> None:
    moves = {ids[employee]: ids[manager] if manager else None for employee, manager in managers.items()}
    bulk.write_managers(moves)
    if len(added) + len(moves) > _FEW_MOVES:
        closure.rebuild()
        return
    closure.add_leaves(added)
    # All are cut out before any is hung up again: two people who change places are never in a circle.
    for employee in managers:
        if employee in known and known[employee].manager:
            closure.detach(ids[employee])
    for person_id, manager_id in moves.items():
        if manager_id is not None:
            closure.attach(person_id, manager_id)


def _write_keys(added: Sequence[Line], changed: Sequence[Judged], ids: dict[str, int]) -> None:
    kept_under = {"given_name", "family_name", "email"}
    renamed = [row.line for row in changed if any(change.field in kept_under for change in row.changes)]
    bulk.drop_keys([ids[line.employee_id] for line in renamed])
    bulk.add_keys({ids[line.employee_id]: _new_person(line) for line in (*added, *renamed)})


def _end_sessions(person_ids: Sequence[int]) -> None:
    people = bulk.PERSON
    statement = (
        update(people).where(people.c.id == bindparam("person")).values(session_epoch=people.c.session_epoch + 1)
    )
    if person_ids:
        db.session.execute(statement, [{"person": person_id} for person_id in person_ids])
