"""Content files become quiz versions. What someone used is never changed: a change makes a new version."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from app.core import markdown
from app.core.content import SyncReport
from app.core.db import db, insert_for
from app.quizzing.content import QuizItem
from app.quizzing.models import Question, QuestionVersion, Quiz, QuizVersion, QuizVersionQuestion
from app.quizzing.types import QuestionContent, type_named


def publish_quizzes(items: Sequence[QuizItem], now: datetime) -> SyncReport:
    """Make these quizzes the current ones. The same files a second time change nothing."""
    quizzes = _ensure_quizzes([item.slug for item in items])
    current = dict(
        db.session.execute(select(QuizVersion.quiz_id, QuizVersion.content_hash).where(QuizVersion.is_current)).all()
    )
    added = changed = unchanged = 0
    for item in items:
        quiz_id, digest = quizzes[item.slug], quiz_hash(item)
        if current.get(quiz_id) == digest:
            unchanged += 1
            continue
        added, changed = (added + 1, changed) if quiz_id not in current else (added, changed + 1)
        _make_current(quiz_id, _version_id(quiz_id, digest, item, now))
    kept = {quizzes[item.slug] for item in items}
    retired = [quiz_id for quiz_id in current if quiz_id not in kept]
    if retired:
        db.session.execute(update(QuizVersion).where(QuizVersion.quiz_id.in_(retired)).values(is_current=False))
    return SyncReport(added=added, changed=changed, unchanged=unchanged, retired=len(retired))


def quiz_hash(item: QuizItem) -> str:
    """What identifies one version of a quiz: everything in its file."""
    questions = [question.model_dump() for question in item.questions]
    return _digest({**item.quiz.model_dump(exclude={"questions"}), "questions": questions})


def question_hash(question: QuestionContent) -> str:
    """What identifies one version of a question. Whether it is practice belongs to the quiz."""
    return _digest(question.model_dump(exclude={"practice"}))


def _digest(content: Mapping[str, Any]) -> str:
    written = json.dumps([markdown.RENDERING, content], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


def _ensure_quizzes(slugs: Sequence[str]) -> dict[str, int]:
    if slugs:
        db.session.execute(insert_for(Quiz).on_conflict_do_nothing(), [{"slug": slug} for slug in slugs])
    return dict(db.session.execute(select(Quiz.slug, Quiz.id)).all())


def _make_current(quiz_id: int, version_id: int) -> None:
    # First the old one steps back: there is never more than one.
    versions = update(QuizVersion).where(QuizVersion.quiz_id == quiz_id)
    db.session.execute(versions.where(QuizVersion.is_current).values(is_current=False))
    db.session.execute(versions.where(QuizVersion.id == version_id).values(is_current=True))


def _version_id(quiz_id: int, digest: str, item: QuizItem, now: datetime) -> int:
    known = select(QuizVersion.id).where(QuizVersion.quiz_id == quiz_id, QuizVersion.content_hash == digest)
    found = db.session.execute(known).scalar_one_or_none()
    if found is not None:
        return found
    quiz = item.quiz
    graded = sum(not question.practice for question in item.questions)
    version = QuizVersion(
        quiz_id=quiz_id,
        content_hash=digest,
        version=quiz.version,
        title=quiz.title,
        summary=quiz.summary,
        kind=quiz.kind,
        pass_mark=quiz.pass_mark,
        time_limit_minutes=quiz.time_limit_minutes,
        max_attempts=quiz.max_attempts,
        waits_minutes=list(quiz.waits_minutes),
        blueprint=[line.model_dump() for line in quiz.blueprint],
        prerequisites=list(quiz.prerequisites),
        question_count=sum(line.count for line in quiz.blueprint) or graded,
        published_at=now,
    )
    db.session.add(version)
    db.session.flush()
    question_ids = _question_versions(quiz_id, item.questions)
    rows = [
        {
            "quiz_version_id": version.id,
            "question_version_id": question_ids[question.id],
            "position": position,
            "practice": question.practice,
        }
        for position, question in enumerate(item.questions, start=1)
    ]
    db.session.execute(insert(QuizVersionQuestion), rows)
    return version.id


def _question_versions(quiz_id: int, questions: Sequence[QuestionContent]) -> dict[str, int]:
    """Ids of the questions' versions by key; only what was never loaded before is rendered and written."""
    keys = [{"quiz_id": quiz_id, "key": question.id} for question in questions]
    db.session.execute(insert_for(Question).on_conflict_do_nothing(), keys)
    ids = dict(db.session.execute(select(Question.key, Question.id).where(Question.quiz_id == quiz_id)).all())
    known = _known_versions(quiz_id)
    new = [question for question in questions if (ids[question.id], question_hash(question)) not in known]
    for question in new:
        db.session.add(_build(ids[question.id], question))
    if new:
        db.session.flush()
        known = _known_versions(quiz_id)
    return {question.id: known[ids[question.id], question_hash(question)] for question in questions}


def _known_versions(quiz_id: int) -> dict[tuple[int, str], int]:
    versions = (
        select(QuestionVersion.question_id, QuestionVersion.content_hash, QuestionVersion.id)
        .join(Question)
        .where(Question.quiz_id == quiz_id)
    )
    return {(question_id, digest): found for question_id, digest, found in db.session.execute(versions)}


def _build(question_id: int, content: QuestionContent) -> QuestionVersion:
    body, solution = type_named(content.type).build(content)
    return QuestionVersion(
        question_id=question_id,
        content_hash=question_hash(content),
        type=content.type,
        body=body,
        solution=solution,
        tag=content.tags[0],
        difficulty=content.difficulty,
        lesson=content.lesson,
    )
