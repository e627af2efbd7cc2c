"""Responses come in: added, corrected, or found to be there already; the tallies follow."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import itemgetter

from app.core import bus, clock
from app.core.db import db
from app.events import ResponsesRecorded
from app.nps.models import Source
from app.nps.operations import tallies, writing
from app.nps.operations.judging import Judge, Judged, Known, Recorded, Taken
from app.nps.operations.rows import COUNTED, Columns, Row, as_columns, corrected, learn, new_columns
from app.nps.operations.vocabulary import Scale, Vocabulary
from app.nps.rules.responses import Given
from app.nps.rules.sheets import Sheet, sheet_of
from app.nps.rules.tallying import tally

__all__ = ["Judged", "Recorded", "record", "record_sheet"]
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
    known = vocabulary or Vocabulary(scales)
    return record_sheet(source, sheet_of(given), now, known, leave_out_unknown=leave_out_unknown)


def record_sheet(
    source: Source, sheet: Sheet, now: datetime, vocabulary: Vocabulary, *, leave_out_unknown: bool = False
) -> Recorded:
    """The same for responses in columns, as an import reads them."""
    db.session.flush()
    tallies.lock_responses()
    recorded, taken = Judge(source.id, vocabulary, leave_out_unknown).judge(sheet)
    if taken.places:
        ids = _write(source.id, sheet.only(taken.places), taken, vocabulary, now)
        db.session.expire_all()
        bus.publish(ResponsesRecorded(tuple(ids) if len(ids) <= FEW else (), now))
    return recorded


def _write(source_id: int, sheet: Sheet, taken: Taken, vocabulary: Vocabulary, now: datetime) -> list[int]:
    """Write what was taken; the ids of what was added or changed."""
    learn(sheet, vocabulary)
    ids, zone = _give_ids(taken), clock.zone_of("")
    added: Columns = new_columns(
        sheet, ids, taken.marks, source_id=source_id, vocabulary=vocabulary, zone=zone, now=now
    )
    changes: list[tuple[Row, Row]] = []
    if taken.known:
        added, changes = _settle(added, sheet, taken)
    writing.insert(added)
    writing.correct(changes)
    writing.keep_versions([row for known in _different(taken) for row in known.replaced], now)
    writing.keep_contacts(sheet, {place for place, one in taken.known.items() if one.row and one.row.erased_at}, now)
    _count(added, changes, vocabulary)
    return sorted(set(ids))


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


def _count(added: Columns, changes: Sequence[tuple[Row, Row]], vocabulary: Vocabulary) -> None:
    labels = vocabulary.labels
    labels.know_segments(label for before, _ in changes for label in before.segments)
    dimensions = labels.dimensions()
    by = tally(added[:COUNTED], dimensions)
    if changes:
        before, after = zip(*changes, strict=True)
        more = tally(as_columns(after)[:COUNTED], dimensions).minus(tally(as_columns(before)[:COUNTED], dimensions))
        tallies.change(more)
    tallies.change(by)
