"""Tickets: what a person asked is given once, so that answers can be sent by somebody who is not signed in.

A ticket is signed and never stored. It says which wave it is for, at most the coarse fields that go with the answers,
and only in a named survey whose it is. What is kept of a used one is a digest of its random number, which leads neither
to the person it was given to nor to the answers that came with it.

That number follows from the form by which the ticket was collected: the same form again, after a double click or when
the answer got lost on its way, gets the same ticket. Of the form another digest is kept, which does not lead to the
number.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import select, update

from app.accounts.models import Person
from app.core import clock
from app.core.db import db, insert_for
from app.core.errors import Conflict, Invalid, UpliftError
from app.voice.models import Participant, SpentTicket, Wave
from app.voice.operations.freezing import segments_of
from app.voice.operations.sealing import derived, known_secrets
from app.voice.rules.questions import read_definition

_NONCE = 16  # random bytes
_NONCE_LOOKS = re.compile(r"[A-Za-z0-9_-]{22,64}")
NOT_HERE = (
    "Your ticket is not in this browser. If you have sent your answers, there is nothing left to do; if you have not "
    "begun yet, collect it where you were invited."
)
CONSENT = "Your name goes with your answers in this survey. Say that this is fine with you, or leave it unanswered."


class NoTicket(UpliftError):
    """Nothing that could be read as a ticket of this wave."""

    status = HTTPStatus.FORBIDDEN
    title = "This needs a ticket"


class SurveyClosed(Conflict):
    """The wave takes no answers, or gives out no tickets, any more."""

    title = "This survey is closed"


class AlreadyTaken(Conflict):
    """The person's ticket was given to another browser; which answers it belongs to is known nowhere."""

    title = "Your ticket was given out already"


class FormUsed(Conflict):
    """The ticket that this form stands for is worth nothing any more: it was given back."""

    title = "This page has given out its ticket"


class AlreadySent(Conflict):
    """The ticket was used."""

    title = "Your answers are here already"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a ticket says."""

    number: str  # nobody can guess it
    segments: Mapping[str, str]
    person_id: int | None = None  # in named surveys

    def digest(self, wave: Wave) -> bytes:
        """What is kept of it once it is used. Of its number: a signature could be written in more than one way."""
        return hashlib.sha256(f"{wave.link} {self.number}".encode()).digest()

    def mark(self, wave: Wave) -> str:
        """Tells a browser what was typed with this ticket from what was typed with another one."""
        return hashlib.sha256(f"draft {wave.link} {self.number}".encode()).hexdigest()[:16]


def _serializer() -> URLSafeSerializer:
    """Signs with today's secret key and knows those before it."""
    fallbacks = current_app.config.get("SECRET_KEY_FALLBACKS") or ()
    keys = [derived("tickets", one) for one in (*reversed(fallbacks), current_app.config["SECRET_KEY"])]
    signer = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    return URLSafeSerializer(keys, salt="voice ticket", signer_kwargs=signer)


def new_nonce() -> str:
    """The random number of a form by which a ticket is collected. It is kept nowhere."""
    return secrets.token_urlsafe(_NONCE)


def _number(nonce: str, secret: str | None = None) -> str:
    """The number of the ticket that this form stands for."""
    return hmac.new(derived("ticket number", secret), nonce.encode(), hashlib.sha256).hexdigest()


def _begun(nonce: str, secret: str | None = None) -> bytes:
    """What is kept to recognize the form."""
    return hmac.new(derived("begun", secret), nonce.encode(), hashlib.sha256).digest()


def take_ticket(wave: Wave, person: Person, consented: bool, now: datetime, *, nonce: str = "") -> str:
    """This person's ticket, given out once; the same one when it is asked for by the same form again.

    `nonce` is the form's `new_nonce()`; without one, or with an odd one, the ticket is random and given out this once.
    Raises SurveyClosed, AlreadyTaken, FormUsed, and Invalid without needed consent; the caller rolls back.
    """
    wave, today = open_now(wave), clock.today_in("", now)
    if wave.closes_on < today:
        raise SurveyClosed("Its last day is over, so it can’t be begun any more.")
    definition = read_definition(wave.definition or {})
    if not _NONCE_LOOKS.fullmatch(nonce):
        nonce = new_nonce()
    if wave.by_link:
        row = {"wave_id": wave.id, "person_id": person.id, "took_part": False}
        db.session.execute(insert_for(Participant).values(row).on_conflict_do_nothing())
    if not _mark(wave, person, _begun(nonce)):
        number = _given_by(wave, person, nonce)
    elif definition.mode == "named" and not consented:
        raise Invalid("", {"consent": CONSENT})
    elif is_spent(wave, Ticket(number := _number(nonce), {})):
        raise FormUsed("That one was given back. Press the button once more: now you get a new one.")
    given: dict[str, Any] = {"w": wave.link, "n": number, "s": _segments(person, wave, today)}
    if definition.mode == "named":
        given["p"] = person.id
    text = _serializer().dumps(given)
    return text if isinstance(text, str) else text.decode()


