"""Close a wave: open what was sealed, count it, decide what may be shown, and forget what led from one to the other.

All of it is one transaction of the caller's: a wave is open with every answer sealed, or closed with every one counted.
"""

import json
import random
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from app.core import clock
from app.core.bulk import insert_columns
from app.core.db import Base, db, reading
from app.core.errors import Conflict
from app.core.sentiment import compound
from app.voice.models import Answer, AnswerText, Participant, Release, SealedAnswer, SpentTicket, Tally, Wave
from app.voice.operations import sealing
from app.voice.operations.waves import lock
from app.voice.rules.confidentiality import Refusal
from app.voice.rules.ledger import Decisions, Grid, decide
from app.voice.rules.questions import Definition, read_definition
from app.voice.rules.tallying import Counts, Kept, everything, may_be_kept

OTHER_KEY = (
    "The answers can’t be opened: the server’s SECRET_KEY was changed while the wave was open. Nothing is lost. "
    "Have the former key put into the setting SECRET_KEY_FALLBACKS, then close the wave again."
)
_AT_ONCE = 500  # sealed answers read from the database together
_Person = int | None


@dataclass(slots=True)
class _Opened:
    """What was sealed, apart from who it belongs to: the answers, their texts, and the counts of both."""

    counts: Counts
    answers: list[tuple[str, _Person]] = field(default_factory=list)  # as JSON, which takes a fraction of the room
    texts: list[tuple[str, str, float, _Person]] = field(default_factory=list)  # question's key, text, tone


@dataclass(frozen=True, slots=True)
class Prepared:
    """A wave's answers opened and its figures worked out, while it took so many answers. Nothing is written yet."""

    sealed: int
    opened: _Opened
    ledger: Sequence[tuple[str, str, int | None]]  # key, reason, size
    tallies: Sequence[tuple[str, str, str, int]]


def prepare(wave_id: int) -> Prepared | None:
    """Work out a wave's results without keeping anybody from writing: for many people it takes a minute.

    Outside a transaction of the session. None when what is sealed can't be opened; close_wave says why.
    """
    with reading() as connection:
        asked = select(Wave.id, Wave.link, Wave.definition).where(Wave.id == wave_id)
        try:
            return _prepared(connection, connection.execute(asked).one())
        except sealing.CannotOpen:
            return None


def close_wave(wave: Wave, now: datetime, prepared: Prepared | None = None) -> bool:
    """Close an open wave for good. False when it is closed already, or can't be: then `trouble` says what to do.

    What was prepared counts if no answer came since. Raises Conflict for a wave that never opened.
    """
    wave = lock(wave)
    if wave.state == "closed":
        return False
    if wave.state != "open":
        raise Conflict("This wave has not opened, so there is nothing to close.")
    sealed = db.session.scalar(select(func.count()).where(SealedAnswer.wave_id == wave.id))
    try:
        if prepared is None or prepared.sealed != sealed:
            prepared = _prepared(db.session.connection(), wave)
    except sealing.CannotOpen:
        wave.trouble = OTHER_KEY
        db.session.flush()
        return False
    _write_answers(wave, prepared.opened)
    _write_release(wave, prepared.ledger)
    _write_tallies(wave, prepared.tallies)
    for model in (SealedAnswer, SpentTicket):
        db.session.execute(delete(model).where(model.wave_id == wave.id))
    db.session.execute(update(Participant).where(Participant.wave_id == wave.id).values(begun=None))
    wave.answers, wave.state, wave.trouble = len(prepared.opened.answers), "closed", ""
    db.session.flush()
    return True


def waves_to_close(now: datetime) -> list[Wave]:
    """Open waves whose last day is over, where the installation is. One statement."""
    over = select(Wave).where(Wave.state == "open", Wave.closes_on < clock.today_in("", now))
    return list(db.session.scalars(over.order_by(Wave.closes_on, Wave.id)))


def close_due(now: datetime) -> int:
    """Close the waves whose last day is over. How many."""
    return sum(close_wave(wave, now) for wave in waves_to_close(now))


