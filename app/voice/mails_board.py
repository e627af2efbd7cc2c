"""What the mails about blockers say; each is written when it is sent, and only if it still is for its reader."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, current_app, render_template
from flask_mailman import EmailMessage

from app.core.mail import register_mail
from app.core.pages import has_page
from app.voice.operations import telling
from app.voice.queries.triage import change_for, comment_for
from app.voice.rules.triage import STATE_WORDS
from app.voice.triage_phrases import sentences


def compose_change(payload: Mapping[str, Any]) -> EmailMessage | None:
    """What was done to a blocker; None for whoever has left or follows it no more."""
    found = change_for(payload["change_id"], payload["person_id"])
    if found is None or not _still_reads(found):
        return None
    said = sentences(found.what)
    state = found.what["state"][1] if "state" in found.what else ""
    subject = "{state}: “{title}”" if state else "News of “{title}”"
    return _mail("blocker_change", subject.format(state=state, title=found.title), found, said=said)


def compose_owner(payload: Mapping[str, Any]) -> EmailMessage | None:
    """That a blocker is one's own now, or not any more; None where somebody else owns it by now, or it came back."""
    found = change_for(payload["change_id"], payload["person_id"])
    if found is None or not found.active:
        return None
    owns = found.owner_id == found.reader_id
    came = found.what["owner"][1] == f"{found.given_name} {found.family_name}"
    if owns != came:
        return None
    subject = "You take care of “{title}” now" if owns else "“{title}” is with somebody else now"
    said = sentences({name: value for name, value in found.what.items() if name != "owner"})
    new = found.what["owner"][1]
    return _mail("blocker_owner", subject.format(title=found.title), found, said=said, owns=owns, new=new)


def compose_comment(payload: Mapping[str, Any]) -> EmailMessage | None:
    """A word about a blocker. What an anonymous writer says stands on the page alone, not in a mail."""
    found = comment_for(payload["comment_id"], payload["person_id"])
    if found is None or not _still_reads(found):
        return None
    return _mail("blocker_comment", f"A word about “{found.title}”", found)


def _still_reads(found: Any) -> bool:
    """Whether the reader works here, and follows, owns or has reported the blocker."""
    return bool(found.active and (found.follows or found.reader_id in {found.owner_id, found.reporter_id}))


def _mail(template: str, subject: str, found: Any, **values: Any) -> EmailMessage:
    author = f"{found.author_given} {found.author_family}" if found.author_given else ""
    body = render_template(
        f"voice/mail/{template}.txt",
        found=found,
        author=author,
        state=STATE_WORDS[found.state],
        address=board_address(found.id),
        **values,
    )
    return EmailMessage(" ".join(subject.split()), body, to=[found.email])


def board_address(blocker_id: int) -> str:
    """The whole public address of a blocker's page; it needs no request."""
    base = current_app.config["BASE_URL"] or f"http://127.0.0.1:{current_app.config['PORT']}"
    path = "/"
    if has_page("voice.blocker"):
        path = current_app.url_map.bind("").build("voice.blocker", {"blocker_id": blocker_id})
    return f"{base.rstrip('/')}{path}"


def init_app(app: Flask) -> None:
    register_mail(app, telling.CHANGE, compose_change)
    register_mail(app, telling.OWNER, compose_owner)
    register_mail(app, telling.COMMENT, compose_comment)
