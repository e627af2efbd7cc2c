"""Whether a response that is given again says the same, something else, or what it said before it was corrected."""

import functools
import json
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from app.nps.rules.responses import Outcome
from app.nps.rules.sheets import Sheet

SIZE = 16  # bytes of a fingerprint
_END = "\0"  # stands between the fields; no text holds it
NUL = "holds a NUL character, which is no text"
SURROGATE = "holds half a character (a lone surrogate), which is no text"


def mark(sheet: Sheet) -> Sheet:
    """The sheet, with a fingerprint of everything that was given for each row.

    The same content has the same, on every machine and in every order of drivers and segments. A row with a text that
    no database takes has the reason instead.
    """
    sheet.marks = _fingerprints(sheet)
    return sheet


def _fingerprints(sheet: Sheet) -> list[bytes | str]:
    columns = [
        *(sheet.external_id, map(str, sheet.score), sheet.responded_at, sheet.comment),
        *(sheet.survey, sheet.touchpoint),
        *(sheet.channel, sheet.department, sheet.team, sheet.tier, sheet.employee, sheet.customer_key),
        *_contacts(sheet),
        ["" if osat is None else str(osat) for osat in sheet.osat],
        *(map(_said, sheet.drivers), map(_said, sheet.segments)),
    ]
    texts = list(map(_END.join, zip(*columns, strict=True)))
    ends = len(columns) - 1
    try:
        marks = [blake2b(text.encode(), digest_size=SIZE).digest() for text in texts]
    except UnicodeEncodeError:
        return [_mark(text, ends) for text in texts]
    if "".join(texts).count(_END) == ends * len(texts):
        return list(marks)
    return [_mark(text, ends) for text in texts]


def _contacts(sheet: Sheet) -> list[list[str]]:
    if not any(sheet.contact):
        return [[""] * len(sheet)] * 3
    return [[getattr(one, name) if one else "" for one in sheet.contact] for name in ("name", "email", "phone")]


@functools.lru_cache(maxsize=100_000)
def _said(pairs: tuple[Any, ...]) -> str:
    # JSON would hide a NUL, which has to be noticed.
    return json.dumps(pairs, ensure_ascii=False).replace("\\u0000", _END) if pairs else ""


def _mark(text: str, ends: int) -> bytes | str:
    if text.count(_END) != ends:
        return NUL
    try:
        return blake2b(text.encode(), digest_size=SIZE).digest()
    except UnicodeEncodeError:
        return SURROGATE


@dataclass(slots=True)
class Standing:
    """What is known of one response: the fingerprints of its present content (None: there is none) and of earlier."""

    present: bytes | None = None
    earlier: set[bytes] = field(default_factory=set)

    def judge(self, given: bytes) -> Outcome:
        """What becomes of content with this fingerprint, unless it is refused."""
        if self.present is None:
            return Outcome.ADDED
        if given == self.present:
            return Outcome.UNCHANGED
        return Outcome.SUPERSEDED if given in self.earlier else Outcome.CORRECTED

    def take(self, given: bytes) -> None:
        """Content with this fingerprint is the present one from now on."""
        if self.present is not None:
            self.earlier.add(self.present)
        self.present = given
