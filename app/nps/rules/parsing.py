"""What can stand in a cell of a file, and where; and why a cell can't be taken."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo

LIMITS = {  # characters
    "external_id": 200,
    "comment": 10_000,
    "survey": 200,
    "touchpoint": 200,
    "channel": 200,
    "department": 200,
    "team": 200,
    "tier": 200,
    "employee": 254,
    "customer_key": 200,
    "customer_name": 200,
    "customer_email": 254,
    "customer_phone": 60,
}
LONGEST_VALUE = 200  # of a segment field
LONGEST_FIELD = 50  # of a segment field's name
LONGEST_DRIVER = 80
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)  # clocks differ, and so do zones that were guessed
_WHOLE = re.compile(r"(\d{1,4})(?:\.0+)?", re.ASCII)
_SHOWN = 60  # characters of a value that is told
Scale = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a response can't be taken: the column's name and a reason that names the value."""

    column: str
    reason: str

    def __str__(self) -> str:
        return f"{self.column}: {self.reason}" if self.column else self.reason


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field stands: the column's name, for messages, and its number from 0."""

    column: str
    number: int


@dataclass(frozen=True)
class Layout:
    """Which cell of a row is what. `fields` are those named in LIMITS; the fixed texts stand in for empty cells."""

    width: int  # cells in a row
    fields: Mapping[str, Place]
    score: Place
    responded_at: Place
    osat: Place | None = None
    fixed: Mapping[str, str] = field(default_factory=dict)
    segments: Mapping[str, Place] = field(default_factory=dict)
    drivers: Mapping[str, tuple[Place, Scale]] = field(default_factory=dict)
    skip: Sequence[tuple[Place, frozenset[str]]] = ()  # values in lower case
    zone: tzinfo = UTC
    time_format: str = ""


def read_whole(text: str, scale: Scale) -> int:
    """A number of a scale, from a text such as "9" or " 9 ". Raises ValueError with a reason that names the text."""
    low, high = scale
    if not text.strip():
        raise ValueError(f"is empty, and has to be a whole number from {low} to {high}")
    found = _WHOLE.fullmatch(text.strip())
    if not found or not low <= int(found[1]) <= high:
        raise ValueError(f"“{shown(text)}” is not a whole number from {low} to {high}")
    return int(found[1])


def refuse_time(moment: datetime, now: datetime) -> None:
    """Raise ValueError for a time in the future, or before there was anything to ask about."""
    if moment > now + AHEAD:
        raise ValueError(f"{moment:%Y-%m-%d %H:%M} UTC is in the future")
    if moment < EARLIEST:
        raise ValueError(f"{moment:%Y-%m-%d} is before {EARLIEST.year}")


def refuse_text(text: str, limit: int) -> None:
    """Raise ValueError for a text that can't be kept."""
    if len(text) > limit:
        raise ValueError(f"has {len(text)} characters, and {limit} is the most: “{shown(text)}”")
    if "\0" in text:
        raise ValueError("holds a NUL character, which is no text")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValueError("holds half a character, which is no text") from None


def shown(text: str) -> str:
    """A value as a message names it: not too long, and without what would upset a line."""
    clean = " ".join(text.replace("\0", "␀").split())
    return clean if len(clean) <= _SHOWN else clean[: _SHOWN - 1] + "…"
