"""The only door to figures of a survey: what the ledger of a closed wave lets through, the same for everybody.

Nothing here reads an answer. Numbers near everybody or nobody are kept only as finely as the bands that are shown of
them (rules.tallying), so ask `share` and `average` instead of reckoning with tallies.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

from sqlalchemy import func, select

from app.core import tables
from app.core.db import db
from app.voice.models import AnswerText, Release, SealedAnswer, Tally, Wave
from app.voice.rules.confidentiality import (
    QUOTES,
    Refusal,
    Share,
    in_batches,
    margin,
    rate_of,
    release_key,
    share_of,
)
from app.voice.rules.questions import OTHER
from app.voice.rules.tallying import ROW_ANSWERED

MOST_FIELDS = 2  # that can be combined
_TEXT: Any = AnswerText
_SORTS = {"": tables.Sort("", (_TEXT.id,))}


@dataclass(frozen=True, slots=True)
class Average:
    """The mean of a rating. Where all or nearly all gave the same, it is only near that."""

    value: float
    n: int  # people who answered
    about: bool  # say "about 4": all or nearly all gave the same rating
    deviation: float  # standard deviation of single ratings; 0 where `about`


@dataclass(frozen=True, slots=True)
class Released:
    """The figures of one group of a closed wave, or why they are refused."""

    filters: Mapping[str, str]
    shown: bool
    reason: Refusal | None = None
    n: int | None = None  # people in the group who took part
    named: bool = False  # the survey says whose answers they are: nothing is kept back
    tallies: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def tally(self, question_key: str) -> dict[str, int]:
        """How many gave each answer, by rules.questions.tally_values without ""; empty when refused.

        Answers that nobody gave are not in it. Of those that nearly nobody gave some are not, either, and where nearly
        all gave one, its number is the least that there may be: show `share` and `average`, never these numbers.
        """
        found = self.tallies.get(question_key, {})
        return {value: n for value, n in found.items() if value and not value.endswith("=")}

    def answered(self, question_key: str, row: str = "") -> int:
        """How many of the group answered the question, or one row of a matrix; 0 when that is refused."""
        return self.tallies.get(question_key, {}).get(ROW_ANSWERED.format(row) if row else "", 0)

    def why_not(self, question_key: str) -> Refusal | None:
        """Why this question is not shown of a group that is: too few answered it, or others would be given away.

        Which of the two it was is not told. None where it is shown.
        """
        if not self.shown:
            return self.reason
        return None if self.answered(question_key) else Refusal.FEW

    def share(self, question_key: str, value: str) -> Share | None:
        """The share of those who gave this answer among those who answered the question, or the matrix's row.

        A band where nearly all did, or nearly nobody. None when refused.
        """
        row = value.partition("=")[0] if "=" in value else ""
        total = self.answered(question_key, row)
        if not total:
            return None
        n = self.tallies[question_key].get(value, 0)
        return rate_of(n, total) if self.named else share_of(n, total)

    def average(self, question_key: str) -> Average | None:
        """The mean of a rating; None when refused."""
        tally, answered = self.tally(question_key), self.answered(question_key)
        told = sum(tally.values())
        if not told:
            return None
        mean = sum(int(value) * n for value, n in tally.items()) / told
        square = sum(n * (int(value) - mean) ** 2 for value, n in tally.items()) / told
        return Average(mean, answered, told < answered, sqrt(square))


@dataclass(frozen=True, slots=True)
class Quotes:
    """Some of the texts to a question (rows: id, text, sentiment), or why none is quoted."""

    shown: bool
    reason: Refusal | None = None
    page: tables.Page | None = None
    n: int | None = None  # texts altogether; None when refused


@dataclass(frozen=True, slots=True)
class Participation:
    """How many were asked and took part. While the wave is open only "at least", in steps of K."""

    asked: int | None  # None where anybody with the link can answer
    answers_at_least: int
    exact: bool
    rate: Share | None  # of those asked; while the wave is open of `answers_at_least`
    margin: float | None  # of a share of 50 %, as a share: 0.08 is 8 points either way; None while it is open


def released(wave: Wave, filters: Mapping[str, str]) -> Released:
    """The figures of those who match all filters (field: value; {} is everyone). Two statements at most.

    Everything is refused of a wave that is not closed.
    """
    refused = _cannot_be(wave, filters)
    return Released(dict(filters), False, refused) if refused else _read(wave, [filters])[0]


def groups(wave: Wave, field: str, within: Mapping[str, str] | None = None) -> list[Released]:
    """The figures of each value of a field, within a group: shown and refused ones, "Other" at the end.

    Two statements at most, however many values there are.
    """
    wanted = [{**(within or {}), field: value} for value in _values(wave, field)]
    refused = [_cannot_be(wave, filters) for filters in wanted]
    if any(refused):  # of one field, they are refused together
        return [Released(filters, False, reason) for filters, reason in zip(wanted, refused, strict=True)]
    return _read(wave, wanted)


def _values(wave: Wave, field: str) -> list[str]:
    definition = wave.definition or {}
    if definition.get("mode") != "confidential" or field not in definition.get("segments", ()):
        return []
    kept = definition.get("values", {}).get(field, ())
    return [*(value for value in kept if value != OTHER), OTHER]


def _cannot_be(wave: Wave, filters: Mapping[str, str]) -> Refusal | None:
    """Why there is no such group, before the ledger is asked; what is not closed has none."""
    known = all(value in _values(wave, field) for field, value in filters.items())
    return None if known and len(filters) <= MOST_FIELDS and wave.state == "closed" else Refusal.UNKNOWN


def _read(wave: Wave, wanted: list[dict[str, str]] | list[Mapping[str, str]]) -> list[Released]:
    """What the ledger says of each group. One without a row has too few people. Two statements."""
    keys = [release_key(filters) for filters in wanted]
    ledger = {
        row.key: row
        for row in db.session.execute(
            select(Release.key, Release.shown, Release.reason, Release.n).where(
                Release.wave_id == wave.id, Release.key.in_(keys)
            )
        )
    }
    tallies = _tallies(wave, [key for key, row in ledger.items() if row.shown])
    named = (wave.definition or {}).get("mode") == "named"
    found = []
    for filters, key in zip(wanted, keys, strict=True):
        row = ledger.get(key)
        if row is not None and row.shown:
            found.append(Released(dict(filters), True, None, row.n, named, tallies.get(key, {})))
        else:
            found.append(Released(dict(filters), False, Refusal(row.reason) if row else Refusal.FEW, named=named))
    return found


def _tallies(wave: Wave, keys: list[str]) -> dict[str, dict[str, dict[str, int]]]:
    statement = select(Tally.release_key, Tally.question_key, Tally.value, Tally.n).where(
        Tally.wave_id == wave.id, Tally.release_key.in_(keys)
    )
    found: dict[str, dict[str, dict[str, int]]] = {}
    for key, question_key, value, n in db.session.execute(statement):
        found.setdefault(key, {}).setdefault(question_key, {})[value] = n
    return found


def quotes(wave: Wave, question_key: str, args: Mapping[str, str], size: int = 20) -> Quotes:
    """A page of the texts to a question, by their random ids; `args` is the address's. Two statements at most.

    From QUOTES texts on; in a named survey from the first. How many there are is asked of the tallies: where a question
    is kept back because its number would tell what others answered, its texts are, too.
    """
    here = (AnswerText.wave_id == wave.id, AnswerText.question_key == question_key)
    answered = (Tally.wave_id == wave.id, Tally.release_key == "", Tally.question_key == question_key)
    n = db.session.scalar(select(Tally.n).where(*answered, Tally.value == "")) or 0
    named = (wave.definition or {}).get("mode") == "named"
    if wave.state != "closed" or n < (1 if named else QUOTES):
        return Quotes(False, Refusal.FEW)
    texts: Any = select(AnswerText.id, AnswerText.text, AnswerText.sentiment).where(*here)
    return Quotes(True, None, tables.page(db.session(), texts, _SORTS, {**args, "sort": ""}, size), n)


def participation(wave: Wave) -> Participation:
    """How many took part. No statement of a closed wave, one of an open one."""
    if wave.answers is not None:
        exact = True
        answers = wave.answers
    else:
        exact = False
        sealed = select(func.count()).where(SealedAnswer.wave_id == wave.id)
        answers = in_batches(db.session.scalar(sealed) or 0)
    rate = rate_of(min(answers, wave.asked), wave.asked) if wave.asked else None
    return Participation(wave.asked, answers, exact, rate, margin(answers, wave.asked) if exact else None)
