"""The result of an attempt: what was reached, what to reread, and as much of the answers as is fair by now."""

from collections.abc import Sequence
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Row

from app.core import clock
from app.core.errors import NotFound
from app.core.permissions import Can, may, require
from app.quizzing import queries, rules
from app.quizzing.types import type_named
from app.quizzing.views.blueprint import quizzing


@quizzing.get("/attempts/<int:attempt_id>/result")
def result(attempt_id: int) -> ResponseReturnValue:
    require(Can.USE_UPLIFT)
    found = queries.attempt_of(attempt_id)
    if found is None or not may(Can.SEE_ATTEMPT, found):
        raise NotFound("There is no such attempt that you may see.")
    require(Can.SEE_ATTEMPT, found)
    if found.submitted_at is None:
        return redirect(url_for("quizzing.attempt", attempt_id=attempt_id), 303)
    own = found.person_id == current_user.id
    rows = queries.review_rows(attempt_id)
    level, standing, refusal = _own_review(found) if own else (rules.Review.SCORE, None, None)
    lost = rules.lessons_to_reread((row.lesson, row.mark, row.max_mark) for row in rows)
    return render_template(
        "quizzing/result.html",
        attempt=found,
        own=own,
        percent=rules.percent(found.mark, found.max_mark),
        strengths=rules.strengths((row.tag, row.mark, row.max_mark) for row in rows),
        titles=queries.tag_titles(),
        level=level,
        Review=rules.Review,
        questions=_reviewed(rows, level),
        lessons=queries.lesson_titles([lesson for lesson, _ in lost]) if own else {},
        chances=standing.chances if standing else None,
        refusal=refusal,
    )


def _own_review(found: Row[*tuple[Any, ...]]) -> tuple[rules.Review, queries.Standing | None, rules.Refusal | None]:
    version = queries.current_version(found.slug)
    if version is None:  # withdrawn: its questions are not asked again
        return rules.Review.FULL, None, None
    standing = queries.standing(found.person_id, version)
    level = rules.review_level(version.kind, bool(found.passed), standing.chances)
    return level, standing, rules.refusal(version.kind, standing.chances, clock.now())


def _reviewed(rows: Sequence[Row[*tuple[Any, ...]]], level: rules.Review) -> list[dict[str, Any]]:
    if level == rules.Review.SCORE:
        return []
    full = level == rules.Review.FULL
    return [
        {
            **type_named(row.type).review(row.body, row.option_order, row.response, row.solution, full),
            "position": row.position,
            "template": type_named(row.type).review_template,
            "answered": row.response is not None,
            "mark": row.mark,
            "max_mark": row.max_mark,
            "lesson": row.lesson,
        }
        for row in rows
    ]
