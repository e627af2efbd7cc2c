"""Signing in and out, and the links with which a password is chosen."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts import operations, queries, sessions
from app.accounts.forms import ForgotForm, LoginForm, NewPasswordForm
from app.accounts.links import read_token
from app.accounts.models import LinkPurpose
from app.accounts.queries.links import LinkState
from app.accounts.throttle import TooManyTries, throttle
from app.accounts.web import accounts
from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.core.pages import local_path

# One sentence for a wrong password, an unknown address, someone who left, and an account without a password.
NOT_SIGNED_IN = "That e-mail address and password don’t belong together."
ASKED = "If this address belongs to an account, a mail with a link is on its way. Look in the spam folder too."
HOME = "/"


@accounts.get("/login")
def login() -> ResponseReturnValue:
    """Whoever is signed in is taken to where they wanted to go."""
    if current_user.is_authenticated:
        return redirect(local_path(request.args.get("next")) or HOME)
    return render_template("accounts/login.html", form=LoginForm())


@accounts.post("/login")
def try_login() -> ResponseReturnValue:
    form = LoginForm()
    if not form.validate():
        return render_template("accounts/login.html", form=form), 422
    try:
        throttle().enter("sign-in", request.remote_addr, form.email.data)
    except TooManyTries as refusal:
        return _refused("accounts/login.html", form, refusal)
    person = operations.authenticate(form.email.data, form.password.password)
    if person is None:
        throttle().came_to_nothing("sign-in", request.remote_addr)
        form.form_errors.append(NOT_SIGNED_IN)
        return render_template("accounts/login.html", form=form), 422
    throttle().succeeded("sign-in", form.email.data)
    sessions.begin(person)
    db.session.commit()
    return redirect(local_path(request.args.get("next")) or HOME, 303)


def _refused(template: str, form: LoginForm | ForgotForm, refusal: TooManyTries) -> ResponseReturnValue:
    page = render_template(template, form=form, wait=refusal.in_words)
    return page, 429, {"Retry-After": str(refusal.seconds)}


@accounts.post("/logout")
def logout() -> ResponseReturnValue:
    sessions.end()
    flash("You are signed out.", "info")
    return redirect(url_for("accounts.login"), 303)


@accounts.get("/forgot")
def forgot() -> ResponseReturnValue:
    return render_template("accounts/forgot.html", form=ForgotForm())


@accounts.post("/forgot")
def ask_for_link() -> ResponseReturnValue:
    form = ForgotForm()
    if not form.validate():
        return render_template("accounts/forgot.html", form=form), 422
    try:
        throttle().enter("forgot", request.remote_addr, form.email.data)
    except TooManyTries as refusal:
        return _refused("accounts/forgot.html", form, refusal)
    throttle().came_to_nothing("forgot", request.remote_addr)
    operations.ask_reset(form.email.data, clock.now())
    db.session.commit()
    flash(ASKED, "info")
    return redirect(url_for("accounts.login"), 303)


@accounts.get("/invitation/<token>")
def invitation(token: str) -> ResponseReturnValue:
    return _show(LinkPurpose.INVITATION, token)


@accounts.post("/invitation/<token>")
def accept_invitation(token: str) -> ResponseReturnValue:
    return _use(LinkPurpose.INVITATION, token)


@accounts.get("/reset/<token>")
def reset(token: str) -> ResponseReturnValue:
    return _show(LinkPurpose.RESET, token)


@accounts.post("/reset/<token>")
def choose_password(token: str) -> ResponseReturnValue:
    return _use(LinkPurpose.RESET, token)


def _show(purpose: LinkPurpose, token: str, form: NewPasswordForm | None = None) -> ResponseReturnValue:
    state, _, person = queries.find_link(purpose, read_token(purpose, token), clock.now())
    if state is not LinkState.OPEN:
        status = 404 if state is LinkState.UNKNOWN else 410
        return render_template("accounts/link.html", state=state, purpose=purpose), status
    page = render_template(
        "accounts/choose_password.html", form=form or NewPasswordForm(), person=person, purpose=purpose
    )
    return page, 422 if form else 200


def _use(purpose: LinkPurpose, token: str) -> ResponseReturnValue:
    form = NewPasswordForm()
    if not form.validate():
        return _show(purpose, token, form)
    try:
        person = operations.redeem(purpose, read_token(purpose, token), form.password.password, clock.now())
    except Invalid as refusal:
        form.show(refusal)
        return _show(purpose, token, form)
    except Conflict:
        return _show(purpose, token, form)
    sessions.begin(person)
    flash(f"Your password is set, {person.given_name}. You are signed in.", "good")
    db.session.commit()
    return redirect(HOME, 303)
