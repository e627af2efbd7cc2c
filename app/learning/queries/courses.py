"""Facts about courses that other slices ask for."""

from collections.abc import Sequence

from sqlalchemy import bindparam, exists, select

from app.core.db import db
from app.learning.models import Course, CourseCompletion, CourseVersion

# Statements of hot pages are built once: SQLAlchemy then finds their compiled form without looking at them again.
_TITLES = (
    select(Course.slug, CourseVersion.title)
    .join(CourseVersion, CourseVersion.course_id == Course.id)
    .where(CourseVersion.is_current)
    .order_by(CourseVersion.position, Course.slug)
)
_COMPLETED = (
    select(CourseCompletion.person_id, Course.slug)
    .join(Course, Course.id == CourseCompletion.course_id)
    .where(CourseCompletion.person_id.in_(bindparam("person_ids", expanding=True)))
)
_UNMET = _TITLES.where(
    Course.slug.in_(bindparam("slugs", expanding=True)),
    ~exists(
        select(CourseCompletion.id).where(
            CourseCompletion.course_id == Course.id, CourseCompletion.person_id == bindparam("person_id")
        )
    ),
)


def completed_courses(person_ids: Sequence[int]) -> dict[int, set[str]]:
    """Slugs of the courses that each of these people completed, whatever version; everyone asked for is a key."""
    completed: dict[int, set[str]] = {person_id: set() for person_id in person_ids}
    for person_id, slug in db.session.execute(_COMPLETED, {"person_ids": list(person_ids)}):
        completed[person_id].add(slug)
    return completed


def course_titles() -> dict[str, str]:
    """Title of every current course by its slug, in the order of the path."""
    return {row.slug: row.title for row in db.session.execute(_TITLES)}


def unmet_prerequisites(person_id: int, slugs: Sequence[str]) -> list[tuple[str, str]]:
    """(slug, title) of those courses that the person has not completed, in the order of the path.

    A course that was withdrawn can't be completed any more, so it holds nobody up.
    """
    rows = db.session.execute(_UNMET, {"person_id": person_id, "slugs": list(slugs)})
    return [(slug, title) for slug, title in rows]


def courses_needing_quiz(quiz_slug: str) -> list[tuple[str, str, list[str]]]:
    """(slug, title, prerequisites) of the current courses that ask for this quiz, in the order of the path."""
    rows = db.session.execute(_TITLES.add_columns(CourseVersion.prerequisites, CourseVersion.quizzes))
    return [(slug, title, needs) for slug, title, needs, quizzes in rows if quiz_slug in quizzes]
