"""Courses and their versions, and the facts from which progress follows."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base


class Course(Base):
    """A course keeps its identity over its versions."""

    __tablename__ = "course"
    __table_args__ = (UniqueConstraint("slug"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    slug: Mapped[str] = mapped_column(String(80))


class CourseVersion(Base):
    """What a course said at one time. Never changed once written, but for which one is current.

    `content_hash` covers everything shown. A withdrawn course has no current version.
    """

    __tablename__ = "course_version"
    __table_args__ = (
        UniqueConstraint("course_id", "content_hash"),
        Index(
            "uq_course_version_current",
            "course_id",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    content_hash: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(String(400))
    audience: Mapped[str] = mapped_column(String(40))
    minutes: Mapped[int]
    # Slugs, as written in the file: a version names what it needed then.
    prerequisites: Mapped[list[str]] = mapped_column(JSON)
    quizzes: Mapped[list[str]] = mapped_column(JSON)
    published_at: Mapped[datetime]
    is_current: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    course: Mapped[Course] = relationship(init=False, repr=False, lazy="raise_on_sql")
    lessons: Mapped[list["LessonVersion"]] = relationship(
        init=False,
        repr=False,
        lazy="raise_on_sql",
        order_by="LessonVersion.position",
        back_populates="course_version",
    )


class Lesson(Base):
    """A lesson keeps its identity over its versions, so that what was read stays read when a comma is mended."""

    __tablename__ = "lesson"
    __table_args__ = (UniqueConstraint("course_id", "slug"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    slug: Mapped[str] = mapped_column(String(80))


class LessonVersion(Base):
    """A lesson's text in one version of its course, rendered once when it was loaded."""

    __tablename__ = "lesson_version"
    __table_args__ = (
        UniqueConstraint("course_version_id", "lesson_id"),
        UniqueConstraint("course_version_id", "position"),
        Index("ix_lesson_version_lesson_id", "lesson_id"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    course_version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    minutes: Mapped[int]
    # The sanitised page as a list of parts: {"html": …} or {"check": "quiz-slug/question-id"}.
    parts: Mapped[list[dict[str, str]]] = mapped_column(JSON, deferred=True)
    # Headings for the table of contents: {"id": …, "title": …, "level": 2}.
    headings: Mapped[list[dict[str, Any]]] = mapped_column(JSON, deferred=True)

    course_version: Mapped[CourseVersion] = relationship(
        init=False, repr=False, lazy="raise_on_sql", back_populates="lessons"
    )
    lesson: Mapped[Lesson] = relationship(init=False, repr=False, lazy="raise_on_sql")


class Asset(Base):
    """A figure of a lesson, kept by its content, so that older versions keep their pictures."""

    __tablename__ = "asset"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(60))
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class Enrolment(Base):
    """A person began a course."""

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("person_id", "course_id"),
        Index("ix_enrolment_course_id", "course_id"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    enrolled_at: Mapped[datetime]


class LessonCompletion(Base):
    """A person finished a lesson, in the version they read. Once a person and lesson."""

    __tablename__ = "lesson_completion"
    __table_args__ = (
        UniqueConstraint("person_id", "lesson_id"),
        Index("ix_lesson_completion_lesson_id", "lesson_id"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    lesson_version_id: Mapped[int] = mapped_column(ForeignKey("lesson_version.id"))
    completed_at: Mapped[datetime]


class QuizPass(Base):
    """A quiz was passed: learning's note of a fact that quizzing published. Once a person and quiz."""

    __tablename__ = "quiz_pass"
    __table_args__ = (UniqueConstraint("person_id", "quiz_slug"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    quiz_slug: Mapped[str] = mapped_column(String(80))
    passed_at: Mapped[datetime]


class CourseCompletion(Base):
    """A course was completed, dated and with its version: a fact that later versions don't undo."""

    __tablename__ = "course_completion"
    __table_args__ = (
        UniqueConstraint("person_id", "course_id"),
        Index("ix_course_completion_course_id", "course_id"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    course_version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    completed_at: Mapped[datetime]


class LessonState(Base):
    """What a person keeps at a lesson: where they stopped reading and their own note, on any device."""

    __tablename__ = "lesson_state"
    __table_args__ = (
        CheckConstraint("position_percent between 0 and 100", name="position_percent_range"),
        Index("ix_lesson_state_recent", "person_id", "opened_at"),
        Index("ix_lesson_state_lesson_id", "lesson_id"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), primary_key=True)
    opened_at: Mapped[datetime]
    position_percent: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    note_saved_at: Mapped[datetime | None] = mapped_column(default=None)


class Assignment(Base):
    """Someone was asked to take a course by a day. Once a person and course; asked again, the newer day holds.

    Whether it is done is told by the course's completion.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("person_id", "course_id"),
        Index("ix_assignment_course_id", "course_id"),
        Index("ix_assignment_due_on", "due_on"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    assigned_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assigned_at: Mapped[datetime]
    due_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(300), default="", server_default="")
