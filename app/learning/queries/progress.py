"""Where a person stands on the whole path: three statements, whatever the number of courses."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import String, and_, bindparam, cast, literal, select, union_all

from app.core.db import db
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
from app.learning.rules import CourseProgress, LessonStep, along_the_path

_PERSON: Any = bindparam("person_id")
_COURSES = (
    select(
        CourseVersion.id,
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
        Lesson.slug,
        LessonVersion.title,
        LessonVersion.kind,
        LessonVersion.minutes,
        LessonCompletion.id,
    )
    .join(CourseVersion, and_(CourseVersion.id == LessonVersion.course_version_id, CourseVersion.is_current))
    .join(Lesson, Lesson.id == LessonVersion.lesson_id)
    .outerjoin(
        LessonCompletion,
        and_(LessonCompletion.lesson_id == LessonVersion.lesson_id, LessonCompletion.person_id == _PERSON),
    )
    .order_by(LessonVersion.course_version_id, LessonVersion.position)
)


def _fact(name: str, slug: Any, at: Any) -> Any:
    return select(cast(literal(name), String(10)).label("fact"), slug.label("slug"), at.label("at"))


_FACTS = union_all(
    _fact("completed", Course.slug, CourseCompletion.completed_at)
    .join(Course, Course.id == CourseCompletion.course_id)
    .where(CourseCompletion.person_id == _PERSON),
    _fact("begun", Course.slug, Enrolment.enrolled_at)
    .join(Course, Course.id == Enrolment.course_id)
    .where(Enrolment.person_id == _PERSON),
    _fact("passed", QuizPass.quiz_slug, QuizPass.passed_at).where(QuizPass.person_id == _PERSON),
)


def path_progress(person_id: int) -> list[CourseProgress]:
    """Every current course in order with its lessons, what this person did there, and its state."""
    given = {"person_id": person_id}
    courses = db.session.execute(_COURSES).all()
    lessons: dict[int, list[LessonStep]] = defaultdict(list)
    for version_id, slug, title, kind, minutes, completion in db.session.execute(_LESSONS, given):
        lessons[version_id].append(LessonStep(slug, title, kind, minutes, completion is not None))
    facts: dict[str, dict[str, datetime]] = {"completed": {}, "begun": {}, "passed": {}}
    for fact, slug, at in db.session.execute(_FACTS, given):
        facts[fact][slug] = at
    return along_the_path(_gather(courses, lessons, facts))


def _gather(
    courses: Iterable[Any], lessons: Mapping[int, list[LessonStep]], facts: Mapping[str, Mapping[str, datetime]]
) -> Iterable[CourseProgress]:
    courses = list(courses)
    titles = {course.slug: course.title for course in courses}
    for course in courses:
        missing = set(course.prerequisites) - set(facts["completed"])
        yield CourseProgress(
            slug=course.slug,
            title=course.title,
            summary=course.summary,
            audience=course.audience,
            position=course.position,
            lessons=tuple(lessons.get(course.id, ())),
            quizzes=tuple(course.quizzes),
            passes={slug: facts["passed"][slug] for slug in course.quizzes if slug in facts["passed"]},
            # A withdrawn course can't be completed any more, so it holds nobody up.
            prerequisites_missing=tuple((slug, title) for slug, title in titles.items() if slug in missing),
            completed_at=facts["completed"].get(course.slug),
            begun=course.slug in facts["begun"],
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
