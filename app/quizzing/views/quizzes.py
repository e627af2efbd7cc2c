"""The page of a quiz: what it is, where one stands, and the way in."""

import secrets

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.core import clock
from app.core.db import db
from app.core.errors import NotAllowed, NotFound
from app.core.permissions import Can, require
from app.quizzing import operations, queries, rules
from app.quizzing.models import QuizVersion
from app.quizzing.views.blueprint import quizzing


def _quiz(slug: str) -> QuizVersion:
    require(Can.TAKE_COURSES)
    version = queries.current_version(slug)
    if version is None:
        raise NotFound("There is no such quiz, or it was withdrawn.")
    return version


@quizzing.get("/quizzes/<slug>")
def quiz(slug: str) -> ResponseReturnValue:
    version = _quiz(slug)
    now = clock.now()
    standing = queries.standing(current_user.id, version)
    courses = queries.courses_of(version)
    return render_template(
        "quizzing/quiz.html",
        quiz=version,
        slug=slug,
        standing=standing,
        chances=standing.chances,
        refusal=rules.refusal(version.kind, standing.chances, now),
        course=courses[0] if courses else None,
        unmet=queries.unmet_prerequisites(current_user.id, version, courses),
        waits=rules.waits_in_words(version.waits_minutes),
        percent=rules.percent,
    )


@quizzing.post("/quizzes/<slug>/start")
def start(slug: str) -> ResponseReturnValue:
    version = _quiz(slug)
    unmet = queries.unmet_prerequisites(current_user.id, version, queries.courses_of(version))
    if unmet:
        titles = ", ".join(title for _, title in unmet)
        raise NotAllowed(f"Before this quiz come other courses. Complete them first: {titles}.")
    attempt = operations.start_attempt(current_user.id, version, clock.now(), secrets.randbits(31))
    answer = redirect(url_for("quizzing.attempt", attempt_id=attempt.id), 303)
    db.session.commit()
    return answer
