"""A dry run: what recording a file would do, without doing it."""

import sqlite3
from collections.abc import Iterator, Sequence

from sqlalchemy import select

from app.core.db import db
from app.nps.models import Source
from app.nps.operations.judging import Judge, Known, Recorded, Taken
from app.nps.operations.vocabulary import Vocabulary, chunks
from app.nps.rules.sheets import Sheet
from app.nps.rules.versions import SIZE


class Rehearsal:
    """Judges batch after batch as if each were written.

    What would have been written is kept in a file of SQLite's own, which goes with this object: a million responses
    take no more memory than one batch.
    """

    def __init__(self, source: str, vocabulary: Vocabulary, *, leave_out_unknown: bool = False) -> None:
        source_id = db.session.scalar(select(Source.id).where(Source.slug == source)) or 0
        self._judge = Judge(source_id, vocabulary, leave_out_unknown, memory=self)
        self._seen = sqlite3.connect("", isolation_level=None)
        self._seen.execute("CREATE TABLE seen (external_id TEXT PRIMARY KEY, prints BLOB) WITHOUT ROWID")

    def compare(self, sheet: Sheet) -> Recorded:
        """What would become of these."""
        recorded, taken = self._judge.judge(sheet)
        last = {sheet.external_id[place]: (taken.known.get(number), mark) for number, place, mark in _numbered(taken)}
        rows = [(name, b"".join([*known.earlier, mark] if known else [mark])) for name, (known, mark) in last.items()]
        self._seen.execute("BEGIN")
        self._seen.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?)", rows)
        self._seen.execute("COMMIT")
        return recorded

    def recall(self, external_ids: Sequence[str]) -> dict[str, Known]:
        """What was seen of these in the batches before."""
        known = {}
        for chunk in chunks(set(external_ids)):
            marks = ", ".join("?" * len(chunk))
            found = f"SELECT external_id, prints FROM seen WHERE external_id IN ({marks})"  # noqa: S608 - marks alone
            for name, prints in self._seen.execute(found, chunk):
                *earlier, present = (prints[start : start + SIZE] for start in range(0, len(prints), SIZE))
                known[name] = Known(present=present, earlier=set(earlier))
        return known

    def close(self) -> None:
        self._seen.close()


def _numbered(taken: Taken) -> Iterator[tuple[int, int, bytes]]:
    return ((number, place, mark) for number, (place, mark) in enumerate(zip(taken.places, taken.marks, strict=True)))