def _given_by(wave: Wave, person: Person, nonce: str) -> str:
    """The number of the ticket that this form gave out before. Raises AlreadyTaken when it was another form."""
    here = (Participant.wave_id == wave.id, Participant.person_id == person.id)
    begun = db.session.scalar(select(Participant.begun).where(*here)) or b""
    for secret in known_secrets():
        if hmac.compare_digest(begun, _begun(nonce, secret)):
            return _number(nonce, secret)
    raise AlreadyTaken("It is kept by the browser in which you began, and there is only one.")


def _segments(person: Person, wave: Wave, today: date) -> dict[str, str]:
    return segments_of(person, read_definition(wave.definition or {}), today)


def read_ticket(wave: Wave, text: str | None) -> Ticket:
    """What a ticket of this wave says. Raises NoTicket when it is missing, forged or of another wave."""
    return read_for(wave.link, text)


def read_for(link: str, text: str | None) -> Ticket:
    """The same by the wave's link, without a look into the database."""
    try:
        given = _serializer().loads(text or "")
    except BadData:
        given = None
    if not isinstance(given, dict) or given.get("w") != link:
        raise NoTicket(NOT_HERE)
    return Ticket(given["n"], given["s"], given.get("p"))


def is_spent(wave: Wave, ticket: Ticket) -> bool:
    """Whether it was used or given back. One statement."""
    return db.session.get(SpentTicket, (wave.id, ticket.digest(wave))) is not None


def is_usable(wave: Wave, text: str | None) -> bool:
    """Whether this is a ticket of the wave that waits to be used. One statement at most."""
    return is_readable(wave, text) and not is_spent(wave, read_ticket(wave, text))


def is_readable(wave: Wave, text: str | None) -> bool:
    """Whether this is a ticket of the wave at all."""
    try:
        read_ticket(wave, text)
    except NoTicket:
        return False
    return True


def may_go_on(wave: Wave, person: Person, text: str | None) -> bool:
    """Whether this is a ticket of the wave, and nobody else's by name."""
    return is_readable(wave, text) and read_ticket(wave, text).person_id in (None, person.id)


def spend(wave: Wave, ticket: Ticket) -> bool:
    """Use the ticket up. False when it was used before: of two at once, one wins."""
    row = {"wave_id": wave.id, "digest": ticket.digest(wave)}
    spent = insert_for(SpentTicket).values(row).on_conflict_do_nothing().returning(SpentTicket.wave_id)
    return db.session.scalar(spent) is not None


def give_back(wave: Wave, person: Person, text: str | None) -> None:
    """Take back an unused ticket from the browser that holds it, so that the person can begin on another device.

    Twice is harmless. Raises NoTicket, SurveyClosed, and AlreadySent when answers came with it.
    """
    wave = open_now(wave)
    if not is_readable(wave, text):
        raise NoTicket("The browser in which you began keeps it. Press this there.")
    ticket = read_ticket(wave, text)
    if ticket.person_id not in (None, person.id):
        raise NoTicket("The ticket in this browser is somebody else’s. Yours is where you began.")
    spent = spend(wave, ticket)
    given_back = _mark(wave, person, None)
    if not spent and given_back:  # answers came with it; the caller rolls back
        raise AlreadySent("They were sent from this browser, so there is no ticket left to give back.")
    if spent and not given_back:
        raise NoTicket("The ticket in this browser is somebody else’s: none was given to you yet.")


def _mark(wave: Wave, person: Person, begun: bytes | None) -> bool:
    """Note that the ticket was given out by this form, or by none any more. Whether this changed anything."""
    took_part = begun is not None
    here = (Participant.wave_id == wave.id, Participant.person_id == person.id)
    changed = update(Participant).where(*here, Participant.took_part.is_(not took_part))
    changed = changed.values(took_part=took_part, begun=begun)
    return db.session.scalar(changed.returning(Participant.person_id)) is not None


def open_now(wave: Wave) -> Wave:
    """The wave as it is, which nobody closes or changes until the end of this transaction. Raises SurveyClosed."""
    statement = select(Wave).where(Wave.id == wave.id).with_for_update(read=True)
    found = db.session.execute(statement.execution_options(populate_existing=True)).scalar_one()
    if found.state != "open":
        raise SurveyClosed("It takes no answers any more. What was sent in time counts.")
    return found
