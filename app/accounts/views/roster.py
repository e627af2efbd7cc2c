"""Importing a roster: upload, look at what it would do, confirm, invite whom it added."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts import operations, policies, rosters
from app.accounts.forms import RosterForm
from app.accounts.rules.fields import LABELS
from app.accounts.rules.roster_file import COLUMNS, RosterError
from app.accounts.web import accounts
from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, NotFound
from app.core.permissions import Can, require

LINES_A_PAGE = 100


@accounts.get("/people/import")
def import_roster() -> ResponseReturnValue:
    require(Can.EDIT_PEOPLE)
    return render_template("accounts/import.html", form=RosterForm(), columns=COLUMNS)


@accounts.post("/people/import")
def upload_roster() -> ResponseReturnValue:
    require(Can.EDIT_PEOPLE)
    form = RosterForm()
    if not form.validate():
        return render_template("accounts/import.html", form=form, columns=COLUMNS), 422
    data = form.file.data.read()
    try:
        plan = operations.plan_roster(data, by_administrator=policies.can_give_roles(current_user))
    except RosterError as refusal:
        form.file.errors = [str(refusal)]
        return render_template("accounts/import.html", form=form, columns=COLUMNS), 422
    token = rosters.put(current_user.id, data)
    rosters.keep_report(current_user.id, token, rosters.PREVIEW, plan)
    return redirect(url_for("accounts.roster", token=token), 303)


@accounts.get("/people/import/<token>")
def roster(token: str) -> ResponseReturnValue:
    """What the file would do, or has done; the lines by `show` and `page`."""
    require(Can.EDIT_PEOPLE)
    done = rosters.report(current_user.id, token, rosters.RESULT)
    report = done or rosters.report(current_user.id, token, rosters.PREVIEW)
    if report is None:
        raise NotFound("This file is not kept any more: uploaded files are kept for a day. Upload it again.")
    lines, show = report["lines"], request.args.get("show", "")
    if show in report["counts"]:
        lines = [line for line in lines if line["outcome"] == show]
    number = max(1, request.args.get("page", 1, type=int))
    return render_template(
        "accounts/roster.html",
        report=report,
        done=done is not None,
        token=token,
        show=show,
        lines=lines[(number - 1) * LINES_A_PAGE : number * LINES_A_PAGE],
        number=number,
        pages=-(-len(lines) // LINES_A_PAGE),
        labels=LABELS,
    )


@accounts.post("/people/import/<token>")
def confirm_roster(token: str) -> ResponseReturnValue:
    """Compared anew before anything is written; confirming a second time changes nothing."""
    require(Can.EDIT_PEOPLE)
    page = redirect(url_for("accounts.roster", token=token), 303)
    data, preview = _waiting(token)
    if data is None:
        return page
    allowed = policies.can_give_roles(current_user)
    person_id, now = current_user.id, clock.now()
    try:
        plan = operations.import_roster(data, now, by_administrator=allowed, expected=preview["digest"])
    except Conflict as refusal:
        plan = operations.plan_roster(data, by_administrator=allowed)
        rosters.keep_report(person_id, token, rosters.PREVIEW, plan)
        flash(f"{refusal.message} Below is the comparison as of now.", "watch")
        return page
    db.session.commit()
    rosters.keep_report(person_id, token, rosters.RESULT, plan)
    return page


def _waiting(token: str) -> tuple[bytes | None, dict[str, Any]]:
    """The file that waits for its confirmation, and what was said about it; no file when it was imported already."""
    if rosters.report(current_user.id, token, rosters.RESULT) is not None:
        return None, {}
    data = rosters.data(current_user.id, token)
    preview = rosters.report(current_user.id, token, rosters.PREVIEW)
    if data is None or preview is None:
        raise NotFound("This file is not kept any more: uploaded files are kept for a day. Upload it again.")
    return data, preview


@accounts.post("/people/import/<token>/invite")
def invite_added(token: str) -> ResponseReturnValue:
    """Invite whom this import added and who was not invited since."""
    require(Can.EDIT_PEOPLE)
    done = rosters.report(current_user.id, token, rosters.RESULT)
    if done is None:
        raise NotFound("No import is kept under this address.")
    added = [line["employee_id"] for line in done["lines"] if line["outcome"] == "added"]
    count = operations.invite_by_employee_id(added, clock.now())
    db.session.commit()
    people = "1 person" if count == 1 else f"{count:,} people"
    flash(f"{people} will get an invitation by mail." if count else "Everyone has been invited already.", "good")
    return redirect(url_for("accounts.roster", token=token), 303)
