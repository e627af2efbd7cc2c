"""What the mails of this slice say; they are written when they are sent, so that links are never stored."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, current_app, render_template
from flask_mailman import EmailMessage

from app.accounts import links
from app.accounts.models import LinkPurpose, Person
from app.accounts.queries.links import LinkState, find_link
from app.accounts.rules.fields import is_time_zone
from app.core import clock
from app.core.mail import register_mail

SUBJECTS = {
    LinkPurpose.INVITATION: "Your invitation to Uplift",
    LinkPurpose.RESET: "Choose a new password for Uplift",
}
TEMPLATES = {
    LinkPurpose.INVITATION: "accounts/mail/invitation.txt",
    LinkPurpose.RESET: "accounts/mail/password_reset.txt",
}


def compose(purpose: LinkPurpose, payload: Mapping[str, Any]) -> EmailMessage | None:
    state, link, person = find_link(purpose, payload["link_id"], clock.now())
    if state is not LinkState.OPEN or link is None or person is None:
        return None  # used, replaced or run out while it waited
    body = render_template(
        TEMPLATES[purpose],
        person=person,
        address=links.address(purpose, link.id),
        until=in_words(link.expires_at, person),
        company=current_app.config["COMPANY_NAME"],
    )
    return EmailMessage(SUBJECTS[purpose], body, to=[person.email])


def in_words(moment: datetime, person: Person) -> str:
    """A moment in the zone of the person who reads it: "Tuesday, 3 March 2026 at 14:00 (Europe/Berlin)"."""
    name = person.time_zone or current_app.config["TIME_ZONE"]
    local = moment.astimezone(ZoneInfo(name if is_time_zone(name) else "UTC"))
    return f"{local:%A}, {local.day} {local:%B %Y} at {local:%H:%M} ({local.tzinfo})"


def init_app(app: Flask) -> None:
    register_mail(app, "invitation", lambda payload: compose(LinkPurpose.INVITATION, payload))
    register_mail(app, "password_reset", lambda payload: compose(LinkPurpose.RESET, payload))
