"""What people are measured against, what was observed, and the gaps between."""

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base

LEVELS = 5  # of every behaviour, so that their numbers can be compared
_COMPANYS, _TEAMS = text("lead_id IS NULL"), text("lead_id IS NOT NULL")
_CURRENT, _OPEN_GAP = text("is_current"), text("closed_on IS NULL")


class Behaviour(Base):
    """Something people do in an interaction, observed at one of five levels; the same over all its versions."""

    __tablename__ = "coaching_behaviour"
    __table_args__ = (UniqueConstraint("key"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    retired_at: Mapped[datetime | None] = mapped_column(default=None)


class BehaviourVersion(Base):
    """A behaviour and its levels in words. Never changed once written, but for which one is current."""

    __tablename__ = "coaching_behaviour_version"
    __table_args__ = (
        UniqueConstraint("behaviour_id", "version"),
        Index(
            "uq_coaching_behaviour_version_current",
            "behaviour_id",
            unique=True,
            sqlite_where=_CURRENT,
            postgresql_where=_CURRENT,
        ),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    behaviour_id: Mapped[int] = mapped_column(ForeignKey("coaching_behaviour.id"))
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(Text, default="")
    levels: Mapped[list[str]] = mapped_column(JSON)  # five descriptions, from level 1 up
    written_at: Mapped[datetime]
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    is_current: Mapped[bool] = mapped_column(default=True)

    behaviour: Mapped[Behaviour] = relationship(init=False, repr=False, lazy="raise_on_sql")


class Benchmark(Base):
    """What a job role is measured against from a day on: one version. The newest that has begun is in force.

    An empty job role means everyone; without a target the benchmark has ended. With `lead_id` it is a supervisor's
    stricter one for those who report to them directly.
    """

    __tablename__ = "coaching_benchmark"
    __table_args__ = (
        Index(
            "uq_coaching_benchmark_company",
            "metric",
            "job_role",
            "starts_on",
            unique=True,
            sqlite_where=_COMPANYS,
            postgresql_where=_COMPANYS,
        ),
        Index(
            "uq_coaching_benchmark_team",
            "lead_id",
            "metric",
            "job_role",
            "starts_on",
            unique=True,
            sqlite_where=_TEAMS,
            postgresql_where=_TEAMS,
        ),
        CheckConstraint("lead_id IS NULL OR reason <> ''", name="team_has_reason"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    job_role: Mapped[str] = mapped_column(String(120), default="")
    metric: Mapped[str] = mapped_column(String(80))
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    starts_on: Mapped[date]
    target: Mapped[float | None] = mapped_column(Float, default=None)
    reason: Mapped[str] = mapped_column(String(500), default="")
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    set_at: Mapped[datetime]


class Observation(Base):
    """One interaction of a person, scored on the rubric by a supervisor, a peer, or the person."""

    __tablename__ = "coaching_observation"
    __table_args__ = (
        UniqueConstraint("observer_id", "token"),
        CheckConstraint("kind in ('supervisor', 'peer', 'self')", name="kind_known"),
        CheckConstraint("(kind = 'self') = (observer_id = person_id)", name="self_is_oneself"),
        CheckConstraint("channel in ('call', 'chat', 'mail', 'visit', 'other')", name="channel_known"),
        CheckConstraint("state in ('draft', 'kept', 'struck')", name="state_known"),
        CheckConstraint("(state = 'draft') = (kept_at IS NULL)", name="kept_has_time"),
        Index("ix_coaching_observation_person_id", "person_id", "observed_on", "id"),
        Index("ix_coaching_observation_observer_id", "observer_id", "state", "id"),
        Index("ix_coaching_observation_response_id", "response_id"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    token: Mapped[str] = mapped_column(String(40))  # of the form: sent twice, it is one observation
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    observer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(12))
    channel: Mapped[str] = mapped_column(String(12), default="call")
    observed_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(8), default="draft")
    note: Mapped[str] = mapped_column(Text, default="")
    link: Mapped[str] = mapped_column(String(500), default="")
    # A customer's comment is pointed to, never copied: it goes when the customer asks to be forgotten.
    response_id: Mapped[int | None] = mapped_column(ForeignKey("nps_response.id"), default=None)
    saved_at: Mapped[datetime]
    kept_at: Mapped[datetime | None] = mapped_column(default=None)


class ObservedLevel(Base):
    """The level of one behaviour in one observation, with the wording it was scored by."""

    __tablename__ = "coaching_observed_level"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 5", name="level_from_1_to_5"),
        Index("ix_coaching_observed_level_behaviour_id", "behaviour_id"),
    )

    observation_id: Mapped[int] = mapped_column(ForeignKey("coaching_observation.id"), primary_key=True)
    behaviour_id: Mapped[int] = mapped_column(ForeignKey("coaching_behaviour.id"), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("coaching_behaviour_version.id"))
    level: Mapped[int] = mapped_column(SmallInteger)


class Dispute(Base):
    """The person observed disagrees. A second reader decides; until then the observation counts for nothing."""

    __tablename__ = "coaching_dispute"
    __table_args__ = (
        CheckConstraint("decision in ('stands', 'struck')", name="decision_known"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decision_has_time"),
        Index("ix_coaching_dispute_reader_id", "reader_id", "decided_at"),
    )

    observation_id: Mapped[int] = mapped_column(ForeignKey("coaching_observation.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    raised_at: Mapped[datetime]
    reader_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)  # None: any champion
    decision: Mapped[str | None] = mapped_column(String(8), default=None)
    decision_reason: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)


class Gap(Base):
    """A person is likely below a benchmark. What was known at its opening is kept: effects are seen against it."""

    __tablename__ = "coaching_gap"
    __table_args__ = (
        Index(
            "uq_coaching_gap_open",
            "person_id",
            "metric",
            unique=True,
            sqlite_where=_OPEN_GAP,
            postgresql_where=_OPEN_GAP,
        ),
        CheckConstraint("closing in ('reached', 'withdrawn')", name="closing_known"),
        CheckConstraint("(closing IS NULL) = (closed_on IS NULL)", name="closing_has_day"),
        Index("ix_coaching_gap_person_id", "person_id", "opened_on"),
        Index("ix_coaching_gap_metric", "metric", "coached_on"),
        Index("ix_coaching_gap_benchmark_id", "benchmark_id"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    metric: Mapped[str] = mapped_column(String(80))
    benchmark_id: Mapped[int] = mapped_column(ForeignKey("coaching_benchmark.id"))
    target: Mapped[float] = mapped_column(Float)
    opened_on: Mapped[date]
    n: Mapped[int] = mapped_column(default=0)
    value: Mapped[float] = mapped_column(Float)
    estimate: Mapped[float] = mapped_column(Float)
    probability: Mapped[float] = mapped_column(Float)  # that the true value was below the target
    # How all people and a person's single observations varied then: see core.measures.Known.
    mean: Mapped[float | None] = mapped_column(Float, default=None)
    between: Mapped[float] = mapped_column(Float, default=0.0)
    within: Mapped[float] = mapped_column(Float, default=0.0)
    coached_on: Mapped[date | None] = mapped_column(default=None)  # the first session that agreed an action on it
    closed_on: Mapped[date | None] = mapped_column(default=None)
    closing: Mapped[str | None] = mapped_column(String(10), default=None)
