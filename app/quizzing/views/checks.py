"""Knowledge checks: practice questions inside lessons, answered at once. Nothing is written and nothing counts."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import Row

from app.core.errors import NotFound
from app.core.forms import form_token
from app.core.permissions import Can, require
from app.quizzing import queries
from app.quizzing.rules import POINT
from app.quizzing.types import type_named
from app.quizzing.views.blueprint import quizzing

# Every reader of a lesson sees its checks, and what a check says changes with its hash only: it is drawn once for each
# order of its options and kept. TOKEN stands where the reader's own token goes.
TOKEN = "__token__"  # noqa: S105 - a place holder
MOST_KEPT = 2000
_KEPT = "uplift.quizzing.checks"


def render_checks(refs: Sequence[str], person_id: int, answered: Mapping[str, Any] | None) -> Mapping[str, Markup]:
    """The knowledge checks of a page by their refs ("quiz-slug/question-key"); one statement for all of them."""
    hashes = queries.practice_hashes(refs)
    bodies, drawn = current_app.extensions.setdefault(_KEPT, ({}, {}))
    if any(content_hash not in bodies for content_hash in hashes.values()):
        for row in queries.practice_bodies(refs).values():
            _keep(bodies, row.content_hash, row)
    return {ref: _drawn(drawn, bodies[content_hash], person_id) for ref, content_hash in hashes.items()}


def _drawn(drawn: dict[Any, str], row: Row[*tuple[Any, ...]], person_id: int) -> Markup:
    order = _order(row, person_id)
    kept = (row.slug, row.key, row.content_hash, *order)
    if kept not in drawn:
        check = _check(row, order, None)
        _keep(drawn, kept, render_template("quizzing/check.html", check=check, outcome=None, token=TOKEN))
    return Markup(drawn[kept].replace(TOKEN, form_token()))  # noqa: S704 - our template


def _keep(kept: dict[Any, Any], name: Any, value: Any) -> None:
    if len(kept) >= MOST_KEPT:
        kept.clear()
    kept[name] = value


def _order(row: Row[*tuple[Any, ...]], person_id: int) -> list[int]:
    """The same order of options for a person and a check every time, without keeping it anywhere."""
    rng = random.Random(f"{person_id}:{row.slug}/{row.key}")  # noqa: S311 - an order, not a secret
    return type_named(row.type).order(row.body, rng)


def _check(row: Row[*tuple[Any, ...]], order: list[int], response: Mapping[str, Any] | None) -> dict[str, Any]:
    kind = type_named(row.type)
    shown = kind.show(row.body, order, response)
    name = f"{row.slug}-{row.key}"
    return {
        **shown,
        "position": name,
        "id": f"check-{name}",
        "slug": row.slug,
        "key": row.key,
        "template": kind.template,
    }


@quizzing.post("/checks/<quiz_slug>/<key>")
def answer_check(quiz_slug: str, key: str) -> ResponseReturnValue:
    require(Can.TAKE_COURSES)
    row = queries.practice_question(quiz_slug, key)
    if row is None:
        raise NotFound("There is no such knowledge check.")
    kind, order = type_named(row.type), _order(row, current_user.id)
    response = kind.parse(request.form.getlist(f"answer-{row.slug}-{row.key}"), order)
    mark = kind.grade(row.solution, response, POINT)
    outcome = {
        "answered": response is not None,
        "right": mark == POINT,
        "partly": 0 < mark < POINT,
        **kind.review(row.body, order, response, row.solution, True),
    }
    check = _check(row, order, response)
    return render_template("quizzing/check_page.html", check=check, outcome=outcome, lesson=row.lesson)
