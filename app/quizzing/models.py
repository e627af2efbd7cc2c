"""Quizzes, the versions of their questions, and people's attempts."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base


class Quiz(Base):
    """A quiz or exam keeps its identity over its versions."""

    __tablename__ = "quiz"
    __table_args__ = (UniqueConstraint("slug"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    slug: Mapped[str] = mapped_column(String(80))


class QuizVersion(Base):
    """How a quiz was set at one time: its rules and its questions.

    Never changed once written, but for which one is current. A withdrawn quiz has no current version.
    """

    __tablename__ = "quiz_version"
    __table_args__ = (
        UniqueConstraint("quiz_id", "content_hash"),
        Index(
            "uq_quiz_version_current",
            "quiz_id",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
        CheckConstraint("kind in ('quiz', 'exam')", name="kind_known"),
        CheckConstraint("pass_mark between 1 and 100", name="pass_mark_range"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"))
    content_hash: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(String(400))
    kind: Mapped[str] = mapped_column(String(10))
    pass_mark: Mapped[int]  # percent of the attempt's marks
    time_limit_minutes: Mapped[int | None]
    max_attempts: Mapped[int | None]  # in a cycle; None: as many as one likes
    # Minutes to wait after the first, second, … attempt that did not pass; the last number goes on.
    waits_minutes: Mapped[list[int]] = mapped_column(JSON)
    # How many questions to draw by tag, in order: [{"tag": …, "count": …}]; empty: all questions.
    blueprint: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    prerequisites: Mapped[list[str]] = mapped_column(JSON)  # course slugs to complete first
    question_count: Mapped[int]  # questions in one attempt
    published_at: Mapped[datetime]
    is_current: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    quiz: Mapped[Quiz] = relationship(init=False, repr=False, lazy="raise_on_sql")


class Question(Base):
    """A question keeps its identity over its versions."""

    __tablename__ = "question"
    __table_args__ = (UniqueConstraint("quiz_id", "key"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"))
    key: Mapped[str] = mapped_column(String(80))


class QuestionVersion(Base):
    """What a question said at one time, rendered once. Never changed once written.

    `body` is what may be shown before submission (prompt and options as safe HTML); `solution` never leaves the
    server before it. Both are shaped by the question's type (see app/quizzing/types).
    """

    __tablename__ = "question_version"
    __table_args__ = (UniqueConstraint("question_id", "content_hash"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    content_hash: Mapped[str] = mapped_column(String(64))
    type: Mapped[str] = mapped_column(String(40))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    solution: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    tag: Mapped[str] = mapped_column(String(60))
    difficulty: Mapped[str] = mapped_column(String(10))
    lesson: Mapped[str] = mapped_column(String(170))  # course-slug/lesson-slug to reread

    question: Mapped[Question] = relationship(init=False, repr=False, lazy="raise_on_sql")


class QuizVersionQuestion(Base):
    """Which question versions a quiz version has. Practice ones appear in lessons only and are never drawn."""

    __tablename__ = "quiz_version_question"
    __table_args__ = (UniqueConstraint("quiz_version_id", "position"),)

    quiz_version_id: Mapped[int] = mapped_column(ForeignKey("quiz_version.id"), primary_key=True)
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), primary_key=True)
    position: Mapped[int]
    practice: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


class Attempt(Base):
    """One try of one person at one quiz version. Marks are whole hundredths, so that sums are exact."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("person_id", "quiz_id", "number"),
        # A double click on "start" can't open two attempts.
        Index(
            "uq_attempt_open",
            "person_id",
            "quiz_id",
            unique=True,
            sqlite_where=text("submitted_at IS NULL"),
            postgresql_where=text("submitted_at IS NULL"),
        ),
        Index("ix_attempt_quiz_id", "quiz_id", "submitted_at"),
        Index("ix_attempt_deadline", "submitted_at", "deadline"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"))
    quiz_version_id: Mapped[int] = mapped_column(ForeignKey("quiz_version.id"))
    number: Mapped[int]
    seed: Mapped[int]
    started_at: Mapped[datetime]
    deadline: Mapped[datetime | None] = mapped_column(default=None)
    submitted_at: Mapped[datetime | None] = mapped_column(default=None)
    mark: Mapped[int | None] = mapped_column(default=None)
    max_mark: Mapped[int]
    passed: Mapped[bool | None] = mapped_column(default=None)

    quiz_version: Mapped[QuizVersion] = relationship(init=False, repr=False, lazy="raise_on_sql")
    quiz: Mapped[Quiz] = relationship(init=False, repr=False, lazy="raise_on_sql")
    questions: Mapped[list["AttemptQuestion"]] = relationship(
        init=False, repr=False, lazy="raise_on_sql", order_by="AttemptQuestion.position"
    )


class AttemptQuestion(Base):
    """One question of an attempt, in the version drawn, with the answer as saved so far."""

    __tablename__ = "attempt_question"
    __table_args__ = (Index("ix_attempt_question_version", "question_version_id"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)  # from 1
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    option_order: Mapped[list[int]] = mapped_column(JSON)
    response: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    saved_at: Mapped[datetime | None] = mapped_column(default=None)
    flagged: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    mark: Mapped[int | None] = mapped_column(default=None)
    max_mark: Mapped[int] = mapped_column(default=100)

    question_version: Mapped[QuestionVersion] = relationship(init=False, repr=False, lazy="raise_on_sql")


class AttemptGrant(Base):
    """Someone responsible allowed a person one more attempt, and said why."""

    __tablename__ = "attempt_grant"
    # One between two attempts: a double click, or two supervisors at once, give no second one.
    __table_args__ = (UniqueConstraint("person_id", "quiz_id", "after_number"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"))
    after_number: Mapped[int]  # the number of the person's last attempt when this was given
    granted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text)
    granted_at: Mapped[datetime]
