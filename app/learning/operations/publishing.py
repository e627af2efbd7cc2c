"""Loading courses: what changed becomes a new version, rendered once; older versions stay as they are."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete, select, update

from app.core import markdown, search
from app.core.content import SyncReport
from app.core.db import db, insert_for
from app.core.markdown import Picture, Rendered
from app.core.search import SearchDocument
from app.learning.content import CourseItem, prose
from app.learning.models import Asset, Course, CourseVersion, Lesson, LessonVersion
from app.learning.operations.progress import complete_for_all

PREFIX = "s-"  # before the ids of a lesson's headings, which share the page with others
FIGURES = "../../content"  # from the address of a lesson


def sync_courses(items: Sequence[CourseItem], now: datetime) -> SyncReport:
    """Make exactly these courses current. Unchanged ones cost a comparison; withdrawn ones keep their versions."""
    statement = select(Course.slug, Course.id, CourseVersion.id, CourseVersion.content_hash, CourseVersion.is_current)
    rows = db.session.execute(statement.outerjoin(CourseVersion, CourseVersion.course_id == Course.id)).all()
    course_ids = {slug: course_id for slug, course_id, *_ in rows}
    current = {slug: content_hash for slug, _, _, content_hash, is_current in rows if is_current}
    versions = {(slug, content_hash): version_id for slug, _, version_id, content_hash, _ in rows}
    added = changed = 0
    for item in items:
        if current.get(item.slug) == item.content_hash:
            continue
        added, changed = added + (item.slug not in current), changed + (item.slug in current)
        course_id = course_ids.get(item.slug) or _add_course(item.slug)
        _withdraw(course_id, item.slug)
        rendered = _render(item)
        known = versions.get((item.slug, item.content_hash))
        if known is None:
            _write_version(course_id, item, rendered, now)
        else:
            _make_current(known)
        _index(item, rendered)
        complete_for_all(course_id, now)
    gone = set(current) - {item.slug for item in items}
    for slug in sorted(gone):
        _withdraw(course_ids[slug], slug)
    return SyncReport(added, changed, len(items) - added - changed, len(gone))


def _add_course(slug: str) -> int:
    course = Course(slug=slug)
    db.session.add(course)
    db.session.flush()
    return course.id


def _withdraw(course_id: int, slug: str) -> None:
    """No version is current from here on, and none is found."""
    is_its = CourseVersion.course_id == course_id
    db.session.execute(update(CourseVersion).where(is_its, CourseVersion.is_current).values(is_current=False))
    search.forget("course", slug)
    of_course = SearchDocument.ref.startswith(f"{slug}/", autoescape=True)
    db.session.execute(delete(SearchDocument).where(SearchDocument.kind == "lesson", of_course))


def _make_current(version_id: int) -> None:
    db.session.execute(update(CourseVersion).where(CourseVersion.id == version_id).values(is_current=True))


def _write_version(course_id: int, item: CourseItem, rendered: Mapping[str, Rendered], now: datetime) -> None:
    _keep_figures(item)
    version = CourseVersion(
        course_id=course_id,
        content_hash=item.content_hash,
        minutes=sum(lesson.entry.minutes for lesson in item.lessons),
        published_at=now,
        is_current=True,
        **item.file.model_dump(exclude={"lessons"}),
    )
    db.session.add(version)
    db.session.flush()
    lesson_ids = _lesson_ids(course_id, item)
    for position, lesson in enumerate(item.lessons, start=1):
        page = rendered[lesson.entry.slug]
        values = lesson.entry.model_dump(exclude={"slug"})
        row = LessonVersion(
            course_version_id=version.id,
            lesson_id=lesson_ids[lesson.entry.slug],
            position=position,
            parts=prose.parts(page.html, item.slug),
            headings=[asdict(heading) for heading in page.headings],
            **values,
        )
        db.session.add(row)
    db.session.flush()


def _lesson_ids(course_id: int, item: CourseItem) -> dict[str, int]:
    for lesson in item.lessons:
        statement = insert_for(Lesson).values(course_id=course_id, slug=lesson.entry.slug)
        db.session.execute(statement.on_conflict_do_nothing(index_elements=["course_id", "slug"]))
    rows = db.session.execute(select(Lesson.slug, Lesson.id).where(Lesson.course_id == course_id))
    return {row.slug: row.id for row in rows}


def _render(item: CourseItem) -> dict[str, Rendered]:
    """The course's lessons by their slugs, with the addresses that its figures and lessons are served at."""

    def picture(name: str) -> Picture | None:
        figure = item.figures.get(name)
        if figure is None:
            return None
        return Picture(f"{FIGURES}/{figure.digest}/{figure.name}", figure.width, figure.height)

    links = prose.address_of(PREFIX)
    return {
        lesson.entry.slug: markdown.render(lesson.text, PREFIX, links=links, pictures=picture)
        for lesson in item.lessons
    }


def _keep_figures(item: CourseItem) -> None:
    for figure in item.figures.values():
        values = {
            "digest": figure.digest,
            "name": figure.name,
            "media_type": figure.media_type,
            "data": figure.data,
        }
        statement = insert_for(Asset).values(values)
        db.session.execute(statement.on_conflict_do_nothing(index_elements=["digest"]))


def _index(item: CourseItem, rendered: Mapping[str, Rendered]) -> None:
    """What people can search for: the course by its summary and contents, each lesson by its words."""
    titles = " · ".join(lesson.entry.title for lesson in item.lessons)
    search.index("course", item.slug, item.file.title, f"{item.file.summary} {titles}")
    for lesson in item.lessons:
        shown = prose.parts(rendered[lesson.entry.slug].html, item.slug)
        words = markdown.plain(" ".join(part.get("html", "") for part in shown))
        search.index("lesson", f"{item.slug}/{lesson.entry.slug}", lesson.entry.title, words)
