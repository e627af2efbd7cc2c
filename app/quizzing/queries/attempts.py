"""Reads of one attempt. Rows of tables, not objects: these are the pages that everyone has open at once.

The statements are built once, when the module is loaded: building one costs more than running it.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select

from app.accounts.models import Person
from app.core.db import db
from app.quizzing.models import Attempt, AttemptQuestion, QuestionVersion, Quiz, QuizVersion

AnyRow = Row[*tuple[Any, ...]]
_attempt, _asked, _question, _quiz, _version, _person = (
    model.__table__ for model in (Attempt, AttemptQuestion, QuestionVersion, Quiz, QuizVersion, Person)
)

_ATTEMPT = (
    select(
        _attempt.c.id,
        _attempt.c.person_id,
        _attempt.c.quiz_id,
        _attempt.c.number,
        _attempt.c.started_at,
        _attempt.c.deadline,
        _attempt.c.submitted_at,
        _attempt.c.mark,
        _attempt.c.max_mark,
        _attempt.c.passed,
        _quiz.c.slug,
        _version.c.title,
        _version.c.kind,
        _version.c.pass_mark,
        _version.c.question_count,
    )
    .join(_quiz, _quiz.c.id == _attempt.c.quiz_id)
    .join(_version, _version.c.id == _attempt.c.quiz_version_id)
    .where(_attempt.c.id == bindparam("attempt"))
)
_OWN = _ATTEMPT.where(_attempt.c.person_id == bindparam("person"))
_OF = _ATTEMPT.add_columns(_person.c.given_name, _person.c.family_name).join(
    _person, _person.c.id == _attempt.c.person_id
)
_MAP = (
    select(
        _asked.c.position,
        _asked.c.response.is_not(None).label("answered"),
        _asked.c.flagged,
        _asked.c.saved_at,
    )
    .where(_asked.c.attempt_id == bindparam("attempt"))
    .order_by(_asked.c.position)
)
_SHOWN = (
    select(
        _asked.c.position,
        _asked.c.option_order,
        _asked.c.response,
        _asked.c.flagged,
        _question.c.type,
        _question.c.body,
    )
    .join(_question, _question.c.id == _asked.c.question_version_id)
    .where(_asked.c.attempt_id == bindparam("attempt"))
    .order_by(_asked.c.position)
)
_SHOWN_ONE = _SHOWN.where(_asked.c.position == bindparam("position"))
_TO_ANSWER = (
    select(
        _asked.c.attempt_id,
        _asked.c.position,
        _asked.c.option_order,
        _question.c.type,
        _attempt.c.person_id,
        _attempt.c.deadline,
        _attempt.c.submitted_at,
    )
    .join(_attempt, _attempt.c.id == _asked.c.attempt_id)
    .join(_question, _question.c.id == _asked.c.question_version_id)
    .where(
        _attempt.c.id == bindparam("attempt"),
        _attempt.c.person_id == bindparam("person"),
    )
    .with_for_update(read=True, of=_attempt)
)
_TO_ANSWER_ONE = _TO_ANSWER.where(_asked.c.position == bindparam("position"))
_TO_ANSWER_MANY = _TO_ANSWER.where(_asked.c.position.in_(bindparam("positions", expanding=True)))
_REVIEW = (
    select(
        _asked.c.position,
        _asked.c.option_order,
        _asked.c.response,
        _asked.c.mark,
        _asked.c.max_mark,
        _question.c.type,
        _question.c.body,
        _question.c.solution,
        _question.c.tag,
        _question.c.lesson,
    )
    .join(_question, _question.c.id == _asked.c.question_version_id)
    .join(_attempt, _attempt.c.id == _asked.c.attempt_id)
    .where(_asked.c.attempt_id == bindparam("attempt"), _attempt.c.submitted_at.is_not(None))
    .order_by(_asked.c.position)
)


def own_attempt(attempt_id: int, person_id: int) -> AnyRow | None:
    """An attempt of this person, with its quiz's title and rules."""
    return db.session.execute(_OWN, {"attempt": attempt_id, "person": person_id}).one_or_none()


def attempt_of(attempt_id: int) -> AnyRow | None:
    """An attempt with its quiz and the name of its owner; who may see it is for the policy to say."""
    return db.session.execute(_OF, {"attempt": attempt_id}).one_or_none()


def question_map(attempt_id: int) -> Sequence[AnyRow]:
    """position, answered, flagged, saved_at of every question, in order."""
    return db.session.execute(_MAP, {"attempt": attempt_id}).all()


def shown_questions(attempt_id: int, position: int | None = None) -> Sequence[AnyRow]:
    """What may be shown of one question, or of all, while the attempt is open: never a solution."""
    if position is None:
        return db.session.execute(_SHOWN, {"attempt": attempt_id}).all()
    return db.session.execute(_SHOWN_ONE, {"attempt": attempt_id, "position": position}).all()


def to_answer(attempt_id: int, person_id: int, positions: Collection[int]) -> Sequence[AnyRow]:
    """Questions of a person's own attempt that are about to be answered, with the state of the attempt.

    The attempt can't be handed in between this read and the end of the transaction.
    """
    given: dict[str, Any] = {"attempt": attempt_id, "person": person_id}
    connection = db.session.connection()  # SQLite's other writers wait for what happens from here on
    if len(positions) == 1:
        return connection.execute(_TO_ANSWER_ONE, {**given, "position": next(iter(positions))}).all()
    return connection.execute(_TO_ANSWER_MANY, {**given, "positions": sorted(positions)}).all()


def review_rows(attempt_id: int) -> Sequence[AnyRow]:
    """Every question of a submitted attempt with response, mark and solution, in order."""
    return db.session.execute(_REVIEW, {"attempt": attempt_id}).all()
