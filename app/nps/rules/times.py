"""Reading when something happened, from a text of a known form."""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, tzinfo

from app.nps.rules.sheets import stamp

EXAMPLES = {"": "2026-01-31 14:05", "day-first": "31/01/2026 14:05", "month-first": "1/31/2026 2:05 PM"}
_EXAMPLE = datetime(2026, 1, 31, 14, 5, tzinfo=UTC)
_NUMBERS = re.compile(
    r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?: ?([ap])\.?m\.?)?)?",
    re.IGNORECASE | re.ASCII,
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_ZONE_IN_WORDS = re.compile(r" ?(?:UTC|GMT|Z)$", re.IGNORECASE)


class TimeReader:
    """Reads texts of one form as moments in UTC; those that name no zone are of `zone`.

    `time_format` is empty for ISO 8601, "day-first", "month-first", or a pattern of datetime.strptime.
    """

    def __init__(self, time_format: str, zone: tzinfo) -> None:
        self._zone, self._format = zone, time_format
        self._read = {"": _iso, "day-first": _day_first, "month-first": _month_first}.get(time_format)
        self._is_plain = not time_format and str(zone) == "UTC"
        self._example = EXAMPLES.get(time_format) or _EXAMPLE.strftime(time_format)

    def one(self, text: str) -> datetime:
        """The moment. Raises ValueError with the form that was expected."""
        try:
            moment = self._read(text) if self._read else datetime.strptime(text, self._format)  # noqa: DTZ007 - below
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=self._zone)
            return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValueError(f"is no time of the form {self._example}") from None

    def many(self, texts: Sequence[str]) -> list[str]:
        """The moments as stamps (sheets.stamp). Raises ValueError when one of them can't be read."""
        if self._is_plain and len(texts) > 1:
            with suppress(ValueError):  # as most files write it: no zone is named, and it is UTC
                read = datetime.fromisoformat
                return [read(text + "+00:00").isoformat(" ", "microseconds") for text in texts]
        return [stamp(self.one(text)) for text in texts]


def _iso(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        if not _ISO.match(text):
            raise
        # "2026-01-31 14:05:00 UTC" is how several programs write it.
        bare, found = _ZONE_IN_WORDS.subn("", text)
        moment = datetime.fromisoformat(bare)
        return moment.replace(tzinfo=UTC) if found else moment


def _day_first(text: str) -> datetime:
    return _numbers(text, (2, 1, 0))


def _month_first(text: str) -> datetime:
    return _numbers(text, (2, 0, 1))


def _numbers(text: str, order: tuple[int, int, int]) -> datetime:
    found = _NUMBERS.fullmatch(text)
    if found is None:
        return _iso(text) if _ISO.match(text) else _refuse()
    date = found.groups()[:3]
    year, month, day = (int(date[place]) for place in order)
    hour, minute, second = (int(part or 0) for part in found.groups()[3:6])
    half = (found[7] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            _refuse()
        hour = hour % 12 + (12 if half == "p" else 0)
    return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - given a zone by the caller


def _refuse() -> datetime:
    raise ValueError("of another form")
