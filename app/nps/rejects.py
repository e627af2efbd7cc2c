"""The refused lines of a file, in a file that can be corrected and imported again."""

import csv
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from app.nps.files import Manner

# In front of the file's own columns, so that a line with too many or too few cells keeps them in their places.
COLUMNS = ("Line", "Problem")


class Rejects:
    """Writes refused lines, below the header rows of the file that they are from and in its manner."""

    def __init__(self, draft: Path, manner: Manner, headers: Sequence[Sequence[str]]) -> None:
        self._draft, self._manner, self._headers = draft, manner, headers
        self._again = tuple(headers[0][: len(COLUMNS)]) == COLUMNS  # a file of rejects that is imported
        self._file: TextIO | None = None
        self._writer: Any = None

    def add(self, line: int, cells: Sequence[str], problem: str) -> None:
        if self._file is None:
            self._begin()
        self._row(str(line), problem, cells)

    def _begin(self) -> None:
        handle = os.open(self._draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = os.fdopen(handle, "w", encoding=self._manner.encoding, newline="")
        self._writer = csv.writer(self._file, delimiter=self._manner.delimiter)
        for number, header in enumerate(self._headers):
            self._row(*(COLUMNS if number == 0 else ("", "")), header)

    def _row(self, line: str, problem: str, cells: Sequence[str]) -> None:
        self._writer.writerow([line, problem, *(cells[len(COLUMNS) :] if self._again else cells)])

    def close(self, path: Path) -> None:
        """Put the file in its place, or take away one of an earlier import when nothing was refused."""
        if self._file is None:
            path.unlink(missing_ok=True)
        else:
            self._file.close()
            self._draft.replace(path)


@contextmanager
def rejects_in(path: Path, manner: Manner, headers: Sequence[Sequence[str]]) -> Iterator[Rejects]:
    """Refused lines go to this file; they are there even when the import stops half way."""
    rejects = Rejects(path.with_name(f"{path.name}.part"), manner, headers)
    try:
        yield rejects
    finally:
        rejects.close(path)
