"""What is asked, whom, and when: surveys, their questions and their waves."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base

MODES = ("anonymous", "confidential", "named")


class Process(Base):
    """One process of the company, as people call it: what a survey and the board point at."""

    __tablename__ = "voice_process"
    __table_args__ = (UniqueConstraint("name"), Index("ix_voice_process_driver_id", "driver_id"))

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    silo: Mapped[str] = mapped_column(String(120), default="")  # the part of the company that owns it
    driver_id: Mapped[int | None] = mapped_column(ForeignKey("nps_driver.id"), default=None)  # that it touches
    retired_at: Mapped[datetime | None] = mapped_column(default=None)


class Survey(Base):
    """A survey as it is written now. What a wave asks is frozen in the wave."""

    __tablename__ = "voice_survey"
    __table_args__ = (
        UniqueConstraint("created_by_id", "token"),
        CheckConstraint("mode in ('anonymous', 'confidential', 'named')", name="mode_known"),
        CheckConstraint("mode = 'confidential' OR segments = ''", name="segments_in_confidential_only"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    token: Mapped[str] = mapped_column(String(40))  # of the form that made it: sent twice, it is one survey
    title: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(Text, default="")  # why we ask; those who answer read it
    mode: Mapped[str] = mapped_column(String(12), default="anonymous", server_default="anonymous")
    segments: Mapped[str] = mapped_column(String(200), default="")  # names of coarse fields, with commas between
    template: Mapped[str] = mapped_column(String(80), default="")  # the shipped one that it was made from
    revision: Mapped[int] = mapped_column(default=0)  # rises with each change, so that two windows don't overwrite
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None] = mapped_column(default=None)

    questions: Mapped[list["SurveyQuestion"]] = relationship(
        init=False,
        repr=False,
        lazy="raise_on_sql",
        order_by="SurveyQuestion.position, SurveyQuestion.id",
        cascade="all, delete-orphan",
    )


class SurveyQuestion(Base):
    """One question. `content` and `show_if` are what app.voice.rules.questions reads."""

    __tablename__ = "voice_question"
    __table_args__ = (
        UniqueConstraint("survey_id", "key"),
        CheckConstraint(
            "kind in ('rating', 'single', 'multiple', 'ranking', 'matrix', 'text', 'process')", name="kind_known"
        ),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("voice_survey.id"))
    key: Mapped[str] = mapped_column(String(40))  # never changes: what makes it the same question in every wave
    position: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(String(500))
    help: Mapped[str] = mapped_column(String(500), default="")
    required: Mapped[bool] = mapped_column(default=False)
    content: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
    show_if: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)


class Wave(Base):
    """A survey asked once, of some people, between two days.

    Everything that could tell when somebody answered is left out: a wave has days, what belongs to it has none.
    """

    __tablename__ = "voice_wave"
    __table_args__ = (
        UniqueConstraint("survey_id", "number"),
        UniqueConstraint("link"),
        CheckConstraint("state in ('planned', 'open', 'closed', 'cancelled')", name="state_known"),
        CheckConstraint("opens_on <= closes_on", name="opens_before_it_closes"),
        CheckConstraint("state in ('planned', 'cancelled') OR definition IS NOT NULL", name="open_is_frozen"),
        CheckConstraint("(state = 'closed') = (answers IS NOT NULL)", name="closed_is_counted"),
        Index("ix_voice_wave_state", "state", "closes_on"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("voice_survey.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    link: Mapped[str] = mapped_column(String(40))  # its address, the same for everybody who is asked
    by_link: Mapped[bool] = mapped_column(default=False, server_default=text("false"))  # anybody signed in with it
    audience: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)  # the rule by which people are asked
    opens_on: Mapped[date]
    closes_on: Mapped[date]  # the last day on which it can be answered
    remind_on: Mapped[list[str]] = mapped_column(JSON, default_factory=list)  # days in ISO format
    state: Mapped[str] = mapped_column(String(10), default="planned")
    definition: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)  # frozen
    asked: Mapped[int | None] = mapped_column(default=None)  # people; None by link
    answers: Mapped[int | None] = mapped_column(default=None)  # once it is closed
    trouble: Mapped[str] = mapped_column(String(300), default="")  # why it could not be closed
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    created_at: Mapped[datetime]

    survey: Mapped[Survey] = relationship(init=False, repr=False, lazy="raise_on_sql")


class Reminder(Base):
    """That those who had not taken part were reminded on a day. Whom it reached is not kept here."""

    __tablename__ = "voice_reminder"

    wave_id: Mapped[int] = mapped_column(ForeignKey("voice_wave.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
