"""Responses come in: added, corrected, or found to be there already; the tallies follow."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from app.core import bus, clock
from app.core.db import db
from app.events import ResponsesRecorded
from app.nps.models import Source
from app.nps.operations import tallies, writing
from app.nps.operations.judging import Judge, Judged, Known, Recorded, Taken
from app.nps.operations.rows import COUNTED, Columns, Row, Rows, as_columns, corrected, learn
from app.nps.operations.vocabulary import Scale, Vocabulary
from app.nps.rules.responses import Given
from app.nps.rules.sheets import Sheet, sheet_of
from app.nps.rules.tallying import tally
from app.nps.rules.versions import mark

__all__ = ["Judged", "Recorded", "Recording", "record"]
_ID = Row._fields.index("id")
FEW = 100  # as many responses are named in the event; beyond, listeners look at everything


def record(
    source: Source,
    given: Sequence[Given],
    now: datetime,
    *,
    scales: Mapping[str, Scale] | None = None,
    leave_out_unknown: bool = False,
    vocabulary: Vocabulary | None = None,
) -> Recorded:
    """Write responses of one source, in order; the tallies follow. At most a few 10,000 at a time.

    Content that is there already, now or in an earlier version, changes nothing. `scales` are those of drivers that may
    be new, by name. An unknown employee is a reason to refuse, or is left out. A `vocabulary` that is handed from
    call to call saves looking up the same names, and holds the scales.
    """
    recording = Recording(source, now, vocabulary or Vocabulary(scales), leave_out_unknown=leave_out_unknown)
    recorded = recording.add(mark(sheet_of(given)))
    recording.finish()
    return recorded


class Recording:
    """One transaction's responses of a source, added portion by portion; in the end the tallies follow.

    Small portions stay close to the processor, while tallies are changed the better the more they follow at once.
    """

    def __init__(
        self, source: Source, now: datetime, vocabulary: Vocabulary, *, leave_out_unknown: bool = False
    ) -> None:
        db.session.flush()
        tallies.lock_responses()
        self._now, self._vocabulary = now, vocabulary
        self._rows = Rows(source.id, vocabulary, clock.zone_of(""), now)
        self._judge = Judge(source.id, vocabulary, leave_out_unknown)
        self._ids: set[int] = set()
        self._present: list[list[Any]] = [[] for _ in range(COUNTED)]  # what tallies are to count, in columns
        self._before: list[Row] = []  # what they counted until now

    def add(self, sheet: Sheet) -> Recorded:
        """Write responses that are marked (versions.mark)."""
        recorded, taken = self._judge.judge(sheet)
        if taken.places:
            self._write(sheet.only(taken.places), taken)
        return recorded

    def _write(self, sheet: Sheet, taken: Taken) -> None:
        learn(sheet, self._vocabulary)
        ids = _give_ids(taken)
        added = self._rows.columns(sheet, ids, taken.marks)
        changes: list[tuple[Row, Row]] = []
        if taken.known:
            added, changes = _settle(added, sheet, taken)
        writing.add(added)
        writing.correct(changes)
        writing.keep_versions([row for known in _different(taken) for row in known.replaced], self._now)
        forgotten = {place for place, one in taken.known.items() if one.row and one.row.erased_at}
        writing.keep_contacts(sheet, forgotten, self._now)
        self._before += [before for before, _ in changes]
        for columns in (added, as_columns([after for _, after in changes])):
            for column, more in zip(self._present, columns, strict=False):
                column.extend(more)
        self._ids.update(ids)

    def finish(self) -> None:
        """Let the tallies follow, and tell."""
        if not self._ids:
            return
        labels = self._vocabulary.labels
        labels.know_segments(label for before in self._before for label in before.segments)
        dimensions = labels.dimensions()
        by = tally(self._present, dimensions)
        tallies.change(by.minus(tally(as_columns(self._before)[:COUNTED], dimensions)) if self._before else by)
        db.session.expire_all()
        bus.publish(ResponsesRecorded(tuple(sorted(self._ids)) if len(self._ids) <= FEW else (), self._now))


def _settle(columns: Columns, sheet: Sheet, taken: Taken) -> tuple[Columns, list[tuple[Row, Row]]]:
    """What is to be added in the end, and what is to be changed: before and after. One content follows the other."""
    rows = list(zip(*columns, strict=True))
    for place, known in taken.known.items():
        row = Row(*rows[place])
        if known.row:
            known.replaced.append(known.row)
            row = corrected(row, known.row, department=sheet.department[place], team=sheet.team[place])
        known.row = row
    added = [row for place, row in enumerate(rows) if place not in taken.known]
    added += [known.row for known in _different(taken) if known.row and not known.before]
    added.sort(key=itemgetter(_ID))
    return as_columns(added), [(known.before, known.row) for known in _different(taken) if known.before and known.row]


def _different(taken: Taken) -> list[Known]:
    return list({id(known): known for known in taken.known.values()}.values())


def _give_ids(taken: Taken) -> list[int]:
    """The ids of what was taken, of which those that are new get theirs."""
    fresh = [known for known in _different(taken) if not known.id]
    numbers = iter(writing.next_ids(len(taken.places) - len(taken.known) + len(fresh)))
    if not taken.known:
        return list(numbers)
    for known in fresh:
        known.id = next(numbers)
    return [taken.known[place].id if place in taken.known else next(numbers) for place in range(len(taken.places))]
