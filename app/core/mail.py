"""Mails leave through the outbox: the row holds what is needed to write the mail, never a link's secret."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, current_app
from flask_mailman import EmailMessage, Mail

from app.core import outbox
from app.core.db import db
from app.core.registry import Registry

Composer = Callable[[Mapping[str, Any]], "EmailMessage | None"]
_KEY = "uplift.mails"
mail = Mail()


def register_mail(app: Flask, name: str, compose: Composer) -> None:
    """Let `compose(payload)` write the mail of that name when it is sent; None means it is no longer due."""
    composers: Registry[Composer] = app.extensions[_KEY]
    composers.add(name, compose)


def _send(payload: Mapping[str, Any]) -> None:
    composers: Registry[Composer] = current_app.extensions[_KEY]
    if current_app.config["UPLIFT_ENV"] == "production" and not current_app.config["MAIL_SERVER"]:
        raise RuntimeError("no mail server is configured: set MAIL_SERVER")
    message = composers.get(payload["mail"])(payload)
    db.session.rollback()  # what composing read; a slow mail server must not hold the database
    if message is not None:
        message.send()


def init_app(app: Flask) -> None:
    backends = {
        "test": "locmem",
        "demo": "smtp" if app.config["MAIL_SERVER"] else "console",
        "production": "smtp",
    }
    app.config.setdefault("MAIL_BACKEND", backends[app.config["UPLIFT_ENV"]])
    mail.init_app(app)
    app.extensions[_KEY] = Registry[Composer]("mail")
    outbox.register_sender(app, "mail", _send)
