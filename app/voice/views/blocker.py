"""The page of one blocker, and what everyone can do there: meet it, follow it, say something."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.core import clock, pages
from app.core.db import db
from app.core.errors import Invalid, NotFound
from app.core.permissions import Can, require
from app.voice import blocker_phrases as phrases
from app.voice.fix_parts import after_fix
from app.voice.models import Blocker
from app.voice.operations import attaching, commenting, following, telling, voting
from app.voice.queries import blockers as queries
from app.voice.reporting_forms import CommentForm, PictureForm
from app.voice.triage_parts import triage_of
from app.voice.triage_phrases import LINKS, sentences
from app.voice.web import voice


def blocker_here(blocker_id: int) -> Blocker:
    """The blocker, if the signed-in person may know of it."""
    require(Can.REPORT_BLOCKER)
    found = queries.find(blocker_id, current_user.id)
    if found is None:
        raise NotFound("There is no blocker at this address.")
    require(Can.SEE_BLOCKER, found)
    return found


def on_the_board(blocker_id: int) -> Blocker:
    """The same, when it is no draft: of those there is nothing to vote for, to follow or to comment."""
    found = blocker_here(blocker_id)
    if found.state == "draft":
        raise NotFound("This is a draft. Put it on the board first.")
    return found


def page_of(blocker: Any, **parts: Any) -> str:
    return url_for("voice.blocker", blocker_id=blocker.id, **parts)


@voice.get("/voice/blockers/<int:blocker_id>")
def blocker(blocker_id: int) -> ResponseReturnValue:
    found = blocker_here(blocker_id)
    target = voting.standing(found)
    if target is not found:
        return redirect(page_of(target, merged=found.id))
    return blocker_page(found, CommentForm.fresh(), PictureForm.fresh())


def blocker_page(found: Blocker, comment: CommentForm, picture: PictureForm, status: int = 200) -> ResponseReturnValue:
    """The page with its forms, as they are or as they were sent."""
    told = queries.told(found, current_user, request.args)
    page = render_template(
        "voice/blocker.html",
        blocker=found,
        told=told,
        voted=bool(voting.votes_of(current_user.id, [found.id])),
        comment=comment,
        picture=picture,
        merged=next((one for one in told.merged if str(one.id) == request.args.get("merged")), None),
        attaches=attaching.may_attach(found, current_user) and len(told.pictures) < attaching.MOST,
        removes=attaching.may_attach(found, current_user),
        open=found.state in voting.OPEN,
        today=clock.today_in(current_user.time_zone, clock.now()),
        triage=triage_of(found),
        after_fix=after_fix(found),
        words=phrases,
        sentences=sentences,
        links=LINKS,
    )
    return page, status


def _done(found: Blocker, words: str) -> ResponseReturnValue:
    """Back to the list it came from, or to the blocker's page."""
    flash(words, "good")
    return redirect(pages.local_path(request.form.get("next")) or page_of(found), 303)


def _do(blocker_id: int, act: Callable[[Blocker, Any], Blocker], words: str) -> ResponseReturnValue:
    """One of the small actions: each is harmless twice, and meant for the target of a merged one."""
    meant = act(on_the_board(blocker_id), current_user)
    db.session.commit()
    return _done(meant, words)


@voice.post("/voice/blockers/<int:blocker_id>/vote")
def vote(blocker_id: int) -> ResponseReturnValue:
    require(Can.REPORT_BLOCKER)
    return _do(blocker_id, voting.vote, "You are counted among those who meet this. Nobody can see that it was you.")


@voice.post("/voice/blockers/<int:blocker_id>/unvote")
def take_vote_back(blocker_id: int) -> ResponseReturnValue:
    require(Can.REPORT_BLOCKER)
    return _do(blocker_id, voting.take_back, "You are not counted any more.")


@voice.post("/voice/blockers/<int:blocker_id>/follow")
def follow(blocker_id: int) -> ResponseReturnValue:
    require(Can.REPORT_BLOCKER)
    return _do(blocker_id, following.follow, "You follow this: a mail tells you when something happens.")


@voice.post("/voice/blockers/<int:blocker_id>/unfollow")
def unfollow(blocker_id: int) -> ResponseReturnValue:
    require(Can.REPORT_BLOCKER)
    return _do(blocker_id, following.unfollow, "You don’t follow this any more.")


@voice.post("/voice/blockers/<int:blocker_id>/comments")
def comment_blocker(blocker_id: int) -> ResponseReturnValue:
    require(Can.REPORT_BLOCKER)
    found, form, now = on_the_board(blocker_id), CommentForm(), clock.now()
    if not form.validate():
        return blocker_page(found, form, PictureForm.fresh(), 422)
    meant = voting.standing(found)
    try:
        said = commenting.comment(found, current_user, form.text.data or "", form.token.data, clock.today_in("", now))
    except Invalid as refusal:
        form.show(refusal)
        return blocker_page(meant, form, PictureForm.fresh(), 422)
    if said is not None:
        telling.tell_comment(meant, said, now)
    db.session.commit()
    return _done(meant, "Your comment is there.")
