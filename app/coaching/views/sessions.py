"""A session: prepared and written by the supervisor, read and answered by the one coached."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app.coaching import agenda_phrases
from app.coaching.operations import sessions as operations
from app.coaching.session_forms import AnswerForm, NotesForm
from app.coaching.views.loading import session_here
from app.coaching.views.session_pages import agenda_here, keep_notes, show_editor, show_record
from app.coaching.web import coaching
from app.core import clock, pages
from app.core.db import db
from app.core.errors import Conflict, Invalid, wants_json
from app.core.permissions import Can, may, require


@coaching.get("/coaching/sessions/<int:session_id>")
def session(session_id: int) -> ResponseReturnValue:
    found = session_here(session_id)
    if found.state == "planned" and may(Can.HOLD_SESSION, found):
        return show_editor(found)
    return show_record(found, AnswerForm(formdata=None))


@coaching.post("/coaching/sessions/<int:session_id>")
def save_session(session_id: int) -> ResponseReturnValue:
    found = session_here(session_id)
    require(Can.HOLD_SESSION, found)
    form = NotesForm()
    try:
        keep_notes(found, form)
    except (Conflict, Invalid) as refusal:
        if wants_json():
            raise
        return show_editor(found, form, problem=refusal.message), int(refusal.status)
    saved_at = pages.clock_time(clock.now())
    db.session.commit()
    if wants_json():
        return {"saved_at": saved_at}
    flash("The record is saved.", "good")
    return redirect(url_for("coaching.session", session_id=session_id), 303)


@coaching.post("/coaching/sessions/<int:session_id>/hold")
def hold_session(session_id: int) -> ResponseReturnValue:
    found = session_here(session_id)
    require(Can.HOLD_SESSION, found)
    form, page = NotesForm(), redirect(url_for("coaching.session", session_id=session_id), 303)
    if found.state == "held":
        return page
    try:
        keep_notes(found, form)
        operations.hold(found, agenda_phrases.items(agenda_here(found)), clock.now())
    except (Conflict, Invalid) as refusal:
        return show_editor(found, form, problem=refusal.message), int(refusal.status)
    db.session.commit()
    flash(f"The record is attested. {found.person.given_name} is asked by mail to answer it.", "good")
    return page


@coaching.post("/coaching/sessions/<int:session_id>/answer")
def answer_session(session_id: int) -> ResponseReturnValue:
    found = session_here(session_id)
    require(Can.ANSWER_SESSION, found)
    form = AnswerForm()
    try:
        if not form.validate():
            raise Invalid()
        operations.answer(found, form.answer.data, form.comment.data or "", clock.now())
        if form.rating.data:
            operations.rate(found, int(form.rating.data))
    except Invalid as refusal:
        form.show(refusal)
        return show_record(found, form), 422
    db.session.commit()
    flash("Your answer is kept beside the record.", "good")
    return redirect(url_for("coaching.session", session_id=session_id), 303)
