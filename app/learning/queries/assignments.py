"""Courses that someone was asked to take."""

from typing import Any

from sqlalchemy import and_, bindparam, select

from app.accounts.models import Person
from app.core.db import db
from app.learning.models import Assignment, Course, CourseCompletion, CourseVersion

_OPEN = (
    select(
        Course.slug,
        CourseVersion.title,
        Assignment.due_on,
        Assignment.reason,
        Person.given_name,
        Person.family_name,
    )
    .join(Course, Course.id == Assignment.course_id)
    .join(CourseVersion, and_(CourseVersion.course_id == Course.id, CourseVersion.is_current))
    .join(Person, Person.id == Assignment.assigned_by_id)
    .outerjoin(
        CourseCompletion,
        and_(CourseCompletion.person_id == Assignment.person_id, CourseCompletion.course_id == Assignment.course_id),
    )
    .where(Assignment.person_id == bindparam("person_id"), CourseCompletion.id.is_(None))
    .order_by(Assignment.due_on, Course.slug)
)


def open_assignments(person_id: int) -> list[Any]:
    """What the person was asked to complete and has not: slug, title, due_on, reason, names of who asked.

    One statement, earliest day first.
    """
    return list(db.session.connection().execute(_OPEN, {"person_id": person_id}))


def courses_to_offer(person_id: int) -> list[Any]:
    """Current courses that the person has not completed: slug, title. One statement."""
    done = select(CourseCompletion.course_id).where(CourseCompletion.person_id == person_id)
    statement = (
        select(Course.slug, CourseVersion.title)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .where(CourseVersion.is_current, Course.id.not_in(done))
        .order_by(CourseVersion.position, Course.slug)
    )
    return list(db.session.execute(statement))
