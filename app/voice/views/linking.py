"""What else a blocker has to do with: finding it, linking it, and taking the link back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.core import clock
from app.core.db import db
from app.core.errors import NotFound
from app.core.forms import strip
from app.core.permissions import Can, require
from app.voice import triage_phrases
from app.voice.models import Blocker
from app.voice.operations import linking
from app.voice.queries import links
from app.voice.triage_parts import blocker_here
from app.voice.web import voice

LONGEST = 200


def _load(blocker_id: int) -> Blocker:
    found = blocker_here(blocker_id)
    require(Can.UPDATE_BLOCKER, found)
    return found


def _given(name: str) -> str:
    return (strip(request.form.get(name)) or "")[:LONGEST]


@voice.get("/voice/blockers/<int:blocker_id>/links/<kind>")
def link(blocker_id: int, kind: str) -> ResponseReturnValue:
    found = _load(blocker_id)
    if kind not in links.linkable():
        raise NotFound("There is nothing of this kind here that a blocker could be linked to.")
    words = (strip(request.args.get("q")) or "")[:LONGEST]
    return render_template(
        "voice/link.html",
        blocker=found,
        kind=kind,
        title=triage_phrases.LINKS[kind],
        noun=triage_phrases.KINDS[kind],
        words=words,
        found=links.find(kind, words, current_user) if words else [],
        linked={one.ref for one in links.links_of(found.id, current_user) if one.kind == kind},
    )


@voice.post("/voice/blockers/<int:blocker_id>/links")
def keep_link(blocker_id: int) -> ResponseReturnValue:
    found = _load(blocker_id)
    linking.link(found, _given("kind"), _given("ref"), current_user, clock.now())
    db.session.commit()
    flash("It is linked.", "good")
    return redirect(url_for("voice.blocker", blocker_id=blocker_id), 303)


@voice.post("/voice/blockers/<int:blocker_id>/links/remove")
def remove_link(blocker_id: int) -> ResponseReturnValue:
    found = _load(blocker_id)
    linking.unlink(found, _given("kind"), _given("ref"), current_user, clock.now())
    db.session.commit()
    flash("The link is taken back.", "good")
    return redirect(url_for("voice.blocker", blocker_id=blocker_id), 303)
