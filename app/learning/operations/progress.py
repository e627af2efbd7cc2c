"""What a person does in a course. Every verb may be repeated: constraints make the second time harmless."""

from datetime import datetime

from sqlalchemy import func, select

from app.core import bus
from app.core.db import db, insert_for
from app.core.errors import Conflict, Invalid
from app.events import CourseCompleted, LessonCompleted
from app.learning.models import (
    Course,
    CourseCompletion,
    CourseVersion,
    Enrolment,
    LessonCompletion,
    LessonState,
    LessonVersion,
    QuizPass,
)
from app.learning.queries import LessonRef
from app.learning.rules import is_complete

NOTE_LENGTH = 20_000
CHANGED_ELSEWHERE = (
    "This note was also changed in another window or on another device. Keep a copy of what you typed here."
)


def enrol(person_id: int, course_id: int, now: datetime) -> None:
    """Note that the person began the course, if they have not before."""
    values = {"person_id": person_id, "course_id": course_id, "enrolled_at": now}
    statement = insert_for(Enrolment).values(values)
    db.session.execute(statement.on_conflict_do_nothing(index_elements=["person_id", "course_id"]))


def complete_lesson(person_id: int, lesson: LessonRef, now: datetime) -> bool:
    """Mark the lesson as read; True when it was not before. What follows from it happens once."""
    enrol(person_id, lesson.course_id, now)
    statement = insert_for(LessonCompletion).values(
        person_id=person_id,
        lesson_id=lesson.lesson_id,
        lesson_version_id=lesson.lesson_version_id,
        completed_at=now,
    )
    statement = statement.on_conflict_do_nothing(index_elements=["person_id", "lesson_id"])
    if db.session.execute(statement.returning(LessonCompletion.id)).scalar_one_or_none() is None:
        return False
    bus.publish(LessonCompleted(person_id, lesson.course_id, lesson.lesson_id, now))
    complete_course(person_id, lesson.course_id, now)
    return True


def note_quiz_pass(person_id: int, quiz_slug: str, now: datetime) -> None:
    """Keep that the quiz was passed, and complete the courses that waited for it."""
    statement = insert_for(QuizPass).values(person_id=person_id, quiz_slug=quiz_slug, passed_at=now)
    statement = statement.on_conflict_do_nothing(index_elements=["person_id", "quiz_slug"])
    db.session.execute(statement)
    current = select(CourseVersion.course_id, CourseVersion.quizzes).where(CourseVersion.is_current)
    for course_id, quizzes in db.session.execute(current.order_by(CourseVersion.position)).all():
        if quiz_slug in quizzes:
            enrol(person_id, course_id, now)
            complete_course(person_id, course_id, now)


def complete_course(person_id: int, course_id: int, now: datetime) -> bool:
    """Complete the course in its current version if nothing is missing; True when it was not completed before."""
    version = db.session.execute(
        select(CourseVersion.id, CourseVersion.quizzes, Course.slug)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(CourseVersion.course_id == course_id, CourseVersion.is_current)
    ).one_or_none()
    if version is None:
        return False
    # Two tabs may bring the last two facts at once, each blind to the other's: the second waits here for the first.
    begun = select(Enrolment.id).where(Enrolment.person_id == person_id, Enrolment.course_id == course_id)
    db.session.execute(begun.with_for_update())
    done = select(LessonCompletion.lesson_id).where(LessonCompletion.person_id == person_id)
    missing = db.session.scalar(
        select(func.count())
        .select_from(LessonVersion)
        .where(LessonVersion.course_version_id == version.id, LessonVersion.lesson_id.not_in(done))
    )
    passed = db.session.scalars(select(QuizPass.quiz_slug).where(QuizPass.person_id == person_id))
    if not is_complete(missing or 0, version.quizzes, passed):
        return False
    values = {
        "person_id": person_id,
        "course_id": course_id,
        "course_version_id": version.id,
        "completed_at": now,
    }
    statement = insert_for(CourseCompletion).values(values)
    statement = statement.on_conflict_do_nothing(index_elements=["person_id", "course_id"])
    if db.session.execute(statement.returning(CourseCompletion.id)).scalar_one_or_none() is None:
        return False
    bus.publish(CourseCompleted(person_id, course_id, version.slug, now))
    return True


def complete_for_all(course_id: int, now: datetime) -> int:
    """Complete the course for everyone who lacks nothing any more because its current version asks for less."""
    lessons = (
        select(LessonVersion.lesson_id)
        .join(CourseVersion, CourseVersion.id == LessonVersion.course_version_id)
        .where(CourseVersion.course_id == course_id, CourseVersion.is_current)
    )
    completed = select(CourseCompletion.person_id).where(CourseCompletion.course_id == course_id)
    ready = (
        select(LessonCompletion.person_id)
        .where(LessonCompletion.lesson_id.in_(lessons), LessonCompletion.person_id.not_in(completed))
        .group_by(LessonCompletion.person_id)
        .having(func.count() == select(func.count()).select_from(lessons.subquery()).scalar_subquery())
        .order_by(LessonCompletion.person_id)
    )
    return sum(complete_course(person_id, course_id, now) for person_id in db.session.scalars(ready).all())


def save_position(person_id: int, lesson: LessonRef, percent: int, now: datetime) -> None:
    """Keep how far down the lesson the person has read, from 0 to 100, and that they had it open now."""
    if not 0 <= percent <= 100:
        raise Invalid("The position in a lesson is a number from 0 to 100.", {"percent": "A number from 0 to 100."})
    enrol(person_id, lesson.course_id, now)
    _keep(person_id, lesson, now, position_percent=percent)


def save_note(person_id: int, lesson: LessonRef, note: str, was: str, now: datetime) -> None:
    """Keep the person's own note on the lesson in place of `was`, the note that they saw and changed.

    Raises Conflict when the note was changed elsewhere in between, so that neither text is lost.
    """
    if len(note) > NOTE_LENGTH:
        message = f"A note has room for {NOTE_LENGTH:,} characters; this one has {len(note):,}. It was not saved."
        raise Invalid(message, {"note": message})
    mine = (LessonState.person_id == person_id, LessonState.lesson_id == lesson.lesson_id)
    stored = db.session.scalar(select(LessonState.note).where(*mine).with_for_update()) or ""
    if stored not in {was, note}:
        raise Conflict(CHANGED_ELSEWHERE)
    enrol(person_id, lesson.course_id, now)
    _keep(person_id, lesson, now, note=note, note_saved_at=now)


def _keep(person_id: int, lesson: LessonRef, now: datetime, **changes: object) -> None:
    changes["opened_at"] = now
    statement = insert_for(LessonState).values(person_id=person_id, lesson_id=lesson.lesson_id, **changes)
    statement = statement.on_conflict_do_update(index_elements=["person_id", "lesson_id"], set_=changes)
    db.session.execute(statement)
