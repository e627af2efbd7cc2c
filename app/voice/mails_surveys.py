"""What the mails about surveys say. Each is written when it is sent, and only if it still holds then.

Everybody gets the same words and the same link. A reminder says that somebody has taken no ticket as far as the list
knows; whether there are answers, the list can't know.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Flask, render_template
from flask_mailman import EmailMessage

from app.core import clock
from app.core.mail import register_mail
from app.voice.operations import waves
from app.voice.queries.waves import for_mail
from app.voice.survey_addresses import invitation_address


def compose_invitation(payload: Mapping[str, Any]) -> EmailMessage | None:
    return _mail("survey_invitation", "We ask for your view: {title}", _due(payload))


def compose_reminder(payload: Mapping[str, Any]) -> EmailMessage | None:
    """None, too, for whoever took a ticket meanwhile."""
    found = _due(payload)
    if found is not None and found.took_part:
        return None
    return _mail("survey_reminder", "Until {day} you can still answer: {title}", found)


def _due(payload: Mapping[str, Any]) -> Any:
    """What the mail is about; None once the wave takes no answers, or the person has left."""
    found = for_mail(payload["wave_id"], payload["person_id"])
    if found is None or found.closes_on < clock.today_in("", clock.now()):
        return None
    return found


def _mail(template: str, subject: str, found: Any) -> EmailMessage | None:
    if found is None:
        return None
    until = in_words(found.closes_on)
    body = render_template(
        f"voice/mail/{template}.txt",
        name=found.given_name,
        title=found.definition["title"],
        purpose=found.definition["purpose"],
        mode=found.definition["mode"],
        until=until,
        address=invitation_address(found.link),
    )
    line = subject.format(title=found.definition["title"], day=until)
    return EmailMessage(" ".join(line.split()), body, to=[found.email])


def in_words(day: date) -> str:
    return f"{day:%A}, {day.day} {day:%B %Y}"


def init_app(app: Flask) -> None:
    register_mail(app, waves.INVITATION, compose_invitation)
    register_mail(app, waves.REMINDER, compose_reminder)
