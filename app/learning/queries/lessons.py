"""One lesson as a person reads it. The text of a version never changes, so each process keeps what it has read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from markupsafe import Markup
from sqlalchemy import and_, bindparam, select

from app.core.db import db
from app.learning.models import (
    Asset,
    Course,
    CourseCompletion,
    CourseVersion,
    Lesson,
    LessonCompletion,
    LessonState,
    LessonVersion,
)
from app.learning.queries.courses import unmet_prerequisites

_PERSON: Any = bindparam("person_id")
_OUTLINE = (
    select(
        Lesson.slug,
        LessonVersion.title,
        LessonVersion.minutes,
        LessonVersion.kind,
        LessonVersion.lesson_id,
        LessonVersion.id.label("lesson_version_id"),
        LessonCompletion.completed_at,
        LessonState.position_percent,
        LessonState.note,
        LessonState.note_saved_at,
        Course.id.label("course_id"),
        CourseVersion.id.label("course_version_id"),
        CourseVersion.title.label("course_title"),
        CourseVersion.content_hash,
        CourseVersion.prerequisites,
        CourseCompletion.completed_at.label("course_completed_at"),
    )
    .select_from(Course)
    .join(CourseVersion, and_(CourseVersion.course_id == Course.id, CourseVersion.is_current))
    .join(LessonVersion, LessonVersion.course_version_id == CourseVersion.id)
    .join(Lesson, Lesson.id == LessonVersion.lesson_id)
    .outerjoin(
        LessonCompletion,
        and_(LessonCompletion.lesson_id == Lesson.id, LessonCompletion.person_id == _PERSON),
    )
    .outerjoin(
        LessonState,
        and_(
            LessonState.lesson_id == Lesson.id,
            LessonState.person_id == _PERSON,
            Lesson.slug == bindparam("lesson_slug"),
        ),
    )
    .outerjoin(CourseCompletion, and_(CourseCompletion.course_id == Course.id, CourseCompletion.person_id == _PERSON))
    .where(Course.slug == bindparam("course_slug"))
    .order_by(LessonVersion.position)
)
_REFS = (
    select(
        Course.id.label("course_id"),
        CourseVersion.id.label("course_version_id"),
        Course.slug.label("course_slug"),
        Lesson.id.label("lesson_id"),
        LessonVersion.id.label("lesson_version_id"),
        Lesson.slug,
    )
    .join(CourseVersion, and_(CourseVersion.course_id == Course.id, CourseVersion.is_current))
    .join(LessonVersion, LessonVersion.course_version_id == CourseVersion.id)
    .join(Lesson, Lesson.id == LessonVersion.lesson_id)
    .order_by(CourseVersion.position, Course.slug, LessonVersion.position)
)
_RECENT = (
    select(
        Course.slug.label("course_slug"),
        CourseVersion.title.label("course_title"),
        Lesson.slug,
        LessonVersion.title,
        LessonVersion.minutes,
        LessonState.position_percent,
        LessonState.opened_at,
        LessonCompletion.completed_at,
    )
    .select_from(LessonState)
    .join(Lesson, Lesson.id == LessonState.lesson_id)
    .join(Course, Course.id == Lesson.course_id)
    .join(CourseVersion, and_(CourseVersion.course_id == Course.id, CourseVersion.is_current))
    .join(
        LessonVersion,
        and_(LessonVersion.course_version_id == CourseVersion.id, LessonVersion.lesson_id == Lesson.id),
    )
    .outerjoin(
        LessonCompletion,
        and_(LessonCompletion.lesson_id == Lesson.id, LessonCompletion.person_id == LessonState.person_id),
    )
    .where(LessonState.person_id == _PERSON)
    .order_by(LessonState.opened_at.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class LessonRef:
    """A lesson of a current course version, by all its ids."""

    course_id: int
    course_version_id: int
    course_slug: str
    lesson_id: int
    lesson_version_id: int
    slug: str


@dataclass(frozen=True, slots=True)
class LessonPage:
    """A lesson among the lessons of its course (`outline`, in order), as one person sees it.

    Rows of the outline have slug, title, minutes, kind, completed_at; `here` is this lesson's row, which has the
    person's position_percent, note and note_saved_at too.
    """

    course_slug: str
    outline: Sequence[Any]
    place: int
    prerequisites_missing: list[tuple[str, str]]

    @property
    def here(self) -> Any:
        return self.outline[self.place]

    @property
    def previous(self) -> Any:
        return self.outline[self.place - 1] if self.place else None

    @property
    def following(self) -> Any:
        return self.outline[self.place + 1] if self.place + 1 < len(self.outline) else None

    @property
    def done_count(self) -> int:
        return sum(row.completed_at is not None for row in self.outline)

    @property
    def ref(self) -> LessonRef:
        here = self.here
        return LessonRef(
            here.course_id,
            here.course_version_id,
            self.course_slug,
            here.lesson_id,
            here.lesson_version_id,
            here.slug,
        )


@dataclass(frozen=True, slots=True)
class LessonContent:
    """The rendered text: parts are (True, ref of a check) or (False, HTML). Headings as LessonVersion keeps them."""

    parts: tuple[tuple[bool, Markup | str], ...]
    checks: tuple[str, ...]
    headings: tuple[dict[str, Any], ...]

    def stopped_at(self, percent: int) -> str:
        """Id of the last heading above that part of the text; empty when there is none."""
        above = [heading["id"] for heading in self.headings if heading["at"] <= percent]
        return above[-1] if above else ""


@dataclass(frozen=True, slots=True)
class RecentLesson:
    """The lesson that a person had open last."""

    course_slug: str
    course_title: str
    slug: str
    title: str
    minutes: int
    position_percent: int
    opened_at: datetime
    done: bool


def lesson_page(person_id: int, course_slug: str, lesson_slug: str) -> LessonPage | None:
    """The lesson of the current version; None when there is none of that name. At most two statements."""
    given = {"person_id": person_id, "course_slug": course_slug, "lesson_slug": lesson_slug}
    outline = db.session.connection().execute(_OUTLINE, given).all()
    place = next((place for place, row in enumerate(outline) if row.slug == lesson_slug), None)
    if place is None:
        return None
    here = outline[place]
    free = here.course_completed_at is not None or not here.prerequisites
    missing = [] if free else unmet_prerequisites(person_id, here.prerequisites)
    return LessonPage(course_slug, outline, place, missing)


@lru_cache(maxsize=512)
def lesson_content(content_hash: str, lesson_slug: str) -> LessonContent:
    """The text of a lesson in the course version of that hash. The hash covers all that is shown, so it never ages."""
    parts, headings = db.session.execute(
        select(LessonVersion.parts, LessonVersion.headings)
        .join(CourseVersion, CourseVersion.id == LessonVersion.course_version_id)
        .join(Lesson, Lesson.id == LessonVersion.lesson_id)
        .where(CourseVersion.content_hash == content_hash, Lesson.slug == lesson_slug)
    ).one()
    shown = tuple(
        (True, part["check"]) if "check" in part else (False, Markup(part["html"]))  # noqa: S704 - by core.markdown
        for part in parts
    )
    checks = tuple(str(text) for is_check, text in shown if is_check)
    return LessonContent(parts=shown, checks=checks, headings=tuple(headings))


def find_lesson(course_slug: str, lesson_slug: str) -> LessonRef | None:
    """The lesson of the current version by its address."""
    row = db.session.execute(_REFS.where(Course.slug == course_slug, Lesson.slug == lesson_slug)).one_or_none()
    return LessonRef(*row) if row else None


def all_lessons() -> list[LessonRef]:
    """Every lesson of every current course, in the order of the path."""
    return [LessonRef(*row) for row in db.session.execute(_REFS)]


def recent_lesson(person_id: int) -> RecentLesson | None:
    """The lesson that this person had open last, if its course still has it."""
    row = db.session.execute(_RECENT, {"person_id": person_id}).one_or_none()
    return RecentLesson(*row[:7], done=row.completed_at is not None) if row else None


def figure(digest: str, name: str) -> tuple[bytes, str] | None:
    """A figure's content and media type."""
    statement = select(Asset.data, Asset.media_type).where(Asset.digest == digest, Asset.name == name)
    row = db.session.execute(statement).one_or_none()
    return (row.data, row.media_type) if row else None
