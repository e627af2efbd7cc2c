"""Drafts that coaching talks left: finish them for the board, or throw them away."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.core.db import db
from app.core.permissions import Can, require
from app.core.references import resolve
from app.voice.operations import drafting
from app.voice.queries.links import COACHING
from app.voice.queries.triage import drafts_of
from app.voice.web import voice


@voice.get("/voice/drafts")
def drafts() -> ResponseReturnValue:
    require(Can.REPORT_BLOCKER)
    page = drafts_of(current_user, request.args)
    refs = [row.ref for row in page.rows if row.ref]
    talks = {thing.ref: thing for thing in resolve(COACHING, refs, current_user)}
    return render_template("voice/drafts.html", page=page, talks=talks)


@voice.post("/voice/drafts/<int:draft_id>/discard")
def discard_draft(draft_id: int) -> ResponseReturnValue:
    """Only one's own. What is there no longer has been discarded before: a second click says the same."""
    require(Can.REPORT_BLOCKER)
    drafting.discard(draft_id, current_user)
    db.session.commit()
    flash("The draft is discarded.", "good")
    return redirect(url_for("voice.drafts"), 303)
