"""Programmes, certificates, and where each person stands."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base


class Programme(Base):
    """What a certificate stands for: courses to complete, quizzes to pass, and for how long it is valid."""

    __tablename__ = "programme"
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint("valid_months > 0", name="valid_months_positive"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    slug: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(String(400))
    valid_months: Mapped[int]
    renewal_days: Mapped[int]  # a certificate counts as expiring, and may be renewed, this many days before its end
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    requirements: Mapped[list["Requirement"]] = relationship(
        init=False,
        repr=False,
        lazy="raise_on_sql",
        order_by="Requirement.position",
        cascade="all, delete-orphan",
    )


class Requirement(Base):
    """One thing that a programme asks for: a course completed or a quiz passed, by its slug."""

    __tablename__ = "requirement"
    __table_args__ = (
        UniqueConstraint("programme_id", "kind", "slug"),
        CheckConstraint("kind in ('course', 'quiz')", name="kind_known"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), init=False)
    kind: Mapped[str] = mapped_column(String(10))
    slug: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(200))
    position: Mapped[int]


class Certificate(Base):
    """Proof that a person fulfilled a programme in one cycle. Never changed once issued."""

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("code"),
        # Issued once: a double click, a repeated event or two processes can't make a second one.
        UniqueConstraint("programme_id", "person_id", "cycle"),
        Index("ix_certificate_person_id", "person_id"),
        Index("ix_certificate_issued_at", "issued_at"),
        CheckConstraint("expires_on > issued_on", name="expires_after_issue"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    code: Mapped[str] = mapped_column(String(40))  # unguessable, in the verification address
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    cycle: Mapped[int]  # 1 for the first certificate, 2 for its renewal, …
    holder_name: Mapped[str] = mapped_column(String(241))
    programme_title: Mapped[str] = mapped_column(String(200))
    issued_at: Mapped[datetime]
    issued_on: Mapped[date]  # in the holder's time zone
    expires_on: Mapped[date]  # the last day on which it is valid
    # What was fulfilled, frozen: [{"kind", "slug", "title", "version", "completed_at", "percent"}]
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSON, deferred=True)

    programme: Mapped[Programme] = relationship(init=False, repr=False, lazy="raise_on_sql")


class Standing(Base):
    """Where one person stands in one programme: a roll-up, kept in the transaction of the facts it follows from.

    `stage` and `expires_on` say all that does not depend on today; expiring and expired follow from the date.
    A person who never held a certificate has `expires_on` = 9999-12-31, so that lists can be sorted by key.
    """

    __tablename__ = "standing"
    __table_args__ = (
        CheckConstraint("stage in ('not_started', 'in_progress', 'certified')", name="stage_known"),
        Index("ix_standing_expiry", "programme_id", "expires_on", "person_id"),
        Index("ix_standing_stage", "programme_id", "stage", "expires_on", "person_id"),
        Index("ix_standing_person_id", "person_id"),
    )

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    stage: Mapped[str] = mapped_column(String(12))
    expires_on: Mapped[date]
    courses_done: Mapped[int] = mapped_column(default=0, server_default="0")
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), default=None)
    # The cell of the tally that this person is counted in; None for people who left.
    counted_in: Mapped[str | None] = mapped_column(String(120), default=None)


class StandingTally(Base):
    """How many active people of a department are in a stage with an expiry: what the report's totals add up."""

    __tablename__ = "standing_tally"
    __table_args__ = (CheckConstraint("people >= 0", name="people_positive"),)

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), primary_key=True)
    department: Mapped[str] = mapped_column(String(120), primary_key=True)
    stage: Mapped[str] = mapped_column(String(12), primary_key=True)
    expires_on: Mapped[date] = mapped_column(primary_key=True)
    people: Mapped[int]
