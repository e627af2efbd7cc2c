"""Portions of a file of responses: read here, or ahead in another process."""

import fcntl
import multiprocessing
import os
import pickle
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from app.nps.files import Records, Unreadable
from app.nps.rules.reading import Read, SheetReader

ROWS = 4_000  # so few that what was read is still close to the processor when it is written
_PIPE = 1_048_576  # bytes that wait to be taken
KILLED = "The process that reads the file was ended from outside. Import the file again: no line will be there twice."


class Cells:
    """The cells of rows. Hardly anyone asks for them, so that they stay packed on the way from another process."""

    def __init__(self, rows: Sequence[list[str]] | None, packed: bytes = b"") -> None:
        self._rows, self._packed = rows, packed

    def __getitem__(self, row: int) -> list[str]:
        if self._rows is None:
            self._rows = pickle.loads(self._packed)  # noqa: S301 - packed by __reduce__
        return self._rows[row]

    def __reduce__(self) -> tuple[Any, ...]:
        return Cells, (None, self._packed or pickle.dumps(self._rows))


@dataclass(frozen=True)
class Portion:
    """Some rows of a file: the lines on which they begin, what they say, and how far the file was read."""

    lines: Sequence[int]
    cells: Cells
    read: Read
    bytes_read: int

    @property
    def size(self) -> int:
        return len(self.lines)


Portions = Callable[[], Iterator[Portion]]


def portions_of(records: Records, reader: SheetReader) -> Iterator[Portion]:
    """All rows that are left. Raises Unreadable."""
    for lines, rows in records.portions(ROWS):
        yield Portion(lines, Cells(rows), reader.read(rows), records.bytes_read)


@contextmanager
def ahead(portions: Portions) -> Iterator[Iterator[Portion]]:
    """What `portions()` yields and raises, worked out by a process of its own, one portion ahead of who takes it.

    It is forked from this one and ends with it. Where that is not safe or of no use (another system than Linux, other
    threads, one processor), there is no other process.
    """
    if sys.platform != "linux" or threading.active_count() > 1 or (os.cpu_count() or 1) < 2:
        yield portions()
        return
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    with suppress(OSError):  # more than this user may have
        fcntl.fcntl(there.fileno(), fcntl.F_SETPIPE_SZ, _PIPE)
    process = context.Process(target=_send, args=(portions, here, there), daemon=True)
    with warnings.catch_warnings():
        # Newer Pythons count the idle threads of numpy's library, which gets ready for a fork by itself.
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()
    there.close()
    try:
        yield _receive(here)
    finally:
        here.close()  # which ends it, when it has more to send
        process.join()
        process.close()


def _send(portions: Portions, here: Connection, there: Connection) -> None:
    """In the other process."""
    here.close()
    try:
        try:
            for portion in portions():
                there.send(portion)
            there.send(None)
        except BrokenPipeError:
            raise
        except Exception as error:  # told where it is waited for
            there.send(error)
    except BrokenPipeError:
        return  # nobody waits any more


def _receive(here: Connection) -> Iterator[Portion]:
    while True:
        try:
            received = here.recv()
        except (EOFError, OSError):  # at the end of a portion, or within one
            raise Unreadable(KILLED) from None
        if received is None:
            return
        if isinstance(received, Exception):
            raise received
        yield received
