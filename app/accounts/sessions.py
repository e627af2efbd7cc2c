"""Who is signed in: a session belongs to one person and one epoch, and ends by idleness, age or a new password."""

from datetime import timedelta

from flask import Flask, current_app, session
from flask_login import LoginManager, login_user, logout_user

from app.accounts import queries
from app.accounts.models import Person
from app.core import clock

_SINCE = "signed_in_at"
_SEEN = "seen_at"
# Signing the cookie anew with every request would cost each of them; a twentieth of the idle time is near enough.
RENEWALS = 20


def load(user_id: str) -> Person | None:
    """The person that a session names, while that session lasts. One statement, once a request."""
    person_id, _, epoch = user_id.partition(":")
    since = session.get(_SINCE)
    if not (person_id.isdecimal() and epoch.isdecimal() and isinstance(since, int)):
        return None
    longest = timedelta(days=current_app.config["SESSION_MAX_DAYS"]).total_seconds()
    if clock.now().timestamp() - since > longest:
        return None
    person = queries.load_signed_in(int(person_id))
    if person is None or not person.active or person.session_epoch != int(epoch):
        return None
    _renew()
    return person


def _renew() -> None:
    """Write the cookie anew now and then, so that its age counts from a recent request."""
    now, idle = int(clock.now().timestamp()), current_app.permanent_session_lifetime.total_seconds()
    if now - session.get(_SEEN, 0) > idle / RENEWALS:
        session[_SEEN] = now


def begin(person: Person) -> None:
    """Sign the person in, in a session that keeps nothing of what was in the browser before."""
    session.clear()
    login_user(person)
    session[_SINCE] = int(clock.now().timestamp())
    session.permanent = True  # its cookie's age is the idle lifetime, renewed while the session is used
    session[_SEEN] = session[_SINCE]


def end() -> None:
    """Sign out and forget what the session held."""
    logout_user()
    session.clear()


def init_app(app: Flask) -> None:
    manager = LoginManager()
    manager.login_view = "accounts.login"
    # Phones change their address between two pages: the signed cookie and the epoch decide, not the address.
    manager.session_protection = None
    manager.user_loader(load)
    manager.init_app(app)
