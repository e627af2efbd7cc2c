"""Reads of practice questions: the knowledge checks of lessons. Only these may be answered outside an attempt."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select

from app.core.db import db
from app.quizzing.models import Question, QuestionVersion, Quiz, QuizVersion, QuizVersionQuestion

AnyRow = Row[*tuple[Any, ...]]

_PRACTICE = (
    select(Quiz.slug, Question.key, QuestionVersion.type, QuestionVersion.body)
    .join(QuizVersion, QuizVersion.quiz_id == Quiz.id)
    .join(QuizVersionQuestion, QuizVersionQuestion.quiz_version_id == QuizVersion.id)
    .join(QuestionVersion, QuestionVersion.id == QuizVersionQuestion.question_version_id)
    .join(Question, Question.id == QuestionVersion.question_id)
    .where(QuizVersion.is_current, QuizVersionQuestion.practice)
)
_BODIES = _PRACTICE.where(
    Quiz.slug.in_(bindparam("slugs", expanding=True)), Question.key.in_(bindparam("keys", expanding=True))
)
_ONE = _PRACTICE.add_columns(QuestionVersion.solution, QuestionVersion.lesson).where(
    Quiz.slug == bindparam("slug"), Question.key == bindparam("key")
)


def practice_bodies(refs: Sequence[str]) -> Mapping[str, AnyRow]:
    """What may be shown of the practice questions named "quiz-slug/question-key"; one statement for all of them."""
    if not refs:
        return {}
    pairs = [ref.partition("/") for ref in refs]
    given = {"slugs": sorted({slug for slug, _, _ in pairs}), "keys": sorted({key for _, _, key in pairs})}
    found = {f"{row.slug}/{row.key}": row for row in db.session.execute(_BODIES, given)}
    return {ref: found[ref] for ref in refs if ref in found}


def practice_question(quiz_slug: str, key: str) -> AnyRow | None:
    """One practice question with its solution: slug, key, type, body, solution, lesson."""
    return db.session.execute(_ONE, {"slug": quiz_slug, "key": key}).one_or_none()
