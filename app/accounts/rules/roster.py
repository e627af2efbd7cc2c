"""What a roster would change: every line compared with the people there are, and refused where it can't be taken."""

import enum
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.accounts.rules.fields import short
from app.accounts.rules.roster_file import Line
from app.accounts.rules.tree import cycles, levels

FIELDS = ("email", "given_name", "family_name", "department", "location", "job_role", "hire_date", "active", "manager")


# Far more than any company has. A sorting slip that hangs everyone below the line before would make a tree so deep
# that its closure (the square of the depth) fills the disk.
MOST_LEVELS = 100


class Outcome(enum.StrEnum):
    REFUSED = "refused"
    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Known:
    """A person there is. `manager` is an employee id, empty at the top."""

    id: int
    employee_id: str
    email: str
    given_name: str
    family_name: str
    department: str
    location: str
    job_role: str
    hire_date: date | None
    active: bool
    manager: str

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


@dataclass(frozen=True, slots=True)
class Change:
    """One field that would change: its name, what it says and what it would say."""

    field: str
    before: str
    after: str


@dataclass(slots=True)
class Judged:
    """A line and what becomes of it."""

    line: Line
    outcome: Outcome
    changes: list[Change] = field(default_factory=list)
    reason: str = ""

    @property
    def deactivates(self) -> bool:
        return any(change.field == "active" and change.after == "no" for change in self.changes)


@dataclass(frozen=True)
class Protected:
    """Employee ids of people of whom a roster may not change everything."""

    active: frozenset[str] = frozenset()
    email: frozenset[str] = frozenset()


def judge(lines: Sequence[Line], known: Mapping[str, Known], protected: Protected) -> list[Judged]:
    """Every line's outcome, in the order of the file.

    Refusing one line can make another one impossible (whose supervisor it was to add), so this goes on until
    nothing more is refused. What is left can be applied as a whole.
    """
    judged = [_compare(line, known.get(line.employee_id)) for line in lines]
    _refuse_twice(judged)
    _refuse_protected(judged, protected)
    before = -1
    while before != (refused := sum(row.outcome is Outcome.REFUSED for row in judged)):
        before = refused
        _refuse_addresses_of_others(judged, known)
        _refuse_cycles(judged, known)
        _refuse_far_below(judged, known)
        _refuse_unknown_managers(judged, known)
    return judged


def _compare(line: Line, person: Known | None) -> Judged:
    if line.problem:
        return Judged(line, Outcome.REFUSED, reason=line.problem)
    if person is None:
        return Judged(line, Outcome.ADDED)
    changes = [
        Change(name, _text(before), _text(after))
        for name in FIELDS
        if (before := getattr(person, name)) != (after := value_of(line, name))
    ]
    return Judged(line, Outcome.CHANGED if changes else Outcome.UNCHANGED, changes)


def value_of(line: Line, name: str) -> Any:
    """What the line says about a field of FIELDS."""
    return getattr(line, name) if name in {"hire_date", "active", "manager"} else line.values[name]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _refuse(row: Judged, reason: str) -> None:
    row.outcome, row.changes, row.reason = Outcome.REFUSED, [], reason


def _taken(judged: Iterable[Judged]) -> Iterable[Judged]:
    return (row for row in judged if row.outcome is not Outcome.REFUSED)


def _refuse_twice(judged: list[Judged]) -> None:
    for name, label in (("employee_id", "The employee id"), ("email", "The e-mail address")):
        rows: dict[str, list[Judged]] = defaultdict(list)
        for row in judged:
            value = row.line.employee_id if name == "employee_id" else row.line.values.get("email", "")
            if value:
                rows[value].append(row)
        for value, same in rows.items():
            numbers = [row.line.number for row in same]
            for row in same if len(same) > 1 else ():
                if row.outcome is not Outcome.REFUSED:
                    others = _numbers(number for number in numbers if number != row.line.number)
                    _refuse(row, f"{label} {value} stands on {others} too; which of them is right can’t be known.")


def _numbers(numbers: Iterable[int]) -> str:
    shown = list(numbers)
    text = ", ".join(map(str, shown[:5])) + (", …" if len(shown) > 5 else "")
    return f"line {text}" if len(shown) == 1 else f"lines {text}"


def _refuse_protected(judged: list[Judged], protected: Protected) -> None:
    for row in _taken(judged):
        changing = {change.field for change in row.changes}
        if row.deactivates and row.line.employee_id in protected.active:
            _refuse(row, f"{row.line.name} administers Uplift: take that role away before they are deactivated.")
        elif "email" in changing and row.line.employee_id in protected.email:
            _refuse(row, f"{row.line.name} administers Uplift: only an administrator changes their address.")


def _refuse_addresses_of_others(judged: list[Judged], known: Mapping[str, Known]) -> None:
    """Two people can swap addresses, but nobody can take one that its owner keeps."""
    final = {person.email: person for person in known.values()}
    for row in _taken(judged):
        person = known.get(row.line.employee_id)
        if person is not None and person.email != row.line.values["email"] and final.get(person.email) is person:
            del final[person.email]
    for row in _taken(judged):
        owner = final.get(row.line.values["email"])
        if owner is not None and owner.employee_id != row.line.employee_id:
            _refuse(row, f"The e-mail address belongs to {owner.name} (employee id {owner.employee_id}).")


def _refuse_unknown_managers(judged: list[Judged], known: Mapping[str, Known]) -> None:
    refused = {row.line.employee_id: row.line.number for row in judged if row.outcome is Outcome.REFUSED}
    there = set(known) | {row.line.employee_id for row in _taken(judged)}
    for row in _taken(judged):
        manager = row.line.manager
        if not manager or manager in there:
            continue
        if manager in refused:
            _refuse(row, f"Their supervisor {manager} stands on line {refused[manager]}, which is refused.")
        else:
            _refuse(row, f"Nobody has the employee id {short(manager)} of their supervisor.")


def _managers(taken: Mapping[str, Judged], known: Mapping[str, Known]) -> dict[str, str]:
    before = {employee_id: person.manager for employee_id, person in known.items()}
    return before | {employee_id: row.line.manager for employee_id, row in taken.items()}


def _moves(row: Judged, known: Mapping[str, Known]) -> bool:
    person = known.get(row.line.employee_id)
    return person is None or person.manager != row.line.manager


def _refuse_far_below(judged: list[Judged], known: Mapping[str, Known]) -> None:
    taken = {row.line.employee_id: row for row in _taken(judged)}
    for employee_id, level in levels(_managers(taken, known)).items():
        if level > MOST_LEVELS and employee_id in taken and _moves(taken[employee_id], known):
            _refuse(taken[employee_id], f"More than {MOST_LEVELS} people would stand above them; is the column right?")


def _refuse_cycles(judged: list[Judged], known: Mapping[str, Known]) -> None:
    taken = {row.line.employee_id: row for row in _taken(judged)}
    for cycle in cycles(_managers(taken, known)):
        names = [taken[i].line.name if i in taken else known[i].name for i in cycle]
        told = "reports to themselves" if len(cycle) == 1 else "the reporting line goes in a circle"
        way = " → ".join([*names[:12], *(["…"] if len(names) > 12 else []), names[0]])
        for employee_id in cycle:
            row = taken.get(employee_id)
            if row is not None and _moves(row, known):
                _refuse(row, f"{row.line.name}: {told} ({way}).")
