"""One's own account: the password and the time zone."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts import operations, sessions
from app.accounts.forms import ChangePasswordForm, TimeZoneForm
from app.accounts.throttle import TooManyTries, throttle
from app.accounts.web import accounts
from app.core import clock
from app.core.db import db
from app.core.errors import Invalid
from app.core.permissions import Can, require


def _page(
    password_form: ChangePasswordForm | None = None, zone_form: TimeZoneForm | None = None, **context: object
) -> str:
    default_zone = current_app.config["TIME_ZONE"]
    return render_template(
        "accounts/account.html",
        password_form=password_form or ChangePasswordForm(formdata=None),
        zone_form=zone_form or TimeZoneForm(default_zone, formdata=None, obj=current_user),
        **context,
    )


@accounts.get("/account")
def account() -> ResponseReturnValue:
    require(Can.USE_UPLIFT)
    return _page()


@accounts.post("/account/time-zone")
def change_time_zone() -> ResponseReturnValue:
    require(Can.USE_UPLIFT)
    form = TimeZoneForm(current_app.config["TIME_ZONE"])
    if not form.validate():
        return _page(zone_form=form), 422
    operations.set_time_zone(current_user._get_current_object(), form.time_zone.data)
    db.session.commit()
    flash("Times are now shown in your zone.", "good")
    return redirect(url_for("accounts.account"), 303)


@accounts.post("/account/password")
def change_password() -> ResponseReturnValue:
    """Other sessions end; this one goes on under the new epoch."""
    require(Can.USE_UPLIFT)
    form = ChangePasswordForm()
    if not form.validate():
        return _page(form), 422
    person = current_user._get_current_object()
    try:
        throttle().enter("change", request.remote_addr, person.email)
        operations.change_password(person, form.present.password, form.password.password, clock.now())
    except TooManyTries as refusal:
        return _page(form, wait=refusal.in_words), 429, {"Retry-After": str(refusal.seconds)}
    except Invalid as refusal:
        form.show(refusal)
        return _page(form), 422
    throttle().succeeded("change", person.email)
    sessions.begin(person)
    db.session.commit()
    flash("Your password is changed. Wherever else you were signed in, that has ended.", "good")
    return redirect(url_for("accounts.account"), 303)
