"""Being invited to a survey: what it is, how safe, and the ticket by which answers are sent without a name.

The pages here know who is signed in; those of views.ballot don't.
"""

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotFound
from app.core.permissions import Can, may, require
from app.voice import ballot_phrases as phrases
from app.voice import ticket_cookie
from app.voice.models import Wave
from app.voice.operations import tickets
from app.voice.operations.freezing import segments_of
from app.voice.queries.ballot import has_ticket, wave_at
from app.voice.rules.questions import read_definition
from app.voice.web import voice


def _invited(link: str) -> Wave:
    """The wave, for those who are asked."""
    require(Can.SEE_VOICE)
    wave = wave_at(link)
    if wave is None or not may(Can.ANSWER_SURVEY, wave):
        raise NotFound("There is no survey at this address, or it is not you who is asked.")
    require(Can.ANSWER_SURVEY, wave)
    return wave


@voice.get("/voice/s/<link>")
def invitation(link: str) -> ResponseReturnValue:
    return _page(_invited(link))


def _page(
    wave: Wave, status: int = 200, *, refusal: Exception | None = None, shared: bool = False
) -> ResponseReturnValue:
    """The invitation, with what came of the last action on it."""
    definition, today = read_definition(wave.definition or {}), clock.today_in("", clock.now())
    page = render_template(
        "voice/invitation.html",
        wave=wave,
        definition=definition,
        closed=wave.state != "open" or wave.closes_on < today,
        began=has_ticket(wave.id, current_user.id),
        minutes=phrases.minutes_for(definition),
        facts=phrases.facts(segments_of(current_user, definition, today)),
        refusal=refusal,
        shared=shared,
        nonce=tickets.new_nonce(),
        words=phrases,
    )
    return page, status


@voice.post("/voice/answer/<link>/ticket")
def ticket(link: str) -> ResponseReturnValue:
    """Give out the ticket, once, to this browser, or go on with it. Below the ballot's address, as its cookie is."""
    wave, here = _invited(link), redirect(url_for("ballot.form", link=link), 303)
    held, given = ticket_cookie.held(link), request.form
    if "replace" not in given:
        if has_ticket(wave.id, current_user.id):
            if tickets.may_go_on(wave, current_user, held):
                return here  # a second click, or coming back
        elif tickets.is_usable(wave, held):
            return _page(wave, 409, shared=True)
    try:
        nonce = given.get("form", "")
        text = tickets.take_ticket(wave, current_user, "consent" in given, clock.now(), nonce=nonce)
    except (Conflict, Invalid) as refusal:
        db.session.rollback()
        return _page(wave, int(refusal.status), refusal=refusal)
    db.session.commit()
    return ticket_cookie.keep(make_response(here), wave, text)


@voice.post("/voice/answer/<link>/give-back")
def give_back(link: str) -> ResponseReturnValue:
    """Take the unused ticket out of this browser, so that its person can begin in another one."""
    wave = _invited(link)
    try:
        tickets.give_back(wave, current_user, ticket_cookie.held(link))
    except (Conflict, tickets.NoTicket) as refusal:
        db.session.rollback()
        return _page(wave, int(refusal.status), refusal=refusal)
    db.session.commit()
    return ticket_cookie.forget(make_response(redirect(url_for("voice.invitation", link=link), 303)), link)
