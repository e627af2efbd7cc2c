"""Reporting what gets in the way: by name, or anonymously with a code that is shown once."""

from typing import Any
from urllib.parse import unquote

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotFound
from app.core.forms import row_number
from app.core.permissions import Can, require
from app.voice import blocker_phrases as phrases
from app.voice.operations import drafting, reporting
from app.voice.queries import blockers as queries
from app.voice.queries.similar import similar_to
from app.voice.reporting_forms import ReportForm
from app.voice.web import voice


@voice.get("/voice/blockers/new")
def report_blocker() -> ResponseReturnValue:
    require(Can.REPORT_BLOCKER)
    draft = row_number(request.args.get("draft"))
    if draft is not None:
        return redirect(url_for("voice.edit_draft", blocker_id=draft))
    return _form_page(ReportForm.of(title=request.args.get("title", "")))


def _form_page(form: ReportForm, draft: Any = None, similar: Any = (), status: int = 200) -> ResponseReturnValue:
    form.offer(queries.processes(draft.process_id if draft else None))
    page = render_template(
        "voice/report.html", form=form, draft=draft, similar=similar, words=phrases, stops=bool(similar)
    )
    return page, status


def _refused(form: ReportForm, draft: Any, refusal: Conflict | Invalid) -> ResponseReturnValue:
    """The form again, with what was typed and what is wrong."""
    db.session.rollback()
    if isinstance(refusal, Invalid):
        form.show(refusal)
    else:
        form.form_errors.append(refusal.message)
    return _form_page(form, draft, status=int(refusal.status))


def _unseen(form: ReportForm) -> Any:
    """Similar ones that nobody has looked at yet, once; a page without scripts shows them after sending."""
    if form.seen.data:
        return ()
    form.seen.data = "1"
    return similar_to(form.title.data or "")


@voice.post("/voice/blockers/new")
def send_blocker() -> ResponseReturnValue:
    require(Can.REPORT_BLOCKER)
    form = ReportForm()
    if not form.validate() or not form.says_who():
        return _form_page(form, status=422)
    told, token, today = form.told(), form.token.data, clock.today_in("", clock.now())
    if (there := reporting.reported(token)) is not None:
        return _there_already(there)
    try:
        reporting.check(told)
        if similar := _unseen(form):
            return _form_page(form, similar=similar)
        if form.who.data == "anonymous":
            code = reporting.report_anonymously(told, token, today)
            return _code_page(code)
        made = reporting.report(told, token, current_user, today)
    except Invalid as refusal:
        return _refused(form, None, refusal)
    db.session.commit()
    return _thanks(made.id)


def _thanks(blocker_id: int) -> ResponseReturnValue:
    flash("It is on the board. You follow it: a mail tells you when something happens.", "good")
    return redirect(url_for("voice.blocker", blocker_id=blocker_id), 303)


def _code_page(code: str | None) -> ResponseReturnValue:
    """The only page that ever shows the code: in no address, no session and no log. None: it was shown before."""
    db.session.commit()
    return render_template("voice/code_once.html", code=code), 201 if code else 200


def _there_already(blocker: Any) -> ResponseReturnValue:
    if blocker.reporter_id is None:
        return render_template("voice/code_once.html", code=None)
    return redirect(url_for("voice.blocker", blocker_id=blocker.id), 303)


@voice.get("/voice/blockers/similar")
def similar() -> ResponseReturnValue:
    """What is like the words typed so far. They come in a header: addresses are kept in logs, headers are not."""
    require(Can.REPORT_BLOCKER)
    typed = unquote(request.headers.get("X-Typed", "")).replace("\x00", " ")
    found = similar_to(typed)
    return {"number": len(found), "html": render_template("voice/similar.html", similar=found, words=phrases)}


def _draft(blocker_id: int) -> Any:
    """The signed-in person's draft; what they have put on the board since is not one any more."""
    require(Can.REPORT_BLOCKER)
    found = queries.draft_of(blocker_id, current_user.id)
    if found is None:
        raise NotFound("There is no draft of yours at this address. It may be on the board, or discarded.")
    require(Can.EDIT_BLOCKER, found)
    return found


@voice.get("/voice/blockers/<int:blocker_id>/draft")
def edit_draft(blocker_id: int) -> ResponseReturnValue:
    draft = _draft(blocker_id)
    return _form_page(ReportForm.of(draft), draft)


@voice.post("/voice/blockers/<int:blocker_id>/draft")
def report_draft(blocker_id: int) -> ResponseReturnValue:
    require(Can.REPORT_BLOCKER)
    form = ReportForm()
    there = _reported_before(blocker_id, form.token.data or "")
    if there is not None:
        if there.reporter_id is None:
            _discard(blocker_id)
        return _there_already(there)
    draft = _draft(blocker_id)
    later = "later" in request.form
    if not form.validate() or not (later or form.says_who()):
        return _form_page(form, draft, status=422)
    try:
        if later:
            return _keep(draft, form)
        reporting.check(form.told())
        if similar := _unseen(form):
            return _form_page(form, draft, similar)
        return _report(draft, form)
    except (Conflict, Invalid) as refusal:
        return _refused(form, draft, refusal)


def _reported_before(blocker_id: int, token: str) -> Any:
    """What this form, or an earlier one of this draft, has put on the board."""
    found = reporting.reported(token)
    if found is None:
        found = queries.find(blocker_id, current_user.id)
        found = found if found and found.state != "draft" and found.reporter_id == current_user.id else None
    return found


def _keep(draft: Any, form: ReportForm) -> ResponseReturnValue:
    reporting.change_draft(draft, form.told(), form.seen_revision)
    db.session.commit()
    flash("Your draft is saved. Nobody else sees it.", "good")
    return redirect(url_for("voice.blocker", blocker_id=draft.id), 303)


def _report(draft: Any, form: ReportForm) -> ResponseReturnValue:
    today, draft_id = clock.today_in("", clock.now()), draft.id
    if form.who.data == "anonymous":
        code = reporting.report_anonymously(form.told(), form.token.data, today)
        db.session.commit()
        _discard(draft_id)
        return _code_page(code)
    reporting.report_draft(draft, form.told(), form.seen_revision, today)
    db.session.commit()
    return _thanks(draft.id)


def _discard(draft_id: int) -> None:
    """Let a draft go that was reported anonymously, in a transaction that the report has no part in.

    Where that fails the draft stays, for its writer alone: the code has to be shown, as it is shown only now.
    """
    try:
        drafting.discard(draft_id, current_user)
        db.session.commit()
    except (Conflict, SQLAlchemyError):
        db.session.rollback()
