"""Reads about quizzes and about where a person stands with one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import contains_eager

from app.core.db import db
from app.learning import queries as learning
from app.learning.models import Course, CourseVersion, Lesson, LessonVersion
from app.quizzing import rules
from app.quizzing.cycles import cycle_start
from app.quizzing.models import Attempt, AttemptGrant, Quiz, QuizVersion


@dataclass(frozen=True)
class AttemptRef:
    """What a policy needs to know of an attempt."""

    person_id: int
    submitted_at: datetime | None


@dataclass(frozen=True)
class Standing:
    """A person's attempts at a quiz, newest first, and what follows from them."""

    attempts: Sequence[Row[*tuple[Any, ...]]]  # id, number, started_at, submitted_at, deadline, mark, max_mark, passed
    since: datetime | None
    chances: rules.Chances


def current_version(slug: str) -> QuizVersion | None:
    """The quiz as it is set now, with `.quiz` loaded."""
    statement = (
        select(QuizVersion)
        .join(QuizVersion.quiz)
        .where(Quiz.slug == slug, QuizVersion.is_current)
        .options(contains_eager(QuizVersion.quiz))
    )
    return db.session.execute(statement).scalar_one_or_none()


def slug_of(version: QuizVersion) -> str:
    """The slug of a version's quiz; no statement where the quiz is loaded already."""
    return db.session.get_one(Quiz, version.quiz_id).slug


def limited_quizzes() -> Sequence[QuizVersion]:
    """The current quizzes whose number of tries is limited, with `.quiz` loaded."""
    statement = (
        select(QuizVersion)
        .join(QuizVersion.quiz)
        .where(QuizVersion.is_current, QuizVersion.max_attempts.is_not(None))
        .order_by(QuizVersion.title)
        .options(contains_eager(QuizVersion.quiz))
    )
    return db.session.execute(statement).scalars().all()


def standing(person_id: int, version: QuizVersion) -> Standing:
    """Where a person stands with a quiz in this cycle. Two statements, and those of the cycle."""
    since = cycle_start(person_id, slug_of(version))
    attempts = db.session.execute(
        select(
            Attempt.id,
            Attempt.number,
            Attempt.started_at,
            Attempt.submitted_at,
            Attempt.deadline,
            Attempt.mark,
            Attempt.max_mark,
            Attempt.passed,
        )
        .where(Attempt.person_id == person_id, Attempt.quiz_id == version.quiz_id)
        .order_by(Attempt.number.desc())
    ).all()
    granted = select(AttemptGrant.after_number).where(
        AttemptGrant.person_id == person_id, AttemptGrant.quiz_id == version.quiz_id
    )
    if since is not None:
        granted = granted.where(AttemptGrant.granted_at >= since)
    past = [
        rules.PastAttempt(a.id, a.number, a.submitted_at, a.deadline, a.passed)
        for a in attempts
        if since is None or a.submitted_at is None or a.submitted_at >= since
    ]
    grants = db.session.execute(granted).scalars().all()
    return Standing(attempts, since, rules.chances(past, grants, version.max_attempts, version.waits_minutes))


def courses_of(version: QuizVersion) -> list[tuple[str, str, list[str]]]:
    """(slug, title, prerequisites) of the courses that need this quiz."""
    return learning.courses_needing_quiz(slug_of(version))


def unmet_prerequisites(
    person_id: int, version: QuizVersion, courses: Sequence[tuple[str, str, list[str]]]
) -> list[tuple[str, str]]:
    """(slug, title) of what to complete first: the courses named by the quiz and by the courses that need it."""
    slugs = list(version.prerequisites)
    for _slug, _title, prerequisites in courses:
        slugs += [slug for slug in prerequisites if slug not in slugs]
    return learning.unmet_prerequisites(person_id, slugs) if slugs else []


def best_pass(person_id: int, quiz_slug: str, since: datetime | None) -> Row[*tuple[Any, ...]] | None:
    """The earliest passing attempt handed in at or after `since`: attempt_id, submitted_at, percent, version."""
    statement = (
        select(
            Attempt.id.label("attempt_id"),
            Attempt.submitted_at,
            (Attempt.mark * 100 // Attempt.max_mark).label("percent"),
            QuizVersion.version,
        )
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
        .where(Attempt.person_id == person_id, Quiz.slug == quiz_slug, Attempt.passed.is_(True))
        .order_by(Attempt.submitted_at, Attempt.id)
        .limit(1)
    )
    if since is not None:
        statement = statement.where(Attempt.submitted_at >= since)
    return db.session.execute(statement).one_or_none()


def quiz_titles() -> dict[str, str]:
    """Titles of the current quizzes by slug."""
    statement = select(Quiz.slug, QuizVersion.title).join(QuizVersion.quiz).where(QuizVersion.is_current)
    return dict(db.session.execute(statement.order_by(QuizVersion.title)).all())


def tag_titles() -> dict[str, str]:
    """Titles of the courses by the tag of their questions: "module-03" is the course at position 3."""
    statement = select(CourseVersion.position, CourseVersion.title).where(CourseVersion.is_current)
    return {f"module-{position:02}": title for position, title in db.session.execute(statement)}


def lesson_titles(lessons: Sequence[str]) -> dict[str, str]:
    """Titles of lessons in their current version by "course/lesson"; what was withdrawn is left out."""
    courses = {lesson.partition("/")[0] for lesson in lessons}
    if not courses:
        return {}
    statement = (
        select(Course.slug, Lesson.slug, LessonVersion.title)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .join(LessonVersion, LessonVersion.course_version_id == CourseVersion.id)
        .join(Lesson, Lesson.id == LessonVersion.lesson_id)
        .where(CourseVersion.is_current, Course.slug.in_(courses))
    )
    titles = {f"{course}/{lesson}": title for course, lesson, title in db.session.execute(statement)}
    return {lesson: titles[lesson] for lesson in lessons if lesson in titles}
