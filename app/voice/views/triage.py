"""Looking after a blocker: who owns it, how far it is, until when."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.core.permissions import Can, may, require
from app.voice.models import Blocker
from app.voice.operations import triage as operations
from app.voice.triage_forms import TriageForm
from app.voice.triage_parts import blocker_here, triage_of
from app.voice.web import voice


def _load(blocker_id: int) -> Blocker:
    found = blocker_here(blocker_id)
    require(Can.UPDATE_BLOCKER, found)
    return found


@voice.get("/voice/blockers/<int:blocker_id>/triage")
def triage(blocker_id: int) -> ResponseReturnValue:
    """The form by itself: where it needs another look, and for whoever comes to it directly."""
    found = _load(blocker_id)
    return render_template("voice/triage_page.html", blocker=found, triage=triage_of(found))


@voice.post("/voice/blockers/<int:blocker_id>/triage")
def keep_triage(blocker_id: int) -> ResponseReturnValue:
    found = _load(blocker_id)
    form = TriageForm().offer((), places=may(Can.TRIAGE_BLOCKERS))
    if not form.validate():
        return _again(found, form, 422)
    try:
        operations.triage(found, form.wanted(), current_user, form.seen, clock.now())
    except Invalid as refusal:
        form.show(refusal)
        return _again(found, form, 422)
    except Conflict as refusal:
        form.form_errors.append(refusal.message)
        form.revision.data = str(found.revision)
        return _again(found, form, 409)
    db.session.commit()
    flash("It is kept. Whoever follows it hears of it.", "good")
    return redirect(url_for("voice.blocker", blocker_id=blocker_id), 303)


def _again(found: Blocker, form: TriageForm, status: int) -> ResponseReturnValue:
    form.offered = False
    page = render_template("voice/triage_page.html", blocker=found, triage=triage_of(found, form))
    return page, status
