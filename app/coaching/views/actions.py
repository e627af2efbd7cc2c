"""What is agreed in a session, and what becomes of it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.coaching import phrases
from app.coaching.models import Action
from app.coaching.operations import actions as operations
from app.coaching.queries import sessions as queries
from app.coaching.session_forms import ActionForm, CloseForm, NotesForm
from app.coaching.views.loading import session_here
from app.coaching.views.session_pages import agenda_here, keep_notes, offered, show_editor
from app.coaching.web import coaching
from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotFound
from app.core.measures import all_measures
from app.core.permissions import Can, require


@coaching.post("/coaching/sessions/<int:session_id>/actions")
def agree_action(session_id: int) -> ResponseReturnValue:
    """The notes come along with the form, so that nothing typed is lost."""
    found = session_here(session_id)
    require(Can.HOLD_SESSION, found)
    notes, form = NotesForm(), offered(found, ActionForm(), agenda_here(found))
    try:
        keep_notes(found, notes)
        if not form.validate():
            raise Invalid()
        operations.agree(found, form.agreed(), form.token.data, clock.now())
    except Invalid as refusal:
        form.show(refusal)
        db.session.commit()  # the notes are kept all the same
        return show_editor(found, notes, form), 422
    except Conflict as refusal:
        return show_editor(found, notes, form, refusal.message), 409
    db.session.commit()
    return redirect(url_for("coaching.session", session_id=session_id, _anchor="agree"), 303)


@coaching.post("/coaching/sessions/<int:session_id>/actions/<int:action_id>/remove")
def remove_action(session_id: int, action_id: int) -> ResponseReturnValue:
    found = session_here(session_id)
    require(Can.HOLD_SESSION, found)
    notes = NotesForm()
    try:
        keep_notes(found, notes)
        action = queries.visible_action(action_id, current_user)
        if action is not None and action.session_id == found.id:
            operations.take_back(action, found)
    except (Conflict, Invalid) as refusal:
        return show_editor(found, notes, problem=refusal.message), int(refusal.status)
    db.session.commit()
    return redirect(url_for("coaching.session", session_id=session_id, _anchor="agree"), 303)


@coaching.get("/coaching/actions/<int:action_id>")
def action(action_id: int) -> ResponseReturnValue:
    found = _load(action_id)
    return _show(found, CloseForm(formdata=None, data={"state": "done"}))


@coaching.post("/coaching/actions/<int:action_id>")
def close_action(action_id: int) -> ResponseReturnValue:
    found = _load(action_id)
    require(Can.CLOSE_ACTION, found)
    form = CloseForm()
    try:
        if not form.validate():
            raise Invalid()
        operations.close_action(found, form.state.data, form.outcome.data or "", clock.now())
    except Invalid as refusal:
        form.show(refusal)
        return _show(found, form), 422
    db.session.commit()
    flash("It is noted." if found.state == "done" else "The action is dropped, with its reason.", "good")
    return redirect(url_for("coaching.action", action_id=action_id), 303)


def _load(action_id: int) -> Action:
    require(Can.SEE_COACHING)
    found = queries.visible_action(action_id, current_user)
    if found is None:
        raise NotFound("There is no action at this address, or it is not yours to see.")
    return found


def _show(found: Action, form: CloseForm) -> str:
    return render_template(
        "coaching/action.html",
        action=found,
        gap=queries.metric_of(found),
        form=form,
        names=all_measures(),
        words=phrases,
        people=queries.people_of(found),
    )