def _prepared(connection: Connection, wave: Any) -> Prepared:
    """All of a wave but the writing. Raises CannotOpen when one of the answers can't be opened."""
    definition = read_definition(wave.definition or {})
    opened = _open(connection, wave, definition)
    ledger, kept = _figures(definition, opened.counts)
    return Prepared(
        sealed=len(opened.answers),
        opened=opened,
        ledger=sorted(ledger),
        tallies=sorted((one.key, one.question_key, one.value, one.n) for one in kept),
    )


def _open(connection: Connection, wave: Any, definition: Definition) -> _Opened:
    """All sealed answers, opened. Raises CannotOpen when one of them can't be: then none is touched."""
    opened = _Opened(Counts(definition.segments if definition.mode == "confidential" else ()))
    texts = {one.key for one in definition.questions if one.kind == "text"}
    for envelope in _envelopes(connection, wave):
        answers = envelope["answers"]
        person_id = envelope.get("person_id") if definition.mode == "named" else None
        opened.counts.add(definition, answers, envelope.get("segments") or {}, envelope.get("minutes") or "")
        kept = {key: answer for key, answer in answers.items() if key not in texts}
        opened.answers.append((json.dumps(kept), person_id))
        written = [(key, answers[key]) for key in texts & answers.keys() if answers[key]]
        opened.texts += [(key, text, compound(text), person_id) for key, text in written]
    return opened


def _envelopes(connection: Connection, wave: Any) -> Iterator[Mapping[str, Any]]:
    sealed = select(SealedAnswer.content).where(SealedAnswer.wave_id == wave.id).order_by(SealedAnswer.id)
    with closing(connection.scalars(sealed, execution_options={"yield_per": _AT_ONCE})) as contents:
        for content in contents:
            yield sealing.unseal(wave.link, content)


def _write_answers(wave: Wave, opened: _Opened) -> None:
    """Answers and texts, each shuffled for itself, with random ids and in their order: places and ids tell nothing."""
    dice = random.SystemRandom()
    dice.shuffle(opened.answers)
    dice.shuffle(opened.texts)
    _insert(wave, Answer, ("answers", "person_id"), opened.answers)
    _insert(wave, AnswerText, ("question_key", "text", "sentiment", "person_id"), opened.texts)


def _insert(wave: Wave, model: type[Base], names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        ids = sorted(secrets.token_hex(16) for _ in rows)
        columns: list[Sequence[Any]] = [ids, [wave.id] * len(rows), *zip(*rows, strict=True)]
        insert_columns(model, ["id", "wave_id", *names], columns, converted={"answers"})


def _figures(definition: Definition, counts: Counts) -> tuple[Iterable[tuple[str, str, int | None]], Iterable[Kept]]:
    """The ledger (key, reason, size), and the numbers that it lets through."""
    if definition.mode == "named":
        return [("", "", counts.people.total())], everything(definition, counts)
    grid = Grid(counts.fields, counts.people)
    if not grid.groups:
        return [("", Refusal.FEW, None)], []
    decisions = decide(grid, grid.sizes)
    return _rows(grid, decisions), may_be_kept(definition, counts, grid, decisions)


def _rows(grid: Grid, decisions: Decisions) -> Iterator[tuple[str, str, int | None]]:
    """Key, reason and size. Groups of fewer than K people have no row, so that none tells that somebody is there."""
    people = grid.people(grid.sizes)
    for place, reason in enumerate(decisions):
        yield grid.key(place), reason or "", None if reason else int(people[place])


def _write_release(wave: Wave, rows: Sequence[tuple[str, str, int | None]]) -> None:
    columns = list(zip(*((wave.id, key, not reason, str(reason), n) for key, reason, n in rows), strict=True))
    insert_columns(Release, ["wave_id", "key", "shown", "reason", "n"], columns)


def _write_tallies(wave: Wave, rows: Sequence[tuple[str, str, str, int]]) -> None:
    if rows:
        columns: list[Sequence[Any]] = [[wave.id] * len(rows), *zip(*rows, strict=True)]
        insert_columns(Tally, ["wave_id", "release_key", "question_key", "value", "n"], columns)
