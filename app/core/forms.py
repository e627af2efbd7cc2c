"""The base of every form, and CSRF protection for every POST."""

import re
import secrets
from typing import Any

from flask import Flask, g
from flask_wtf import CSRFProtect, FlaskForm
from flask_wtf.csrf import generate_csrf
from wtforms import StringField

from app.core.errors import Invalid


def strip(value: str | None) -> str | None:
    """Without white space at the ends and without NUL, which PostgreSQL can't store."""
    return value.replace("\x00", "").strip() if value else value


def new_token() -> str:
    """Of one form: what it does when it is sent is done once, however often it is sent."""
    return secrets.token_urlsafe(18)


def row_number(text: Any) -> int | None:
    """A row's number as an address or a form gives it; None for anything else."""
    return int(text) if re.fullmatch("[0-9]{1,9}", str(text)) else None


class BaseForm(FlaskForm):
    """A form whose text fields are stripped, and which can show an operation's refusal at its fields."""

    class Meta(FlaskForm.Meta):
        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            if issubclass(unbound_field.field_class, StringField):
                filters = [*unbound_field.kwargs.get("filters", ()), strip]
                return unbound_field.bind(form=form, filters=filters, **options)
            return unbound_field.bind(form=form, **options)

    def show(self, refusal: Invalid) -> None:
        """Put an operation's messages beside the fields they are about; what fits no field goes on top."""
        for name, message in refusal.fields.items():
            field = self._fields.get(name)
            if field is None:
                self.form_errors.append(message)
            else:
                field.errors = [*field.errors, message]
        if not refusal.fields and refusal.message:
            self.form_errors.append(refusal.message)


def form_token() -> str:
    """The token of this request's forms. A page has several, so it is looked up where generate_csrf keeps it."""
    token: str = g.get("csrf_token") or generate_csrf()
    return token


def init_app(app: Flask) -> None:
    CSRFProtect(app)
    app.context_processor(lambda: {"csrf_token": form_token})  # in place of the extension's own
