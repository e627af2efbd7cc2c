"""Answers on their way in: checked, their ticket used up, sealed. Nothing here knows who sends them."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from app.core.db import db, insert_for
from app.core.errors import Invalid
from app.voice.models import Reached, SealedAnswer, Wave
from app.voice.operations import sealing
from app.voice.operations.tickets import AlreadySent, Ticket, is_spent, open_now, read_ticket, spend
from app.voice.rules.questions import Answers, check, read_definition

MINUTES = ("0-2", "2-5", "5-10", "10+")


def look_over(wave: Wave, ticket_text: str | None, given: Mapping[str, Any]) -> tuple[Ticket, Answers]:
    """What would be kept if it were sent now. Changes nothing.

    Raises SurveyClosed, NoTicket, AlreadySent, and Invalid with the messages by question key ("": about the whole).
    """
    wave = open_now(wave)
    ticket = read_ticket(wave, ticket_text)
    if is_spent(wave, ticket):
        raise AlreadySent("They came with this ticket before. Nothing is doubled: what was sent first counts.")
    answers, wrong = check(read_definition(wave.definition or {}), given)
    if wrong:
        raise Invalid("", wrong)
    return ticket, answers


def send(wave: Wave, ticket_text: str | None, given: Mapping[str, Any], minutes: str, now: datetime) -> None:
    """Keep one person's answers, sealed, and use the ticket up. Raises what look_over raises.

    `now` is not written anywhere: answers have no time.
    """
    ticket, answers = look_over(wave, ticket_text, given)
    if not spend(wave, ticket):
        raise AlreadySent("They came with this ticket a moment ago. Nothing is doubled.")
    envelope: dict[str, Any] = {
        "answers": answers,
        "segments": dict(ticket.segments),
        "minutes": minutes if minutes in MINUTES else "",
    }
    if ticket.person_id is not None:
        envelope["person_id"] = ticket.person_id
    content = sealing.seal(wave.link, envelope)
    db.session.add(SealedAnswer(id=secrets.token_hex(16), wave_id=wave.id, content=content))
    db.session.flush()


def note_reached(wave: Wave, ticket_text: str | None, positions: Iterable[int]) -> None:
    """One device more that got as far as these questions (0: it opened the page).

    Questions that branching leads to are left out: whoever watched the counts would read an answer off them.
    Raises SurveyClosed and NoTicket: what a closed wave shows stays as it is.
    """
    wave = open_now(wave)
    read_ticket(wave, ticket_text)
    questions = read_definition(wave.definition or {}).questions
    counted = {0, *(at for at, one in enumerate(questions, start=1) if not one.shown_by)}
    for position in sorted(counted.intersection(positions)):
        row = {"wave_id": wave.id, "position": position, "n": 1}
        insert = insert_for(Reached).values(row)
        more = insert.on_conflict_do_update(index_elements=["wave_id", "position"], set_={"n": Reached.n + 1})
        db.session.execute(more)
