"""What a file that was handed in looks like: its columns, and how its first lines are read."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from app.nps.content import ResponseMapping
from app.nps.files import Unreadable, opened
from app.nps.importing import begin
from app.nps.layouts import Misfit
from app.nps.operations import Judged, Rehearsal, Vocabulary
from app.nps.rules.parsing import Wrong, shown
from app.nps.rules.responses import Given, Outcome

MOST_COLUMNS = 400
NEEDED_COLUMNS = 3
SHOWN_ROWS, TRIED_ROWS, SHOWN_PROBLEMS = 20, 1_000, 20
_HEAD_ROWS = 12
_SAMPLES = 3


@dataclass(frozen=True)
class Head:
    """The names of a file's columns, and the lines below."""

    names: list[str]
    rows: list[list[str]]

    def texts(self, header_rows: int) -> list[str]:
        """The questions' own words, where the second row of the header has them."""
        return [cell.strip() for cell in self.rows[0]] if header_rows > 1 and self.rows else []

    def samples(self, header_rows: int) -> list[str]:
        """The first values of each column, for people to recognise it by."""
        below = self.rows[header_rows - 1 :]
        columns = ([row[n] for row in below if n < len(row) and row[n].strip()] for n in range(len(self.names)))
        return [", ".join(shown(value) for value in list(dict.fromkeys(values))[:_SAMPLES]) for values in columns]


def head_of(path: Path, encoding: str = "auto", delimiter: str = "auto") -> Head:
    """The first lines of a file. Raises Unreadable, also where they can't be those of a table of responses."""
    with opened(path, encoding, delimiter) as records:
        rows = [cells for _, cells in islice(records, _HEAD_ROWS)]
    if not rows:
        raise Unreadable("The file is empty.")
    names = [name.strip() for name in rows[0]]
    if len(names) < NEEDED_COLUMNS:
        found = "1 column" if len(names) == 1 else f"{len(names)} columns"
        raise Unreadable(
            f"This is no table of responses: its first line has {found}, and a response needs an id, a score and a "
            "time. Is it a CSV file, with the columns’ names in the first line?"
        )
    if len(names) > MOST_COLUMNS:
        raise Unreadable(
            f"The file has {len(names):,} columns, and this page takes {MOST_COLUMNS}. Leave those out that are not "
            "needed when you export it."
        )
    if len(rows) == 1:
        raise Unreadable("There is nothing below the first line of the file.")
    return Head(names, rows[1:])


@dataclass(frozen=True)
class Line:
    """One line of the file as it is read; `given` is None for one that is left out or can't be taken."""

    number: int
    cells: Sequence[str]
    given: Given | None = None
    problem: str = ""
    outcome: Outcome | None = None


@dataclass(frozen=True)
class Preview:
    """The first lines as they are read, and how many of those that were tried can't be taken."""

    lines: list[Line]
    tried: int
    problems: list[Line]


def preview_of(path: Path, mapping: ResponseMapping, now: datetime) -> Preview:
    """Read the first lines and compare them with what is there. Changes nothing; raises Misfit and Unreadable."""
    vocabulary = Vocabulary(mapping.scales)
    conflicts = vocabulary.drivers.conflicts()
    if conflicts:
        raise Misfit(conflicts)
    with opened(path, mapping.encoding, mapping.delimiter) as records:
        rows = iter(records)
        _, reader = begin(rows, mapping, now)
        tried = list(islice(rows, TRIED_ROWS))
    read = reader.read([cells for _, cells in tried])
    leave_out = mapping.unknown_employee == "leave_out"
    with closing(Rehearsal(mapping.source, vocabulary, leave_out_unknown=leave_out)) as rehearsal:
        outcomes = rehearsal.compare(read.sheet).outcomes
    told = {row: (read.sheet.given(place), outcomes[place]) for place, row in enumerate(read.rows)}
    lines = [_line(number, cells, told.get(row), read.wrong.get(row)) for row, (number, cells) in enumerate(tried)]
    return Preview(lines[:SHOWN_ROWS], len(lines), [line for line in lines if line.problem])


def _line(number: int, cells: list[str], told: tuple[Given, Judged] | None, wrong: Sequence[Wrong] | None) -> Line:
    if wrong:
        return Line(number, cells, problem="; ".join(map(str, wrong)), outcome=Outcome.REFUSED)
    if told is None:
        return Line(number, cells)
    given, judged = told
    return Line(number, cells, given, judged.reason, judged.outcome)
