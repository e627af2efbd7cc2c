"""Merging blockers that are one, undoing it, and splitting one that is two."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotFound
from app.core.forms import row_number, strip
from app.core.permissions import Can, require
from app.voice.models import Blocker
from app.voice.operations import merging
from app.voice.queries import triage as queries
from app.voice.triage_forms import SplitForm
from app.voice.triage_parts import blocker_here
from app.voice.web import voice

LONGEST_SEARCH = 200


def _load(blocker_id: int) -> Blocker:
    found = blocker_here(blocker_id)
    require(Can.TRIAGE_BLOCKERS, found)
    return found


def _target(text: str | None) -> Blocker | None:
    """The blocker that an address or a form names."""
    number = row_number(text)
    if number is None:
        return None
    try:
        return blocker_here(number)
    except NotFound:
        return None


def _blocker_page(blocker_id: int) -> ResponseReturnValue:
    return redirect(url_for("voice.blocker", blocker_id=blocker_id), 303)


@voice.get("/voice/blockers/<int:blocker_id>/merge")
def merge(blocker_id: int) -> ResponseReturnValue:
    found = _load(blocker_id)
    return _merge_page(found, _target(request.args.get("target")))


def _merge_page(found: Blocker, target: Blocker | None, problem: str = "", status: int = 200) -> ResponseReturnValue:
    words = (strip(request.args.get("q")) or "")[:LONGEST_SEARCH]
    usable = target is not None and target.id != found.id and target.merged_into_id is None
    page = render_template(
        "voice/merge.html",
        blocker=found,
        target=target if usable else None,
        together=merging.together(found, target) if usable and target else None,
        processes=queries.process_names([found.process_id, target.process_id]) if usable and target else {},
        words=words,
        candidates=[] if usable else queries.merge_candidates(found, words),
        problem=problem,
    )
    return page, status


@voice.post("/voice/blockers/<int:blocker_id>/merge")
def merge_blocker(blocker_id: int) -> ResponseReturnValue:
    found, target = _load(blocker_id), _target(request.form.get("target"))
    if target is None:
        return _merge_page(found, None, "Choose the blocker that this one is a part of.", 422)
    try:
        merging.merge(found, target, current_user, clock.now())
    except (Conflict, Invalid) as refusal:
        db.session.rollback()
        return _merge_page(found, target, refusal.message, int(refusal.status))
    db.session.commit()
    flash(f"“{found.title}” is a part of “{target.title}” now. Everyone counts once; you can undo it here.", "good")
    return _blocker_page(target.id)


@voice.post("/voice/blockers/<int:blocker_id>/unmerge")
def undo_merge(blocker_id: int) -> ResponseReturnValue:
    """The form names the merge, so that an old page never undoes a newer one."""
    found = _load(blocker_id)
    there = queries.find_merge(row_number(request.form.get("merge")) or 0, found.id)
    if there is None:
        raise NotFound("This merge is not there.")
    target = blocker_here(there.target_id)
    merging.undo(found, target, there.id, current_user, clock.now())
    db.session.commit()
    flash(f"“{found.title}” stands by itself again, with its own votes.", "good")
    return _blocker_page(found.id)


@voice.get("/voice/blockers/<int:blocker_id>/split")
def split(blocker_id: int) -> ResponseReturnValue:
    found = _load(blocker_id)
    return _split_page(found, SplitForm.of(found))


def _split_page(found: Blocker, form: SplitForm, status: int = 200) -> ResponseReturnValue:
    form.offer(queries.processes())
    return render_template("voice/split.html", blocker=found, form=form), status


@voice.post("/voice/blockers/<int:blocker_id>/split")
def split_blocker(blocker_id: int) -> ResponseReturnValue:
    found, form = _load(blocker_id), SplitForm()
    form.offer(())
    if not form.validate():
        return _split_page(found, form, 422)
    made: Any
    try:
        made = merging.split(found, form.part(), form.token.data, current_user, clock.now())
    except Invalid as refusal:
        form.show(refusal)
        return _split_page(found, form, 422)
    except Conflict as refusal:
        form.form_errors.append(refusal.message)
        return _split_page(found, form, 409)
    db.session.commit()
    flash("The part is a blocker of its own now. People can vote for it; one click merges it back.", "good")
    return _blocker_page(made.id)
