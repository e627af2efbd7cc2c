"""Responses as columns, one list a field: thousands of them are read, compared and counted a column at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, TypeVar

from app.nps.rules.responses import Contact, Given

K = TypeVar("K")
V = TypeVar("V")
Ratings = tuple[tuple[str, int], ...]  # drivers and their ratings, by name
Values = tuple[tuple[str, str], ...]  # segment fields and their values, by name; none is empty
_MOST_REMEMBERED = 100_000


@dataclass(slots=True)
class Sheet:
    """The fields of Given, each a list; a row is a response."""

    external_id: list[str]
    score: list[int]
    responded_at: list[str]  # stamps
    comment: list[str]
    survey: list[str]
    touchpoint: list[str]
    channel: list[str]
    department: list[str]
    team: list[str]
    tier: list[str]
    employee: list[str]
    customer_key: list[str]
    contact: list[Contact | None]
    osat: list[int | None]
    drivers: list[Ratings]
    segments: list[Values]
    marks: list[bytes | str] = field(default_factory=list)  # none, or those of versions.mark

    def __len__(self) -> int:
        return len(self.external_id)

    def only(self, rows: Sequence[int]) -> "Sheet":
        """These rows, in this order."""
        if len(rows) == len(self):
            return self
        columns: list[list[Any]] = [getattr(self, name) for name in FIELDS]
        if self.marks:
            columns.append(self.marks)
        return Sheet(*([column[row] for row in rows] for column in columns))

    def given(self, row: int) -> Given:
        """One row by itself."""
        values = {name: getattr(self, name)[row] for name in FIELDS}
        moment = datetime.fromisoformat(values["responded_at"])
        pairs = {name: dict(values[name]) for name in ("drivers", "segments")}
        return Given(**{**values, **pairs, "responded_at": moment})


FIELDS = tuple(one.name for one in fields(Given))


def sheet_of(given: Sequence[Given]) -> Sheet:
    """Responses that were given one by one."""
    columns: dict[str, list[Any]] = {name: [getattr(one, name) for one in given] for name in FIELDS}
    columns["responded_at"] = [stamp(one) for one in columns["responded_at"]]
    columns["drivers"] = [tuple(sorted(one.items())) for one in columns["drivers"]]
    columns["segments"] = [tuple(sorted((k, v) for k, v in one.items() if v)) for one in columns["segments"]]
    return Sheet(**columns)


def stamp(moment: datetime) -> str:
    """A moment as a text: "2026-01-31 14:05:00.000000+00:00", always in UTC, so that texts compare as moments do.

    Raises ValueError for a naive one.
    """
    if moment.tzinfo is not UTC:
        if moment.tzinfo is None:
            raise ValueError("a naive datetime is no moment; give it a time zone")
        moment = moment.astimezone(UTC)
    return moment.isoformat(" ", "microseconds")


class Remembered(dict[K, V]):
    """What a function says of values that come again and again: `list(map(remembered.__getitem__, column))`."""

    def __init__(self, find: Callable[[K], V]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, key: K) -> V:
        value = self._find(key)
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        self[key] = value
        return value
