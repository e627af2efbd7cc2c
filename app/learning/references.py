"""What other slices may point at here: a lesson of a course as it is now, by "course/lesson"."""

from collections.abc import Sequence
from typing import Any

from flask import Flask, has_request_context, url_for
from sqlalchemy import select

from app.core.db import db
from app.core.references import Reference, register_references
from app.learning.models import Course, CourseVersion, Lesson, LessonVersion

LESSON = "lesson"


def lessons(refs: Sequence[str], _viewer: Any) -> list[Reference]:
    """Lessons of today's courses, which everyone may know of, in the order of their courses. One statement."""
    wanted = set(refs)
    pairs = [ref.partition("/") for ref in wanted]
    statement = (
        select(Course.slug.label("course"), Lesson.slug.label("lesson"), LessonVersion.title)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .join(LessonVersion, LessonVersion.course_version_id == CourseVersion.id)
        .join(Lesson, Lesson.id == LessonVersion.lesson_id)
        .where(CourseVersion.is_current)
        .where(Course.slug.in_([course for course, _, _ in pairs]), Lesson.slug.in_([slug for _, _, slug in pairs]))
        .order_by(CourseVersion.position, Course.slug, LessonVersion.position)
    )
    named = [(f"{row.course}/{row.lesson}", row) for row in db.session.execute(statement)]
    return [Reference(LESSON, ref, row.title, _address(row)) for ref, row in named if ref in wanted]


def _address(row: Any) -> str:
    return url_for("learning.lesson", slug=row.course, lesson=row.lesson) if has_request_context() else ""


def init_app(app: Flask) -> None:
    register_references(app, LESSON, lessons)
