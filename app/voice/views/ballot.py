"""The ballot: answering without being known.

Nothing here opens the session, and pages are drawn without what reads it: whoever answers is somebody with a ticket.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import current_app, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin
from werkzeug.exceptions import HTTPException

from app.core import clock, errors
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotFound, UpliftError
from app.voice import ballot_forms, ticket_cookie
from app.voice import ballot_phrases as phrases
from app.voice.models import Wave
from app.voice.operations import answering, tickets
from app.voice.queries.ballot import found_in, found_while_typing, name_of, wave_at
from app.voice.rules.questions import LONGEST_TEXT, Definition, read_definition
from app.voice.rules.scrubbing import Found, mark
from app.voice.web import ballot

_MOST_POSITIONS = 100  # in one request


@ballot.before_request
def _nobody_is_signed_in() -> None:
    """Whatever the request's cookies say: what asks for the signed-in person here is told that there is none."""
    g._login_user = AnonymousUserMixin()


def _draw(template: str, **values: Any) -> str:
    """A page without the context processors of the others, which look at the session."""
    return current_app.jinja_env.get_template(f"voice/{template}.html").render(words=phrases, **values)


def _wave(link: str) -> Wave:
    wave = wave_at(link)
    if wave is None:
        raise NotFound("There is no survey at this address.")
    return wave


@ballot.get("/voice/answer/<link>")
def form(link: str) -> ResponseReturnValue:
    wave = _wave(link)
    if wave.state != "open":
        raise tickets.SurveyClosed("It takes no answers any more. What was sent in time counts.")
    ticket = tickets.read_ticket(wave, ticket_cookie.held(link))
    if tickets.is_spent(wave, ticket):
        raise tickets.AlreadySent("They were sent from this browser. There is nothing left to do.")
    return _form_page(wave)


@ballot.post("/voice/answer/<link>")
def send(link: str) -> ResponseReturnValue:
    wave, now, held = _wave(link), clock.now(), ticket_cookie.held(link)
    posted = ballot_forms.read(_definition(wave), request.form)
    try:
        _, answers = answering.look_over(wave, held, posted.given)
        found = found_in({key: text for key, text in answers.items() if key in posted.decisions})
        if posted.undecided(found):
            db.session.rollback()
            return _form_page(wave, posted, found=found)
        answering.send(wave, held, posted.decided(found), posted.minutes, now)
    except (Conflict, Invalid, tickets.NoTicket) as refusal:
        db.session.rollback()
        return _refused(wave, posted, refusal)
    db.session.commit()
    return ticket_cookie.forget(make_response(redirect(url_for("ballot.thanks", link=link), 303)), link)


def _definition(wave: Wave) -> Definition:
    return read_definition(wave.definition or {})


def _refused(wave: Wave, posted: ballot_forms.Posted, refusal: UpliftError) -> ResponseReturnValue:
    """Nothing of what was typed is lost: it is in the form, or on the page that says why there is none any more."""
    status = int(refusal.status)
    if isinstance(refusal, Conflict):
        return _end(wave, refusal.title, refusal.message, posted.texts(_definition(wave))), status
    wrong = refusal.fields if isinstance(refusal, Invalid) else {}
    notice = refusal.message if isinstance(refusal, tickets.NoTicket) else ""
    return _form_page(wave, posted, wrong=wrong, notice=notice, status=status)


def _form_page(
    wave: Wave,
    posted: ballot_forms.Posted | None = None,
    *,
    wrong: Mapping[str, str] | None = None,
    found: Mapping[str, Sequence[Found]] | None = None,
    notice: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    held, definition = ticket_cookie.held(wave.link), _definition(wave)
    ticket = tickets.read_ticket(wave, held) if tickets.is_readable(wave, held) else None
    page = _draw(
        "ballot",
        wave=wave,
        definition=definition,
        posted=posted,
        wrong=wrong or {},
        found=found or {},
        notice=notice,
        draft=ticket.mark(wave) if ticket else "",
        name=name_of(ticket.person_id) if ticket else "",
        minutes=phrases.minutes_for(definition),
        mark=mark,
    )
    return page, status


def _end(wave: Wave | None, title: str, message: str, texts: Sequence[tuple[str, str]] = ()) -> str:
    """A page that says why there is no form."""
    return _draw("ballot_closed", wave=wave, title=title, message=message, texts=texts)


@ballot.get("/voice/answer/<link>/thanks")
def thanks(link: str) -> ResponseReturnValue:
    wave = _wave(link)
    return _draw("ballot_thanks", wave=wave, definition=_definition(wave))


@ballot.post("/voice/answer/<link>/reached")
def reached(link: str) -> ResponseReturnValue:
    """How far somebody got, as a number more."""
    given = request.form.getlist("position")[:_MOST_POSITIONS]
    positions = [int(one) for one in given if one.isdecimal() and len(one) < 4]
    answering.note_reached(_wave(link), ticket_cookie.held(link), positions)
    db.session.commit()
    return "", 204


@ballot.post("/voice/answer/<link>/names")
def names(link: str) -> ResponseReturnValue:
    """What in a text points at people, while it is typed. Nothing of it is kept."""
    tickets.read_for(link, ticket_cookie.held(link))
    found = found_while_typing(request.form.get("text", "").replace("\x00", "")[:LONGEST_TEXT])
    return {"found": [{"text": one.text, "kind": one.kind, "instead": one.instead} for one in found]}


@ballot.errorhandler(UpliftError)
def _say_why(error: UpliftError) -> ResponseReturnValue:
    db.session.rollback()
    if errors.wants_json():
        return errors.answer(int(error.status), error.title, error.message)
    link = (request.view_args or {}).get("link", "")
    return _end(wave_at(link), error.title, error.message), int(error.status)


@ballot.errorhandler(HTTPException)
def _say_what(error: HTTPException) -> ResponseReturnValue:
    db.session.rollback()
    if error.code is None or error.code < 400:
        return error
    title = errors.TITLES.get(HTTPStatus(error.code), error.name)
    words = "Nothing was sent. Go back: what you typed is still in the form."
    return _end(None, title, words), error.code
