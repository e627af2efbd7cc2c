"""Coaching talks, what they agreed, and how often they are due."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.core.db import Base

_WAITING = text("session_id IS NULL")


class Session(Base):
    """A coaching talk: planned, prepared, held and attested. All that is written here is read by both sides."""

    __tablename__ = "coaching_session"
    __table_args__ = (
        UniqueConstraint("uid"),
        UniqueConstraint("supervisor_id", "token"),
        CheckConstraint("state in ('planned', 'held', 'cancelled')", name="state_known"),
        CheckConstraint("(state = 'held') = (held_at IS NOT NULL)", name="held_has_time"),
        CheckConstraint("answer in ('agrees', 'corrects')", name="answer_known"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answer_has_time"),
        CheckConstraint("minutes BETWEEN 5 AND 240", name="minutes_range"),
        CheckConstraint("person_id <> supervisor_id", name="two_people"),
        Index("ix_coaching_session_person_id", "person_id", "state", "starts_at"),
        Index("ix_coaching_session_supervisor_id", "supervisor_id", "state", "starts_at"),
        Index("ix_coaching_session_state", "state", "starts_at"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    token: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    supervisor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(String(10), default="planned")
    starts_at: Mapped[datetime]
    minutes: Mapped[int] = mapped_column(SmallInteger, default=30)
    place: Mapped[str] = mapped_column(String(200), default="")
    uid: Mapped[str] = mapped_column(String(80))  # of the calendar entry; never changes
    sequence: Mapped[int] = mapped_column(default=0)  # of the calendar entry; rises when it moves or is cancelled
    cancelled_because: Mapped[str] = mapped_column(String(300), default="")
    # GROW, and notes beside it
    goal: Mapped[str] = mapped_column(Text, default="")
    reality: Mapped[str] = mapped_column(Text, default="")
    options: Mapped[str] = mapped_column(Text, default="")
    will: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    agenda: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True), default=None)  # as it was held
    revision: Mapped[int] = mapped_column(default=0)  # rises with each save, so that two windows don't overwrite
    created_at: Mapped[datetime]
    held_at: Mapped[datetime | None] = mapped_column(default=None)  # when the supervisor attested the record
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    answer: Mapped[str | None] = mapped_column(String(10), default=None)
    answer_comment: Mapped[str] = mapped_column(Text, default="")

    person: Mapped[Person] = relationship(init=False, repr=False, lazy="raise_on_sql", foreign_keys=[person_id])
    supervisor: Mapped[Person] = relationship(init=False, repr=False, lazy="raise_on_sql", foreign_keys=[supervisor_id])


class PrivateNote(Base):
    """What a supervisor noted for themselves. In a table of its own, so that no page or export of others joins it."""

    __tablename__ = "coaching_private_note"
    __table_args__ = (Index("ix_coaching_private_note_author_id", "author_id"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("coaching_session.id"), primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime]


class SessionRating(Base):
    """How useful a session was to the one coached, 1 to 5; shown only in aggregates of five and more."""

    __tablename__ = "coaching_session_rating"
    __table_args__ = (
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating_from_1_to_5"),
        Index("ix_coaching_session_rating_supervisor_id", "supervisor_id"),
    )

    session_id: Mapped[int] = mapped_column(ForeignKey("coaching_session.id"), primary_key=True)
    supervisor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    rating: Mapped[int] = mapped_column(SmallInteger)


class Action(Base):
    """Something agreed in a session, with an owner, a day, and what will show that it worked."""

    __tablename__ = "coaching_action"
    __table_args__ = (
        UniqueConstraint("session_id", "token"),
        CheckConstraint("kind in ('practice', 'module', 'shadow', 'blocker')", name="kind_known"),
        CheckConstraint("state in ('open', 'done', 'dropped')", name="state_known"),
        CheckConstraint("(state = 'open') = (closed_on IS NULL)", name="closed_has_day"),
        CheckConstraint("(kind = 'module') = (course_slug IS NOT NULL)", name="module_has_course"),
        Index("ix_coaching_action_person_id", "person_id", "state", "due_on"),
        Index("ix_coaching_action_owner_id", "owner_id", "state", "due_on"),
        Index("ix_coaching_action_gap_id", "gap_id"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    token: Mapped[str] = mapped_column(String(40))
    session_id: Mapped[int] = mapped_column(ForeignKey("coaching_session.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))  # the one coached
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))  # who does it: the one coached or the supervisor
    kind: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(String(500))
    due_on: Mapped[date]
    gap_id: Mapped[int | None] = mapped_column(ForeignKey("coaching_gap.id"), default=None)
    sign: Mapped[str] = mapped_column(String(300), default="")  # what will show that it worked
    course_slug: Mapped[str | None] = mapped_column(String(80), default=None)
    state: Mapped[str] = mapped_column(String(8), default="open")
    closed_on: Mapped[date | None] = mapped_column(default=None)
    outcome: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime]


class Topic(Base):
    """What the one coached wants to talk about next time."""

    __tablename__ = "coaching_topic"
    __table_args__ = (
        Index("ix_coaching_topic_person_id", "person_id", "session_id"),
        Index(
            "uq_coaching_topic_waiting",
            "person_id",
            "text",
            unique=True,
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(String(500))
    added_at: Mapped[datetime]
    session_id: Mapped[int | None] = mapped_column(ForeignKey("coaching_session.id"), default=None)  # that took it up


class Cadence(Base):
    """How often people of a job role are coached; an empty job role means everyone else."""

    __tablename__ = "coaching_cadence"
    __table_args__ = (CheckConstraint("weeks BETWEEN 1 AND 52", name="weeks_range"),)

    job_role: Mapped[str] = mapped_column(String(120), primary_key=True)
    weeks: Mapped[int] = mapped_column(SmallInteger)
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    set_at: Mapped[datetime]
