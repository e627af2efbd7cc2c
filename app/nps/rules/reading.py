"""Rows of a file become responses, or the reasons why they can't; a column at a time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.nps.rules.parsing import (
    AHEAD,
    EARLIEST,
    LIMITS,
    LONGEST_VALUE,
    Layout,
    Place,
    Scale,
    Wrong,
    read_whole,
    refuse_text,
    refuse_time,
    shown,
)
from app.nps.rules.responses import Contact
from app.nps.rules.sheets import Ratings, Remembered, Sheet, Values, stamp
from app.nps.rules.times import TimeReader
from app.nps.rules.versions import mark

_EARLIEST = stamp(EARLIEST)
_CONTACT = ("customer_name", "customer_email", "customer_phone")


@dataclass
class Read:
    """What became of rows, which are known by their places in the list that was read.

    `sheet` holds the responses and `rows` their places; `wrong` says why others can't be taken; the rest is left out.
    """

    sheet: Sheet
    rows: Sequence[int]
    wrong: dict[int, list[Wrong]] = field(default_factory=dict)
    left_out: int = 0


class SheetReader:
    """Reads the rows of one file. Values that come again and again (labels, ratings) are looked at once."""

    def __init__(self, layout: Layout, now: datetime) -> None:
        self._layout, self._now = layout, now
        self._read_time, self._latest = TimeReader(layout.time_format, layout.zone), stamp(now + AHEAD)
        self._known: dict[str, _Careful] = {}
        self._ratings, self._values = Remembered(self._rated), Remembered(self._valued)

    def read(self, rows: Sequence[Sequence[str]]) -> Read:
        """The responses in rows of cells."""
        width = self._layout.width
        wrong = {
            number: [Wrong("", f"has {len(cells)} cells where the header has {width}")]
            for number, cells in enumerate(rows)
            if len(cells) != width
        }
        chosen: Sequence[int] = range(len(rows))
        if wrong:
            chosen = [number for number in chosen if number not in wrong]
        kept = self._kept(rows, chosen)
        page = _Page([rows[number] for number in kept], width)
        sheet = self._sheet(page)
        left_out = len(chosen) - len(kept)
        if page.wrong:
            wrong |= {kept[place]: found for place, found in page.wrong.items()}
            good = [place for place in range(len(kept)) if place not in page.wrong]
            sheet, kept = sheet.only(good), [kept[place] for place in good]
        return Read(mark(sheet), kept, wrong, left_out)

    def _kept(self, rows: Sequence[Sequence[str]], chosen: Sequence[int]) -> Sequence[int]:
        for place, values in self._layout.skip:
            chosen = [number for number in chosen if rows[number][place.number].strip().lower() not in values]
        return chosen

    def _sheet(self, page: "_Page") -> Sheet:
        layout = self._layout
        return Sheet(
            external_id=self._ids(page),
            score=self._often(page, "score", layout.score, lambda text: read_whole(text, (0, 10))),
            responded_at=self._moments(page),
            comment=self._texts(page, "comment"),
            survey=self._labels(page, "survey"),
            touchpoint=self._labels(page, "touchpoint"),
            channel=self._labels(page, "channel"),
            department=self._labels(page, "department"),
            team=self._labels(page, "team"),
            tier=self._labels(page, "tier"),
            employee=self._labels(page, "employee"),
            customer_key=self._texts(page, "customer_key"),
            contact=self._contacts(page),
            osat=self._often(page, "osat", layout.osat, _rating_reader((0, 10))) if layout.osat else page.blank(None),
            drivers=self._drivers(page),
            segments=self._segments(page),
        )

    def _often(self, page: "_Page", name: str, place: Place, read: Callable[[str], Any]) -> list[Any]:
        if name not in self._known:
            self._known[name] = _Careful(read)
        known = self._known[name]
        values = list(map(known.__getitem__, page.column(place)))
        if known.met_bad:
            page.note(place, ((row, value.reason) for row, value in enumerate(values) if type(value) is _Bad))
        return values

    def _labels(self, page: "_Page", name: str) -> list[str]:
        place, fixed = self._layout.fields.get(name), self._layout.fixed.get(name, "")
        return self._often(page, name, place, _text_reader(LIMITS[name], fixed)) if place else page.blank(fixed)

    def _texts(self, page: "_Page", name: str) -> list[str]:
        """Texts that differ from row to row: nearly all of them are fine, so that all are looked at in one go first."""
        place = self._layout.fields.get(name)
        if place is None:
            return page.blank("")
        texts, limit = list(map(str.strip, page.column(place))), LIMITS[name]
        if max(map(len, texts), default=0) > limit or "\0" in "".join(texts):
            page.note(place, _refused(texts, lambda text: refuse_text(text, limit)))
        return texts

    def _ids(self, page: "_Page") -> list[str]:
        texts = self._texts(page, "external_id")
        if "" in texts:
            reason = "is empty, and tells responses apart"
            page.note(self._layout.fields["external_id"], ((row, reason) for row, one in enumerate(texts) if not one))
        return texts

    def _moments(self, page: "_Page") -> list[str]:
        place, read = self._layout.responded_at, self._read_time
        texts = list(map(str.strip, page.column(place)))
        try:
            moments = read.many(texts)
            if not moments or (min(moments) >= _EARLIEST and max(moments) <= self._latest):
                return moments
        except ValueError:
            pass
        page.note(place, _refused(texts, self._moment))
        return [_EARLIEST if row in page.wrong else stamp(read.one(text)) for row, text in enumerate(texts)]

    def _moment(self, text: str) -> None:
        if not text:
            raise ValueError("is empty, and has to say when the customer answered")
        try:
            moment = self._read_time.one(text)
        except ValueError as error:
            raise ValueError(f"“{shown(text)}” {error}") from None
        refuse_time(moment, self._now)

    def _contacts(self, page: "_Page") -> list[Contact | None]:
        if not any(name in self._layout.fields for name in _CONTACT):
            return page.blank(None)
        told = zip(*(self._texts(page, name) for name in _CONTACT), strict=True)
        return [Contact(*one) if any(one) else None for one in told]

    def _drivers(self, page: "_Page") -> list[Ratings]:
        columns = [
            self._often(page, f"driver {name}", place, _rating_reader(scale))
            for name, (place, scale) in self._layout.drivers.items()
        ]
        return list(map(self._ratings.__getitem__, zip(*columns, strict=True))) if columns else page.blank(())

    def _rated(self, ratings: tuple[Any, ...]) -> Ratings:
        told = zip(self._layout.drivers, ratings, strict=True)
        return tuple(sorted((name, rating) for name, rating in told if rating is not None))

    def _segments(self, page: "_Page") -> list[Values]:
        columns = [
            self._often(page, f"segment {name}", place, _text_reader(LONGEST_VALUE, ""))
            for name, place in self._layout.segments.items()
        ]
        return list(map(self._values.__getitem__, zip(*columns, strict=True))) if columns else page.blank(())

    def _valued(self, values: tuple[Any, ...]) -> Values:
        told = zip(self._layout.segments, values, strict=True)
        return tuple(sorted((name, value) for name, value in told if value))


class _Page:
    """Rows turned into columns, and what is found wrong with them."""

    def __init__(self, rows: Sequence[Sequence[str]], width: int) -> None:
        self.size = len(rows)
        self.wrong: dict[int, list[Wrong]] = {}
        self._columns = list(zip(*rows, strict=True)) or [()] * width

    def column(self, place: Place) -> Sequence[str]:
        return self._columns[place.number]

    def blank(self, value: Any) -> list[Any]:
        return [value] * self.size

    def note(self, place: Place, reasons: Iterable[tuple[int, str]]) -> None:
        for row, reason in reasons:
            self.wrong.setdefault(row, []).append(Wrong(place.column, reason))


@dataclass(frozen=True, slots=True)
class _Bad:
    """In the place of a value that can't be taken. Then its whole row isn't."""

    reason: str


class _Careful(Remembered[str, Any]):
    """Remembers what a cell says, with a _Bad for one that can't be taken, and whether it ever met one."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        super().__init__(self._careful)
        self._read, self.met_bad = read, False

    def _careful(self, cell: str) -> Any:
        try:
            return self._read(cell)
        except ValueError as error:
            self.met_bad = True
            return _Bad(str(error))


def _refused(texts: Iterable[str], refuse: Callable[[str], None]) -> Iterable[tuple[int, str]]:
    for row, text in enumerate(texts):
        try:
            refuse(text)
        except ValueError as error:
            yield row, str(error)


def _rating_reader(scale: Scale) -> Callable[[str], int | None]:
    return lambda text: read_whole(text, scale) if text.strip() else None


def _text_reader(limit: int, fixed: str) -> Callable[[str], str]:
    def reading(cell: str) -> str:
        text = cell.strip()
        refuse_text(text, limit)
        return text or fixed

    return reading
