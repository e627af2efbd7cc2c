"""What the mails about talks say; they are written when they are sent, and only if they still hold then."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask import Flask, render_template
from flask_mailman import EmailMessage, EmailMultiAlternatives

from app.coaching.addresses import session_address
from app.coaching.calendar import CANCEL, REQUEST, calendar_of
from app.coaching.operations import telling
from app.coaching.queries.invitations import Appointment, Party, action_with_owner, appointment, is_past
from app.core import clock
from app.core.mail import register_mail

TEMPLATES = {"new": "invitation", "moved": "update", "cancelled": "cancellation"}
SUBJECTS = {"new": "Coaching with {other}, {when}", "moved": "Moved: coaching with {other}, now {when}"}
SUBJECTS["cancelled"] = "Cancelled: coaching with {other}, {when}"


def compose_session(payload: Mapping[str, Any]) -> EmailMessage | None:
    """The invitation, its update or its cancellation, with the calendar entry for the reader's calendar."""
    found = _about(payload)
    if found is None or found[0].state == "held" or found[0].ends_at < clock.now():
        return None
    one, reader = found
    kind = "cancelled" if one.state == "cancelled" else "moved" if one.sequence else "new"
    message = _mail(TEMPLATES[kind], SUBJECTS[kind], one, reader)
    method = CANCEL if kind == "cancelled" else REQUEST
    entry = calendar_of([one], method, clock.now())
    # As a way to read the mail it becomes buttons in most programs; the others offer the file.
    message.attach_alternative(entry.decode(), f"text/calendar; method={method}")
    message.attach("session.ics", entry, "application/ics")
    return message


def compose_reminder(payload: Mapping[str, Any]) -> EmailMessage | None:
    found = _about(payload)
    if found is None or found[0].state != "planned" or found[0].starts_at < clock.now():
        return None
    return _mail("reminder", "Coaching with {other}, {when}", *found)


def compose_held(payload: Mapping[str, Any]) -> EmailMessage | None:
    found = appointment(payload["session_id"])
    if found is None or found.state != "held" or found.answered_at is not None or not found.person.active:
        return None
    return _mail("held", "The record of your talk of {when}", found, found.person)


def compose_unanswered(payload: Mapping[str, Any]) -> EmailMessage | None:
    found = appointment(payload["session_id"])
    if found is None or found.state != "held" or found.answered_at is not None or not found.person.active:
        return None
    return _mail("unanswered", "Your session of {when} waits for your answer", found, found.person)


def compose_overdue(payload: Mapping[str, Any]) -> EmailMessage | None:
    action = action_with_owner(payload["action_id"])
    now = clock.now()
    if action is None or action.state != "open" or not action.active:
        return None
    if not is_past(action.due_on, action.time_zone, now):
        return None  # it has more time by now
    body = render_template(
        "coaching/mail/action_overdue.txt",
        action=action,
        due=in_words(action.due_on),
        address=session_address(action.session_id),
    )
    return EmailMessage("An action of yours is past its day", body, to=[action.email])


def _about(payload: Mapping[str, Any]) -> tuple[Appointment, Party] | None:
    """The talk and the one who reads of it; None when a newer mail follows, or the reader has left."""
    found = appointment(payload["session_id"])
    reader = found.party(payload["person_id"]) if found else None
    if found is None or reader is None or found.sequence != payload["sequence"] or not reader.active:
        return None
    return found, reader


def _mail(template: str, subject: str, one: Appointment, reader: Party) -> EmailMultiAlternatives:
    """A mail about a talk, in the reader's zone."""
    other, local = one.other(reader), one.starts_at.astimezone(clock.zone_of(reader.time_zone))
    body = render_template(
        f"coaching/mail/{template}.txt",
        one=one,
        reader=reader,
        other=other,
        leads=reader.id == one.supervisor.id,
        when=f"{at(local)} ({local.tzinfo})",
        address=session_address(one.id),
    )
    subject = subject.format(other=other.name, when=at(local))
    return EmailMultiAlternatives(" ".join(subject.split()), body, to=[reader.email])


def at(local: datetime) -> str:
    """ "Tuesday, 3 March 2026 at 14:00"."""
    return f"{in_words(local)} at {local:%H:%M}"


def in_words(day: date) -> str:
    return f"{day:%A}, {day.day} {day:%B %Y}"


def init_app(app: Flask) -> None:
    register_mail(app, telling.SESSION, compose_session)
    register_mail(app, telling.REMINDER, compose_reminder)
    register_mail(app, telling.HELD, compose_held)
    register_mail(app, telling.UNANSWERED, compose_unanswered)
    register_mail(app, telling.OVERDUE, compose_overdue)
