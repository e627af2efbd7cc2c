"""What an adversary does with a copy of the database, and stores that were built without a thought of them.

Each attack is a function that works on a naive store and on Uplift's alike; the tests want it to succeed on the one and
to fail on the other.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np


class NaiveStore:
    """An "anonymous" survey as it is built in an afternoon: ids that count, times, answers in the order they came."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.db = sqlite3.connect(path)
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA wal_autocheckpoint = 0")
        self.db.execute("CREATE TABLE participation (person_id INTEGER PRIMARY KEY, answered_at TEXT)")
        self.db.execute("CREATE TABLE answer (id INTEGER PRIMARY KEY AUTOINCREMENT, sent_at TEXT, text TEXT)")
        self.db.execute("CREATE TABLE vote (blocker_id INTEGER, digest BLOB)")

    def answer(self, person_id: int, text: str, at: int) -> None:
        self.db.execute("INSERT INTO participation VALUES (?, ?)", (person_id, f"2026-03-01T09:{at:02}"))
        self.db.execute("INSERT INTO answer (sent_at, text) VALUES (?, ?)", (f"2026-03-01T09:{at:02}", text))
        self.db.commit()

    def vote(self, blocker_id: int, person_id: int) -> None:
        self.db.execute("INSERT INTO vote VALUES (?, ?)", (blocker_id, hashlib.sha256(b"%d" % person_id).digest()))
        self.db.commit()


def counting_or_timed(connection: Any, tables: Iterable[str]) -> set[str]:
    """Columns that say when a row came, or after which other one: times by their names, counters, rowids."""
    found = set()
    for table in tables:
        sql = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
        found |= {f"{table}.rowid"} if "WITHOUT ROWID" not in sql else set()
        found |= {f"{table}.counter"} if "AUTOINCREMENT" in sql else set()
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        found |= {f"{table}.{name}" for name in columns if name.endswith(("_at", "_on", "time", "date", "day"))}
    return found


def writers_found(lists: Sequence[Mapping[str, set[str]]], people: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Whose text is whose, when texts are listed by several fields: the one person who is in all lists that hold it.

    `lists` has a mapping for each field, from its values to the texts shown there; `people` the values of each person.
    """
    found = {}
    for text in set().union(*(texts for one in lists for texts in one.values())):
        places = [{value for value, texts in one.items() if text in texts} for one in lists]
        there = [
            who for who, values in people.items() if all(v in p or not p for v, p in zip(values, places, strict=True))
        ]
        if len(there) == 1:
            found[text] = there[0]
    return found


def bytes_of(database: Path) -> bytes:
    """Everything on the disk: the file, its write-ahead log and the log's index."""
    parts = [database, *(database.with_name(database.name + end) for end in ("-wal", "-shm", "-journal"))]
    return b"".join(part.read_bytes() for part in parts if part.exists())


def orders_of(rows: Sequence[str], connection: Any, table: str, text: str) -> Iterator[list[str]]:
    """The texts in every order that a store offers: as they lie, by key, by rowid where there is one."""
    for order in ("", " ORDER BY id", " ORDER BY rowid"):
        try:
            found = [row[0] for row in connection.execute(f"SELECT {text} FROM {table}{order}")]  # noqa: S608 - of tests
        except sqlite3.OperationalError:  # there is no rowid to order by
            continue
        yield [one for one in found if one in set(rows)]


def likeness(sent: Sequence[str], found: Sequence[str]) -> float:
    """Spearman's rank correlation between the order of sending and the order that was found."""
    places = {text: place for place, text in enumerate(found)}
    ranks = np.array([places[text] for text in sent], dtype=float)
    return float(np.corrcoef(np.arange(len(sent)), ranks)[0, 1])


def shared(left: Iterable[Mapping[str, Any]], right: Iterable[Mapping[str, Any]], known: Iterable[Any]) -> set[Any]:
    """Values that stand on both sides, beside those that all rows share anyway."""
    common = {str(one) for one in known}
    first = {str(value) for row in left for value in row.values()}
    second = {str(value) for row in right for value in row.values()}
    return {one for one in first & second - common if len(one) > 1 and one not in {"None", "True", "False"}}


def guessed(digests: Iterable[bytes], person_ids: Iterable[int], blocker_ids: Iterable[int]) -> set[int]:
    """People whose vote is found by trying everybody with what a copy of the database holds."""
    held = set(digests)
    found = set()
    for person_id in person_ids:
        texts = [f"{person_id}"] + [
            f"{a}{sep}{b}"
            for one in blocker_ids
            for sep in ("", ":", "-", "/")
            for a, b in ((person_id, one), (one, person_id))
        ]
        tries = [make(text.encode()).digest() for text in texts for make in (hashlib.sha256, hashlib.blake2s)]
        if held.intersection(tries):
            found.add(person_id)
    return found


def smallest_difference(sets: Sequence[frozenset[int]]) -> int | None:
    """How few people two nested sets that were shown differ by; None when no two do."""
    sizes = [len(a ^ b) for a, b in combinations(set(sets), 2) if a <= b or b <= a]
    return min(sizes, default=None)


def determined(sets: Sequence[frozenset[int]], people: int) -> set[int]:
    """Whose answer follows from the sums over the sets that were shown: whose unit vector lies in the row space.

    Gaussian elimination over fractions: exact, and nothing of what the application uses.
    """
    rows = [[Fraction(person in one) for person in range(people)] for one in set(sets)]
    basis: list[list[Fraction]] = []
    pivots: list[int] = []
    for column in range(people):
        row = next((one for one in rows if one[column]), None)
        if row is None:
            continue
        rows.remove(row)
        row = [value / row[column] for value in row]
        rows = [[a - one[column] * b for a, b in zip(one, row, strict=True)] for one in rows]
        basis = [[a - one[column] * b for a, b in zip(one, row, strict=True)] for one in basis]
        basis.append(row)
        pivots.append(column)
    return {pivot for pivot, row in zip(pivots, basis, strict=True) if sum(value != 0 for value in row) == 1}
