"""Reads of practice questions: the knowledge checks of lessons. Only these may be answered outside an attempt."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, false, or_, select

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
_BODIES = _PRACTICE.add_columns(QuestionVersion.content_hash).where(
    Quiz.slug.in_(bindparam("slugs", expanding=True)), Question.key.in_(bindparam("keys", expanding=True))
)
_ONE = _PRACTICE.add_columns(QuestionVersion.solution, QuestionVersion.lesson).where(
    Quiz.slug == bindparam("slug"), Question.key == bindparam("key")
)


def practice_bodies(refs: Sequence[str]) -> Mapping[str, AnyRow]:
    """What may be shown of the practice questions named "quiz-slug/question-key"; one statement for all of them."""
    return {f"{row.slug}/{row.key}": row for row in db.session.execute(_BODIES, _names(refs))}


def practice_hashes(refs: Sequence[str]) -> Mapping[str, str]:
    """By ref, in the order asked for: the hash of what each practice question says now. One small statement."""
    slugs = sorted({ref.partition("/")[0] for ref in refs})
    given = {f"slug_{place}": slug for place, slug in enumerate(slugs)}
    found = db.session.connection().execute(_hashes_of(len(slugs)), given)
    hashes = {f"{slug}/{key}": content_hash for slug, key, content_hash in found}
    return {ref: hashes[ref] for ref in refs if ref in hashes}


@cache
def _hashes_of(quizzes: int) -> Select[str, str, str]:
    """What the practice questions of so many quizzes say. Every reader of a lesson asks: an IN would be put together
    anew each time, and the few questions too many cost less."""
    named = or_(false(), *(Quiz.slug == bindparam(f"slug_{place}") for place in range(quizzes)))
    return _PRACTICE.with_only_columns(Quiz.slug, Question.key, QuestionVersion.content_hash).where(named)


def _names(refs: Sequence[str]) -> dict[str, list[str]]:
    pairs = [ref.partition("/") for ref in refs]
    return {"slugs": sorted({slug for slug, _, _ in pairs}), "keys": sorted({key for _, _, key in pairs})}


def practice_question(quiz_slug: str, key: str) -> AnyRow | None:
    """One practice question with its solution: slug, key, type, body, solution, lesson."""
    return db.session.execute(_ONE, {"slug": quiz_slug, "key": key}).one_or_none()
