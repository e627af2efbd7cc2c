from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask_mailman import EmailMessage

from app.core import clock, mail, outbox
from app.core.db import db


def compose(payload: Mapping[str, Any]) -> EmailMessage | None:
    return EmailMessage("Hello", "Text.", to=[payload["to"]]) if payload["to"] else None


def test_a_mail_leaves_through_the_outbox(app: Any) -> None:
    mail.register_mail(app, "hello", compose)
    outbox.enqueue("mail", "1", {"mail": "hello", "to": "ana@company.example"}, clock.now())
    db.session.commit()
    assert outbox.drain() == 1
    assert [message.to for message in app.extensions["mailman"].outbox] == [["ana@company.example"]]


def test_a_mail_that_is_no_longer_due_is_done_without_being_sent(app: Any) -> None:
    mail.register_mail(app, "hello", compose)
    outbox.enqueue("mail", "1", {"mail": "hello", "to": ""}, clock.now())
    db.session.commit()
    assert outbox.drain() == 1
    assert getattr(app.extensions["mailman"], "outbox", []) == []


def test_in_production_without_a_mail_server_mails_wait(build: Callable[..., Any]) -> None:
    app = build(UPLIFT_ENV="production")
    with app.app_context(), pytest.raises(RuntimeError, match="set MAIL_SERVER"):
        mail._send({"mail": "hello"})
