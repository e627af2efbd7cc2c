"""Programmes, and the facts that fulfil what they ask."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, literal, select, union_all

from app.accounts.models import Person
from app.certification.models import Certificate, Programme, Requirement
from app.certification.rules import Need, Terms, opening
from app.core.clock import zone_of
from app.core.db import db
from app.learning.models import Course, CourseCompletion, CourseVersion
from app.quizzing.models import Attempt, Quiz, QuizVersion

Done = dict[tuple[str, str], datetime]


_TERMS = (
    select(
        Programme.id,
        Programme.slug,
        Programme.title,
        Programme.summary,
        Programme.valid_months,
        Programme.renewal_days,
        Requirement.kind,
        Requirement.slug.label("need"),
        Requirement.title.label("need_title"),
    )
    .join(Requirement, Requirement.programme_id == Programme.id)
    .where(Programme.active)
    .order_by(Programme.id, Requirement.position)
)


def all_terms() -> list[Terms]:
    """What every active programme asks for, oldest programme first. One statement."""
    found = db.session.connection().execute(_TERMS)
    programmes: dict[int, tuple[Row[*tuple[Any, ...]], list[Need]]] = {}
    for row in found:
        programmes.setdefault(row.id, (row, []))[1].append(Need(row.kind, row.need, row.need_title))
    return [
        Terms(row.id, row.slug, row.title, row.summary, row.valid_months, row.renewal_days, tuple(needs))
        for row, needs in programmes.values()
    ]


def done_by(
    person_ids: Sequence[int], needs: Sequence[Need], courses_of: Sequence[int] | None = None
) -> dict[int, Done]:
    """By person: (kind, slug) to the moment a course was completed or a quiz was last passed. One statement.

    `courses_of` are those of them whose courses are wanted; None: everyone's.
    """
    courses = [need.slug for need in needs if need.kind == "course"]
    quizzes = [need.slug for need in needs if need.kind == "quiz"]
    learners = _rounded(person_ids if courses_of is None else courses_of)
    completed = (
        select(
            CourseCompletion.person_id,
            literal("course").label("kind"),
            Course.slug,
            CourseCompletion.completed_at.label("at"),
        )
        .join(Course, Course.id == CourseCompletion.course_id)
        .where(CourseCompletion.person_id.in_(learners), Course.slug.in_(courses))
    )
    passed = (
        select(Attempt.person_id, literal("quiz"), Quiz.slug, func.max(Attempt.submitted_at))
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .where(Attempt.person_id.in_(_rounded(person_ids)), Quiz.slug.in_(quizzes), Attempt.passed.is_(True))
        .group_by(Attempt.person_id, Quiz.slug)
    )
    done: dict[int, Done] = defaultdict(dict)
    row: Row[*tuple[Any, ...]]
    if person_ids:
        for row in db.session.execute(union_all(completed, passed)):
            done[row.person_id][row.kind, row.slug] = row.at
    return done


def _rounded(ids: Sequence[int]) -> list[int]:
    """The same ids, the last one repeated to a round number, so that the engine keeps few texts of the statement."""
    size = 1
    while size < len(ids):
        size *= 4
    return [*ids, *(ids[-1] for _ in range(size - len(ids)))] if ids else []


def completed_versions(person_id: int, slugs: Sequence[str]) -> dict[str, Row[*tuple[Any, ...]]]:
    """By course slug: the version completed (`version`) and when (`completed_at`)."""
    found = db.session.execute(
        select(Course.slug, CourseVersion.version, CourseCompletion.completed_at)
        .select_from(CourseCompletion)
        .join(Course, Course.id == CourseCompletion.course_id)
        .join(CourseVersion, CourseVersion.id == CourseCompletion.course_version_id)
        .where(CourseCompletion.person_id == person_id, Course.slug.in_(slugs))
    )
    return {row.slug: row for row in found}


def passing_attempts(person_id: int, slugs: Sequence[str], since: datetime | None) -> dict[str, Row[*tuple[Any, ...]]]:
    """By quiz slug: the earliest passing attempt at or after `since` (attempt_id, submitted_at, mark, max_mark)."""
    statement = (
        select(
            Quiz.slug,
            Attempt.id.label("attempt_id"),
            Attempt.submitted_at,
            Attempt.mark,
            Attempt.max_mark,
            QuizVersion.version,
        )
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
        .where(Attempt.person_id == person_id, Quiz.slug.in_(slugs), Attempt.passed.is_(True))
        .order_by(Attempt.submitted_at.desc(), Attempt.id.desc())
    )
    if since is not None:
        statement = statement.where(Attempt.submitted_at >= since)
    return {row.slug: row for row in db.session.execute(statement)}  # the earliest comes last and stays


def titles_of(kind: str) -> dict[str, str]:
    """By slug: the present titles of courses or of quizzes, for the requirements that name them."""
    courses = select(Course.slug, CourseVersion.title).join(Course, Course.id == CourseVersion.course_id)
    quizzes = select(Quiz.slug, QuizVersion.title).join(Quiz, Quiz.id == QuizVersion.quiz_id)
    statement = courses.where(CourseVersion.is_current) if kind == "course" else quizzes.where(QuizVersion.is_current)
    return {row.slug: row.title for row in db.session.execute(statement)}


def quizzes_inside(course_slugs: Sequence[str]) -> set[str]:
    """Slugs of the quizzes that the courses need at present."""
    found = db.session.scalars(
        select(CourseVersion.quizzes)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(CourseVersion.is_current, Course.slug.in_(course_slugs))
    )
    return {slug for slugs in found for slug in slugs}


def cycle_opening(person_id: int, quiz_slug: str, now: datetime) -> datetime | None:
    """When the person's present cycle opened, if a programme that asks for this quiz was certified before.

    The present cycle is the renewal whose window opened last; None while the first one runs.
    """
    held = db.session.execute(
        select(Certificate.expires_on, Programme.renewal_days, Person.time_zone)
        .join(Programme, Programme.id == Certificate.programme_id)
        .join(Requirement, Requirement.programme_id == Programme.id)
        .join(Person, Person.id == Certificate.person_id)
        .where(Certificate.person_id == person_id, Requirement.kind == "quiz", Requirement.slug == quiz_slug)
    )
    openings = [opening(expires_on, days, zone_of(zone)) for expires_on, days, zone in held]
    return max((at for at in openings if at <= now), default=None)
