"""Where a person stands on the whole path: one statement, whatever the number of courses.

What the courses are is the same for everyone and changes only when content is loaded: it is kept for as long as the
same versions are current. The statement says which those are, beside the person's facts.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import Integer, String, and_, bindparam, cast, literal, null, select, union_all

from app.core.db import UTCDateTime, db
from app.learning.models import (
    Course,
    CourseCompletion,
    CourseVersion,
    Enrolment,
    Lesson,
    LessonCompletion,
    LessonVersion,
    QuizPass,
)
from app.learning.rules import CourseProgress, LessonStep, State, along_the_path

_PERSON: Any = bindparam("person_id", type_=Integer)
_KEPT = "uplift.learning.outline"
_COURSES = (
    select(
        CourseVersion.id,
        Course.id.label("course_id"),
        Course.slug,
        CourseVersion.title,
        CourseVersion.summary,
        CourseVersion.audience,
        CourseVersion.position,
        CourseVersion.prerequisites,
        CourseVersion.quizzes,
    )
    .join(Course, Course.id == CourseVersion.course_id)
    .where(CourseVersion.is_current)
    .order_by(CourseVersion.position, Course.slug)
)
_LESSONS = (
    select(
        LessonVersion.course_version_id,
        LessonVersion.lesson_id,
        Lesson.slug,
        LessonVersion.title,
        LessonVersion.kind,
        LessonVersion.minutes,
    )
    .join(CourseVersion, and_(CourseVersion.id == LessonVersion.course_version_id, CourseVersion.is_current))
    .join(Lesson, Lesson.id == LessonVersion.lesson_id)
    .order_by(LessonVersion.course_version_id, LessonVersion.position)
)


def _fact(name: str, number: Any, slug: Any = None, at: Any = None) -> Any:
    return select(
        cast(literal(name), String(10)).label("fact"),
        number.label("number"),
        (cast(null(), String(80)) if slug is None else slug).label("slug"),
        (cast(null(), UTCDateTime) if at is None else at).label("at"),
    )


_FACTS = union_all(
    _fact("current", CourseVersion.id).where(CourseVersion.is_current),
    _fact("read", LessonCompletion.lesson_id).where(LessonCompletion.person_id == _PERSON),
    _fact("completed", CourseCompletion.course_id, at=CourseCompletion.completed_at).where(
        CourseCompletion.person_id == _PERSON
    ),
    _fact("begun", Enrolment.course_id).where(Enrolment.person_id == _PERSON),
    _fact("passed", QuizPass.id, QuizPass.quiz_slug, QuizPass.passed_at).where(QuizPass.person_id == _PERSON),
)


@dataclass(frozen=True)
class Outline:
    """The current courses in order, and the lessons of each version with their ids; the same for everyone."""

    versions: frozenset[int]
    courses: tuple[Any, ...]
    lessons: dict[int, list[tuple[int, LessonStep, LessonStep]]]  # lesson id, the step when not read, when read


def path_progress(person_id: int) -> list[CourseProgress]:
    """Every current course in order with its lessons, what this person did there, and its state."""
    current: set[int] = set()
    read: set[int] = set()
    begun: set[int] = set()
    completed: dict[int, datetime] = {}
    passed: dict[str, datetime] = {}
    for fact, number, slug, at in db.session.connection().execute(_FACTS, {"person_id": person_id}):
        if fact == "completed":
            completed[number] = at
        elif fact == "passed":
            passed[slug] = at
        else:
            {"current": current, "read": read, "begun": begun}[fact].add(number)
    return along_the_path(_gather(_outline(frozenset(current)), read, begun, completed, passed))


def _outline(current: frozenset[int]) -> Outline:
    kept: Outline | None = current_app.extensions.get(_KEPT)
    if kept is not None and kept.versions == current:
        return kept
    lessons: dict[int, list[tuple[int, LessonStep, LessonStep]]] = defaultdict(list)
    for version_id, lesson_id, slug, title, kind, minutes in db.session.execute(_LESSONS):
        steps = (LessonStep(slug, title, kind, minutes, done) for done in (False, True))
        lessons[version_id].append((lesson_id, *steps))  # type: ignore[arg-type]  # two steps
    outline = Outline(current, tuple(db.session.execute(_COURSES)), dict(lessons))
    current_app.extensions[_KEPT] = outline
    return outline


def _gather(
    outline: Outline,
    read: set[int],
    begun: set[int],
    completed: dict[int, datetime],
    passed: dict[str, datetime],
) -> Iterator[CourseProgress]:
    done = {course.slug for course in outline.courses if course.course_id in completed}
    for course in outline.courses:
        missing = set(course.prerequisites) - done
        yield CourseProgress(
            slug=course.slug,
            title=course.title,
            summary=course.summary,
            audience=course.audience,
            position=course.position,
            lessons=tuple(
                as_read if lesson_id in read else unread
                for lesson_id, unread, as_read in outline.lessons.get(course.id, ())
            ),
            quizzes=tuple(course.quizzes),
            passes={slug: passed[slug] for slug in course.quizzes if slug in passed},
            # A withdrawn course can't be completed any more, so it holds nobody up.
            prerequisites_missing=tuple((c.slug, c.title) for c in outline.courses if c.slug in missing)
            if missing
            else (),
            completed_at=completed.get(course.course_id),
            begun=course.course_id in begun,
            state=State.DONE if course.course_id in completed else State.LOCKED if missing else State.OPEN,
        )


def course_progress(person_id: int, slug: str) -> CourseProgress | None:
    """One current course as on the path; None when there is no such course."""
    return next((course for course in path_progress(person_id) if course.slug == slug), None)


def missing_in_course(person_id: int, slug: str) -> tuple[list[tuple[str, str]], list[str]]:
    """What this person lacks to complete the course: lessons as (slug, title), and slugs of quizzes."""
    course = course_progress(person_id, slug)
    if course is None or course.completed_at is not None:
        return [], []
    return [(lesson.slug, lesson.title) for lesson in course.lessons_missing], list(course.quizzes_missing)
