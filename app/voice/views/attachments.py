"""Pictures of a blocker: added, shown, removed."""

from flask import Response, flash, make_response, redirect
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.core.db import db
from app.core.errors import Conflict, Invalid, NotFound
from app.core.permissions import Can, require
from app.voice.operations import attaching
from app.voice.queries import blockers as queries
from app.voice.reporting_forms import CommentForm, PictureForm
from app.voice.rules.pictures import NoPicture, Picture, redraw
from app.voice.views.blocker import blocker_here, blocker_page, on_the_board, page_of
from app.voice.web import voice


def redrawn(form: PictureForm) -> Picture:
    """The picture that was sent, drawn anew. Raises Invalid with the fields at fault.

    That can take a second. Nobody else is to wait for it, so what was read is given back before, with SQLite's lock.
    """
    attaching.check(form.description.data or "")
    content = form.content()
    db.session.rollback()
    try:
        return redraw(content)
    except NoPicture as problem:
        raise Invalid("", {"file": str(problem)}) from problem


@voice.post("/voice/blockers/<int:blocker_id>/pictures")
def attach(blocker_id: int) -> ResponseReturnValue:
    require(Can.REPORT_BLOCKER)
    found, form = on_the_board(blocker_id), PictureForm()
    attaching.require_attach(found, current_user)
    if not form.validate():
        return blocker_page(found, CommentForm.fresh(), form, 422)
    try:
        picture = redrawn(form)
        found = on_the_board(blocker_id)
        attaching.attach(found, picture, form.description.data or "", form.token.data)
    except (Conflict, Invalid) as refusal:
        return _refused(blocker_id, form, refusal)
    db.session.commit()
    flash("The picture is there. The place, the time and the camera were taken out of it.", "good")
    return redirect(page_of(found), 303)


def _refused(blocker_id: int, form: PictureForm, refusal: Conflict | Invalid) -> ResponseReturnValue:
    show_refusal(form, refusal)
    return blocker_page(on_the_board(blocker_id), CommentForm.fresh(), form, int(refusal.status))


def show_refusal(form: PictureForm, refusal: Conflict | Invalid) -> None:
    """Put what is wrong into the form; what was typed stays, the file has to be chosen again."""
    db.session.rollback()
    if isinstance(refusal, Invalid):
        form.show(refusal)
    else:
        form.form_errors.append(refusal.message)


@voice.post("/voice/blockers/<int:blocker_id>/pictures/<attachment_id>/remove")
def detach(blocker_id: int, attachment_id: str) -> ResponseReturnValue:
    require(Can.REPORT_BLOCKER)
    found = on_the_board(blocker_id)
    attaching.require_attach(found, current_user)
    attaching.detach(found, attachment_id)
    db.session.commit()
    flash("The picture is removed.", "good")
    return redirect(page_of(found), 303)


@voice.get("/voice/blockers/<int:blocker_id>/pictures/<attachment_id>")
def picture(blocker_id: int, attachment_id: str) -> ResponseReturnValue:
    require(Can.REPORT_BLOCKER)
    found = queries.picture(blocker_here(blocker_id).id, attachment_id)
    if found is None:
        raise NotFound("This picture is not there any more.")
    response: Response = make_response(found.content)
    response.headers["Content-Type"] = found.media_type
    response.headers["Content-Disposition"] = "inline"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
