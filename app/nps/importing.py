"""Files of responses, read and recorded batch by batch in constant memory; whoever goes through the batches commits."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from app.core import clock
from app.core.bulk import references_by_value
from app.nps.content import ResponseMapping
from app.nps.files import Batch, Unreadable, opened
from app.nps.layouts import Misfit, fit
from app.nps.operations import Judged, Recorded, Rehearsal, Vocabulary, record_sheet, source_named
from app.nps.rejects import Rejects, rejects_in
from app.nps.rules.reading import Read, SheetReader
from app.nps.rules.responses import Outcome
from app.nps.rules.sheets import Sheet

Headers = list[list[str]]
Recorder = Callable[[Sheet], Recorded]
LEFT_OUT = "left_out"
BATCH_ROWS = 20_000
BATCH_BYTES = 16_000_000  # where comments are long


@dataclass(frozen=True)
class Progress:
    """How far an import is: bytes of the file, and rows by outcome (those of Outcome, and LEFT_OUT)."""

    bytes_read: int
    counts: Counter[str]


def import_file(
    path: Path, mapping: ResponseMapping, now: datetime, *, rejects: Path, dry_run: bool = False
) -> Iterator[Progress]:
    """Record a file's responses. Yields before the first batch and after each, so that the caller commits.

    Refused lines go to the file `rejects`. A dry run compares, and writes nothing but that. Raises Misfit before
    anything is written, and Unreadable where the file can't be read any further: what was yielded before stays.
    """
    counts: Counter[str] = Counter()
    with opened(path, mapping.encoding, mapping.delimiter) as records:
        headers, reader = begin(iter(records), mapping, now)
        with (
            references_by_value(),
            _recorder(mapping, now, dry_run) as judge,
            rejects_in(rejects, records.manner, headers) as refused,
        ):
            yield Progress(records.bytes_read, counts.copy())
            for batch in records.batches(BATCH_ROWS, BATCH_BYTES):
                read = reader.read(batch.records)
                outcomes = judge(read.sheet).outcomes
                counts.update(str(judged.outcome) for judged in outcomes)
                counts.update({str(Outcome.REFUSED): len(read.wrong), LEFT_OUT: read.left_out})
                _refuse(batch, read, outcomes, refused)
                yield Progress(records.bytes_read, counts.copy())


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


def _refuse(batch: Batch, read: Read, outcomes: Sequence[Judged], rejects: Rejects) -> None:
    problems = {row: "; ".join(map(str, wrong)) for row, wrong in read.wrong.items()}
    for row, judged in zip(read.rows, outcomes, strict=True):
        if judged.outcome is Outcome.REFUSED:
            problems[row] = judged.reason
    for row in sorted(problems):
        rejects.add(batch.lines[row], batch.records[row], problems[row])


@contextmanager
def _recorder(mapping: ResponseMapping, now: datetime, dry_run: bool) -> Iterator[Recorder]:
    """What becomes of a batch: recorded in a transaction that the caller commits, or only compared."""
    vocabulary, leave_out = Vocabulary(mapping.scales), mapping.unknown_employee == "leave_out"
    conflicts = vocabulary.drivers.conflicts()
    if conflicts:
        raise Misfit(conflicts)
    if dry_run:
        with closing(Rehearsal(mapping.source, vocabulary, leave_out_unknown=leave_out)) as rehearsal:
            yield rehearsal.compare
    else:
        yield lambda sheet: record_sheet(
            source_named(mapping.source, mapping.name, now=now), sheet, now, vocabulary, leave_out_unknown=leave_out
        )
