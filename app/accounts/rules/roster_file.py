"""Reading a roster: bytes become lines with checked values, or a sentence on why they can't."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from app.accounts.rules import fields

COLUMNS = (
    "employee_id",
    "email",
    "given_name",
    "family_name",
    "manager_employee_id",
    "department",
    "location",
    "job_role",
    "hire_date",
    "active",
)
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_YES = frozenset({"true", "yes", "1"})
_NO = frozenset({"false", "no", "0"})
_DATE = re.compile(r"(19|20|21)\d\d-\d\d-\d\d")


class RosterError(Exception):
    """The file as a whole can't be read; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file. `problem` says why its values can't be taken; then they may be incomplete."""

    number: int
    employee_id: str
    values: Mapping[str, str] = field(default_factory=dict)
    manager: str = ""
    hire_date: date | None = None
    active: bool = True
    problem: str = ""

    @property
    def name(self) -> str:
        return f"{self.values.get('given_name', '')} {self.values.get('family_name', '')}".strip()


def read(data: bytes) -> list[Line]:
    """Every line of the file but empty ones. Raises RosterError when the file as a whole can't be read."""
    text = _decode(data)
    if not text.strip():
        raise RosterError("The file is empty.")
    delimiter = _sniff(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = _header(next(cells for cells in reader if any(cells)))
        lines = list(_lines(reader, header))
    except csv.Error as error:
        raise RosterError(
            f"Line {reader.line_num} can’t be read as CSV ({error}). Often a quotation mark has no partner."
        ) from None
    if not lines:
        raise RosterError("The file has a header and no people below it.")
    return lines


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise RosterError(
            f"The file is not in UTF-8: line {line} holds a byte that UTF-8 does not have. "
            "In Excel, save it as “CSV UTF-8”; in other programs, choose UTF-8 when you export it."
        ) from None


def _sniff(text: str) -> str:
    header = next(line for line in text.splitlines() if line.strip())
    # The mark that makes most of the columns appear; commas when none does.
    return max(DELIMITERS, key=lambda mark: len({_name(cell) for cell in header.split(mark)} & set(COLUMNS)))


def _name(cell: str) -> str:
    return cell.strip().strip('"').strip().lower()


def _header(cells: list[str]) -> list[str]:
    names = [_name(cell) for cell in cells]
    missing = [column for column in COLUMNS if column not in names]
    unknown = sorted({name or "(no name)" for name in names if name not in COLUMNS})
    twice = sorted({name for name in names if name in COLUMNS and names.count(name) > 1})
    problems = []
    if missing:
        problems.append(f"Missing: {', '.join(missing)}.")
    if unknown:
        problems.append(f"Not known: {', '.join(unknown)}.")
    if twice:
        problems.append(f"There twice: {', '.join(twice)}.")
    if problems:
        marks = ", ".join(DELIMITERS.values())
        raise RosterError(
            f"The first line has to name the columns {', '.join(COLUMNS)}, separated by one of {marks}. "
            + " ".join(problems)
        )
    return names


def _lines(reader: Iterator[list[str]], header: list[str]) -> Iterator[Line]:
    number = 1
    for cells in reader:
        number = getattr(reader, "line_num", number + 1)
        if not any(cell.strip() for cell in cells):
            continue
        yield _line(number, cells, header)


def _line(number: int, cells: list[str], header: list[str]) -> Line:
    values = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
    employee_id = values.get("employee_id", "")
    if len(cells) != len(header):
        problem = f"It has {len(cells)} values, and the header names {len(header)} columns."
        return Line(number, employee_id, problem=problem)
    texts = {name: values[name] for name in fields.LONGEST}
    texts["email"] = texts["email"].lower()
    problems = list(fields.problems(texts).values())
    hired, active = None, values["active"].lower()
    if values["hire_date"]:
        hired = _date(values["hire_date"])
        if hired is None:
            problems.append(f"Hire date “{fields.short(values['hire_date'])}” is not a date written as 2026-03-31.")
    if active not in _YES | _NO:
        said = f"“{fields.short(values['active'])}”" if active else "empty"
        problems.append(f"Active is {said}; write true or false.")
    return Line(
        number,
        employee_id,
        texts,
        values["manager_employee_id"],
        hired,
        active in _YES,
        " ".join(problems),
    )


def _date(text: str) -> date | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
