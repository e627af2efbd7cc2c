"""A small programme of three courses and an exam, and the facts that fulfil it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from app.certification import operations, queries
from app.certification.models import Programme, Requirement, StandingTally
from app.certification.rules import Terms
from app.core.bus import publish
from app.core.db import db
from app.events import AttemptStarted, CourseCompleted, LessonCompleted, QuizPassed
from app.learning.models import Course, CourseCompletion, CourseVersion, Lesson, LessonCompletion, LessonVersion
from app.quizzing.models import Attempt, Quiz, QuizVersion

START = datetime(2026, 3, 3, 12, tzinfo=UTC)
COURSES = ("first", "second", "third")
EXAM = "final"


def make_programme(now: datetime = START) -> Terms:
    """The programme with its content, committed; everyone there is counted."""
    for position, slug in enumerate(COURSES, start=1):
        _course(slug, position, now)
    _quiz(EXAM, "The final exam", now)
    _quiz("warm-up", "Warm-up", now)
    programme = Programme(
        slug="small", title="Small programme", summary="What a small one asks.", valid_months=12, renewal_days=60
    )
    wanted = [("course", slug, slug.title()) for slug in COURSES] + [("quiz", EXAM, "The final exam")]
    for position, (kind, slug, title) in enumerate(wanted, start=1):
        programme.requirements.append(Requirement(kind=kind, slug=slug, title=title, position=position))
    db.session.add(programme)
    db.session.flush()
    operations.recount_all(now)
    db.session.commit()
    return queries.all_terms()[0]


def _course(slug: str, position: int, now: datetime) -> None:
    course = Course(slug=slug)
    db.session.add(course)
    db.session.flush()
    version = CourseVersion(
        course_id=course.id,
        content_hash=slug,
        version=3,
        position=position,
        title=slug.title(),
        summary="",
        audience="everyone",
        minutes=5,
        prerequisites=[],
        quizzes=["warm-up"] if position == 1 else [],
        published_at=now,
        is_current=True,
    )
    lesson = Lesson(course_id=course.id, slug="one")
    db.session.add_all([version, lesson])
    db.session.flush()
    db.session.add(
        LessonVersion(
            course_version_id=version.id,
            lesson_id=lesson.id,
            position=1,
            title="One",
            kind="reading",
            minutes=5,
            parts=[],
            headings=[],
        )
    )


def _quiz(slug: str, title: str, now: datetime) -> None:
    quiz = Quiz(slug=slug)
    db.session.add(quiz)
    db.session.flush()
    db.session.add(
        QuizVersion(
            quiz_id=quiz.id,
            content_hash=slug,
            version=2,
            title=title,
            summary="",
            kind="exam",
            pass_mark=80,
            time_limit_minutes=None,
            max_attempts=None,
            waits_minutes=[],
            blueprint=[],
            prerequisites=[],
            question_count=1,
            published_at=now,
            is_current=True,
        )
    )


def read_lesson(person_id: int, slug: str, now: datetime = START, *, tell: bool = True) -> None:
    lesson = db.session.scalars(
        select(Lesson).join(Course, Course.id == Lesson.course_id).where(Course.slug == slug)
    ).one()
    version = db.session.scalars(select(LessonVersion.id).where(LessonVersion.lesson_id == lesson.id)).one()
    db.session.add(
        LessonCompletion(person_id=person_id, lesson_id=lesson.id, lesson_version_id=version, completed_at=now)
    )
    db.session.flush()
    if tell:
        publish(LessonCompleted(person_id, lesson.course_id, lesson.id, now))


def complete(person_id: int, slug: str, now: datetime = START, *, tell: bool = True) -> None:
    course = db.session.scalars(select(Course).where(Course.slug == slug)).one()
    version = db.session.scalars(select(CourseVersion.id).where(CourseVersion.course_id == course.id)).one()
    db.session.add(
        CourseCompletion(person_id=person_id, course_id=course.id, course_version_id=version, completed_at=now)
    )
    db.session.flush()
    if tell:
        publish(CourseCompleted(person_id, course.id, slug, now))


def attempt(
    person_id: int, now: datetime = START, *, slug: str = EXAM, passed: bool | None = True, tell: bool = True
) -> int:
    """An attempt: passed, not passed, or (None) open. Returns its id."""
    quiz, version = db.session.execute(
        select(Quiz.id, QuizVersion.id).join(QuizVersion, QuizVersion.quiz_id == Quiz.id).where(Quiz.slug == slug)
    ).one()
    number = db.session.scalar(select(func.count()).where(Attempt.person_id == person_id, Attempt.quiz_id == quiz))
    row = Attempt(
        person_id=person_id,
        quiz_id=quiz,
        quiz_version_id=version,
        number=(number or 0) + 1,
        seed=1,
        started_at=now - timedelta(minutes=30),
        max_mark=4000,
    )
    if passed is not None:
        row.submitted_at, row.passed, row.mark = now, passed, 3500 if passed else 1000
    db.session.add(row)
    db.session.flush()
    if tell:
        publish(AttemptStarted(person_id, row.id, slug, now))
        if passed:
            publish(QuizPassed(person_id, row.id, slug, now))
    return row.id


def certify(person_id: int, now: datetime = START) -> None:
    """Everything the programme asks, the exam last."""
    for slug in COURSES:
        complete(person_id, slug, now)
    attempt(person_id, now)


def tally() -> dict[tuple[Any, ...], int]:
    """The tally as it is in the database: (department, stage, expiry) to people."""
    rows = db.session.execute(
        select(StandingTally.department, StandingTally.stage, StandingTally.expires_on, StandingTally.people)
    )
    return {(row.department, row.stage, row.expires_on): row.people for row in rows}
