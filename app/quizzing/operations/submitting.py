"""Handing in: an attempt is closed once, graded once, and told to whoever listens."""

import logging
from datetime import datetime
from typing import Protocol

from sqlalchemy import CursorResult, bindparam, select, update
from sqlalchemy.exc import SQLAlchemyError

from app import events
from app.core import bus
from app.core.db import db
from app.quizzing import rules
from app.quizzing.models import Attempt, AttemptQuestion, QuestionVersion, Quiz, QuizVersion
from app.quizzing.types import type_named

logger = logging.getLogger(__name__)


class HasId(Protocol):
    """An attempt, or a row of one."""

    @property
    def id(self) -> int: ...


def submit_attempt(attempt: HasId, now: datetime) -> bool:
    """Hand in and grade. False when it was handed in before: a second click changes nothing."""
    closing = update(Attempt).where(Attempt.id == attempt.id, Attempt.submitted_at.is_(None)).values(submitted_at=now)
    closed = db.session.execute(closing)
    assert isinstance(closed, CursorResult)  # noqa: S101 - for the type checker: an UPDATE has a row count
    if closed.rowcount == 0:
        return False
    mark, max_mark = _grade(attempt.id)
    person_id, slug, pass_mark = db.session.execute(
        select(Attempt.person_id, Quiz.slug, QuizVersion.pass_mark)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
        .where(Attempt.id == attempt.id)
    ).one()
    passed = rules.passed(mark, max_mark, pass_mark)
    graded = update(Attempt).where(Attempt.id == attempt.id).values(mark=mark, max_mark=max_mark, passed=passed)
    db.session.execute(graded)
    bus.publish(events.AttemptSubmitted(person_id, attempt.id, slug, passed, now))
    if passed:
        bus.publish(events.QuizPassed(person_id, attempt.id, slug, now))
    return True


def _grade(attempt_id: int) -> tuple[int, int]:
    """Mark every question of the attempt. Returns the sum and what could be reached."""
    rows = db.session.execute(
        select(
            AttemptQuestion.position,
            AttemptQuestion.response,
            AttemptQuestion.max_mark,
            QuestionVersion.type,
            QuestionVersion.solution,
        )
        .join(QuestionVersion, QuestionVersion.id == AttemptQuestion.question_version_id)
        .where(AttemptQuestion.attempt_id == attempt_id)
    ).all()
    marks = {row.position: type_named(row.type).grade(row.solution, row.response, row.max_mark) for row in rows}
    statement = (
        update(AttemptQuestion.__table__)  # type: ignore[arg-type]
        .where(AttemptQuestion.attempt_id == attempt_id, AttemptQuestion.position == bindparam("at"))
        .values(mark=bindparam("reached"))
    )
    if marks:
        db.session.execute(statement, [{"at": position, "reached": mark} for position, mark in marks.items()])
    return sum(marks.values()), sum(row.max_mark for row in rows)


def close_overdue(now: datetime, limit: int = 500) -> int:
    """Hand in what lies open after its time. Returns how many; one that can't be graded does not hold up the others."""
    overdue = (
        select(Attempt.id)
        .where(Attempt.submitted_at.is_(None), Attempt.deadline < now - rules.GRACE)
        .order_by(Attempt.deadline)
        .limit(limit)
    )
    closed = 0
    for row in db.session.execute(overdue).all():
        try:
            with db.session.begin_nested():
                closed += submit_attempt(row, now)
        except (SQLAlchemyError, LookupError):
            logger.exception("attempt %s could not be closed", row.id)
    return closed
