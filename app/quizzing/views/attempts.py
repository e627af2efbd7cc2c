"""An open attempt: its questions, saving what is answered, handing in."""

from collections.abc import Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Row

from app.core import clock
from app.core.db import db
from app.core.errors import NotFound, wants_json
from app.core.pages import clock_time
from app.core.permissions import Can, require
from app.quizzing import forms, operations, queries, rules
from app.quizzing.types import type_named
from app.quizzing.views.blueprint import quizzing


def _own_attempt(attempt_id: int) -> Row[*tuple[Any, ...]]:
    require(Can.USE_UPLIFT)
    found = queries.own_attempt(attempt_id, current_user.id)
    if found is None:
        raise NotFound("There is no such attempt of yours.")
    require(Can.ANSWER_ATTEMPT, found)
    return found


def _result(attempt_id: int) -> ResponseReturnValue:
    return redirect(url_for("quizzing.result", attempt_id=attempt_id), 303)


@quizzing.get("/attempts/<int:attempt_id>")
def attempt(attempt_id: int) -> ResponseReturnValue:
    found = _own_attempt(attempt_id)
    if found.submitted_at is not None:
        return _result(attempt_id)
    now = clock.now()
    if rules.is_over(found.deadline, now):
        return render_template("quizzing/overdue.html", attempt=found)
    entries = queries.question_map(attempt_id)
    position = None if request.args.get("view") == "all" else _asked_for(request.args.get("q"), entries)
    return render_template(
        "quizzing/attempt.html",
        attempt=found,
        entries=entries,
        position=position,
        questions=[_shown(row) for row in queries.shown_questions(attempt_id, position)],
        saved_at=max((entry.saved_at for entry in entries if entry.saved_at), default=None),
        left=rules.time_left(found.deadline, now) if found.deadline else None,
        now=now,
        spoken=rules.SPOKEN_MINUTES,
    )


def _asked_for(text: str | None, entries: Sequence[Row[*tuple[Any, ...]]]) -> int:
    """The position in the address, else the first question without an answer, else the last one."""
    if text and text.isascii() and text.isdigit() and len(text) < 5:
        return min(max(int(text), 1), len(entries))
    return next((entry.position for entry in entries if not entry.answered), len(entries))


def _shown(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    kind = type_named(row.type)
    shown = kind.show(row.body, row.option_order, row.response)
    return {
        **shown,
        "position": row.position,
        "flagged": row.flagged,
        "template": kind.template,
        "seen": forms.seen(shown["values"], row.flagged),
    }


@quizzing.post("/attempts/<int:attempt_id>/answers/<int:position>")
def save_answer(attempt_id: int, position: int) -> ResponseReturnValue:
    require(Can.USE_UPLIFT)
    questions = queries.to_answer(attempt_id, current_user.id, {position})
    if not questions:
        raise NotFound("There is no such question of yours.")
    require(Can.ANSWER_ATTEMPT, questions[0])
    now = clock.now()
    operations.save_answers(questions, {position: forms.answer_given(request.form, position)}, now)
    saved = {"saved_at": clock_time(now)}
    db.session.commit()
    return saved if wants_json() else redirect(url_for("quizzing.attempt", attempt_id=attempt_id, q=position), 303)


@quizzing.post("/attempts/<int:attempt_id>/answers")
def save_answers(attempt_id: int) -> ResponseReturnValue:
    """The whole form of a page, with or without JavaScript; `go` says where to next."""
    found = _own_attempt(attempt_id)
    given = forms.answers_changed(request.form)
    if given:
        operations.save_answers(queries.to_answer(attempt_id, current_user.id, given.keys()), given, clock.now())
        db.session.commit()
    if found.submitted_at is not None:
        return _result(attempt_id)
    go = request.form.get("go", "")
    if go == "hand-in":
        return redirect(url_for("quizzing.hand_in", attempt_id=attempt_id), 303)
    if go == "all":
        return redirect(url_for("quizzing.attempt", attempt_id=attempt_id, view="all"), 303)
    return redirect(url_for("quizzing.attempt", attempt_id=attempt_id, q=request.form.get("go", type=int)), 303)


@quizzing.get("/attempts/<int:attempt_id>/submit")
def hand_in(attempt_id: int) -> ResponseReturnValue:
    found = _own_attempt(attempt_id)
    if found.submitted_at is not None:
        return _result(attempt_id)
    now = clock.now()
    if rules.is_over(found.deadline, now):
        return render_template("quizzing/overdue.html", attempt=found)
    entries = queries.question_map(attempt_id)
    left = rules.time_left(found.deadline, now) if found.deadline else None
    return render_template("quizzing/hand_in.html", attempt=found, entries=entries, left=left, now=now)


@quizzing.post("/attempts/<int:attempt_id>/submit")
def submit(attempt_id: int) -> ResponseReturnValue:
    found = _own_attempt(attempt_id)
    operations.submit_attempt(found, clock.now())
    db.session.commit()
    return _result(attempt_id)
