"""Asking someone to take a course by a day."""

from datetime import date, datetime

from sqlalchemy import delete, select

from app.core.db import db, insert_for
from app.core.errors import Invalid
from app.learning.models import Assignment, Course, CourseCompletion, CourseVersion


def assign(person_id: int, slug: str, *, by_id: int, due_on: date, reason: str, now: datetime) -> None:
    """Ask the person to complete a course; asked again, the newer day and reason hold.

    Raises Invalid for a course that there is not, or that the person has completed.
    """
    course_id = db.session.scalar(
        select(Course.id)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .where(Course.slug == slug, CourseVersion.is_current)
    )
    if course_id is None:
        message = "There is no such course any more. Choose another one."
        raise Invalid(message, {"course": message})
    completed = select(CourseCompletion.id).where(
        CourseCompletion.person_id == person_id, CourseCompletion.course_id == course_id
    )
    if db.session.scalar(completed) is not None:
        message = "This course is completed already. Choose another one."
        raise Invalid(message, {"course": message})
    changes = {"assigned_by_id": by_id, "assigned_at": now, "due_on": due_on, "reason": reason}
    statement = insert_for(Assignment).values(person_id=person_id, course_id=course_id, **changes)
    db.session.execute(statement.on_conflict_do_update(index_elements=["person_id", "course_id"], set_=changes))


def withdraw_assignment(person_id: int, slug: str, by_id: int) -> None:
    """Take back what this person asked for; twice is harmless."""
    course = select(Course.id).where(Course.slug == slug).scalar_subquery()
    db.session.execute(
        delete(Assignment).where(
            Assignment.person_id == person_id, Assignment.course_id == course, Assignment.assigned_by_id == by_id
        )
    )
