"""Files of responses, read and recorded batch by batch in constant memory; whoever goes through the batches commits."""

from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain, islice
from pathlib import Path

from app.core import clock
from app.core.bulk import many_objects
from app.core.db import loading
from app.nps.content import ResponseMapping
from app.nps.files import Unreadable, opened
from app.nps.layouts import Misfit, fit
from app.nps.operations import Recorded, Recording, Rehearsal, Vocabulary, source_named
from app.nps.portions import Portion, ahead, portions_of
from app.nps.rejects import Rejects, rejects_in
from app.nps.rules.reading import SheetReader
from app.nps.rules.responses import Outcome
from app.nps.rules.sheets import Sheet

Headers = list[list[str]]
Add = Callable[[Sheet], Recorded]
Start = Callable[[], tuple[Add, Callable[[], None]]]
LEFT_OUT = "left_out"
BATCH_ROWS = 40_000  # of one transaction
BATCH_BYTES = 32_000_000  # where comments are long


@dataclass(frozen=True)
class Progress:
    """How far an import is: bytes of the file, and rows by outcome (those of Outcome, and LEFT_OUT)."""

    bytes_read: int
    counts: Counter[str]


def import_file(
    path: Path, mapping: ResponseMapping, now: datetime, *, rejects: Path, dry_run: bool = False, forks: bool = False
) -> Generator[Progress, None, None]:
    """Record a file's responses. Yields before the first batch and after each, so that the caller commits.

    Whoever stops half way closes it. Refused lines go to the file `rejects`. A dry run compares, and writes nothing but
    that. Where `forks` is set, another process reads while this one writes (see portions.ahead). Raises Misfit before
    anything is written, and Unreadable where the file can't be read any further: what was yielded before stays.
    """
    counts: Counter[str] = Counter()
    with opened(path, mapping.encoding, mapping.delimiter) as records:
        headers, reader = begin(iter(records), mapping, now)
        portions = partial(portions_of, records, reader)
        reading = ahead(portions) if forks else nullcontext(portions())
        keeping = rejects_in(rejects, records.manner, headers)
        with loading(), _recorder(mapping, now, dry_run) as start, keeping as refused, reading as found:
            yield Progress(0, counts.copy())
            for first in found:
                with many_objects():
                    add, finish = start()
                    for portion in _batch(first, found):
                        recorded = add(portion.read.sheet)
                        counts.update({str(outcome): times for outcome, times in recorded.counts.items()})
                        counts.update({str(Outcome.REFUSED): len(portion.read.wrong), LEFT_OUT: portion.read.left_out})
                        _refuse(portion, recorded, refused)
                        done = portion.bytes_read
                    finish()
                yield Progress(done, counts.copy())


def _batch(first: Portion, others: Iterator[Portion]) -> Iterator[Portion]:
    """As many portions as make a transaction."""
    rows = 0
    for portion in chain([first], others):
        yield portion
        rows += portion.size
        if rows >= BATCH_ROWS or portion.bytes_read - first.bytes_read > BATCH_BYTES:
            return


def begin(
    rows: Iterator[tuple[int, list[str]]], mapping: ResponseMapping, now: datetime
) -> tuple[Headers, SheetReader]:
    """Read the header rows, and find out how to read those below. Raises Misfit and Unreadable."""
    headers = [cells for _, cells in islice(rows, mapping.header_rows)]
    if len(headers) < mapping.header_rows:
        raise Unreadable("The file ends within its header.")
    reader = SheetReader(fit(mapping, headers, clock.zone_of("")), now)
    responses = reader.read(headers[1:]).rows
    if responses:
        said = f"The mapping says that {mapping.header_rows} rows are the header, but row {responses[0] + 2}"
        raise Misfit([f"{said} is a response. Set the number of header rows to {responses[0] + 1}."])
    return headers, reader


def _refuse(portion: Portion, recorded: Recorded, rejects: Rejects) -> None:
    """Write down what can't be taken, and what was refused, in the order of the file."""
    read = portion.read
    if not read.wrong and not recorded.counts[Outcome.REFUSED]:
        return
    problems = {row: "; ".join(map(str, wrong)) for row, wrong in read.wrong.items()}
    for row, judged in zip(read.rows, recorded.outcomes, strict=True):
        if judged.outcome is Outcome.REFUSED:
            problems[row] = judged.reason
    for row in sorted(problems):
        rejects.add(portion.lines[row], portion.cells[row], problems[row])


@contextmanager
def _recorder(mapping: ResponseMapping, now: datetime, dry_run: bool) -> Iterator[Start]:
    """What begins a transaction: adds a portion, and finishes. The caller commits."""
    vocabulary, leave_out = Vocabulary(mapping.scales), mapping.unknown_employee == "leave_out"
    conflicts = vocabulary.drivers.conflicts()
    if conflicts:
        raise Misfit(conflicts)

    def begin_to_record() -> tuple[Add, Callable[[], None]]:
        source = source_named(mapping.source, mapping.name, now=now)
        recording = Recording(source, now, vocabulary, leave_out_unknown=leave_out)
        return recording.add, recording.finish

    if dry_run:
        with closing(Rehearsal(mapping.source, vocabulary, leave_out_unknown=leave_out)) as rehearsal:
            yield lambda: (rehearsal.compare, lambda: None)
    else:
        yield begin_to_record
