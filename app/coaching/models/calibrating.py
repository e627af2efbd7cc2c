"""How far raters agree on what they see."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class Calibration(Base):
    """Several raters score the same interactions, blind to each other, to see how far they agree."""

    __tablename__ = "coaching_calibration"
    __table_args__ = (
        UniqueConstraint("token"),
        CheckConstraint("floor BETWEEN 0 AND 1", name="floor_from_0_to_1"),
        Index("ix_coaching_calibration_closed_at", "closed_at"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    token: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    floor: Mapped[float] = mapped_column(Float, default=0.5)  # of the ICC, below which a behaviour may not open gaps
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    closes_on: Mapped[date]
    closed_at: Mapped[datetime | None] = mapped_column(default=None)


class CalibrationItem(Base):
    """One interaction that all raters of a calibration score."""

    __tablename__ = "coaching_calibration_item"
    __table_args__ = (UniqueConstraint("calibration_id", "position"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    calibration_id: Mapped[int] = mapped_column(ForeignKey("coaching_calibration.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    material: Mapped[str] = mapped_column(Text, default="")  # a transcript, with names left out
    link: Mapped[str] = mapped_column(String(500), default="")  # to a recording


class CalibrationBehaviour(Base):
    """A behaviour that a calibration looks at, in one wording for all raters."""

    __tablename__ = "coaching_calibration_behaviour"

    calibration_id: Mapped[int] = mapped_column(ForeignKey("coaching_calibration.id"), primary_key=True)
    behaviour_id: Mapped[int] = mapped_column(ForeignKey("coaching_behaviour.id"), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("coaching_behaviour_version.id"))


class CalibrationRater(Base):
    """Someone asked to score a calibration's interactions."""

    __tablename__ = "coaching_calibration_rater"
    __table_args__ = (Index("ix_coaching_calibration_rater_person_id", "person_id"),)

    calibration_id: Mapped[int] = mapped_column(ForeignKey("coaching_calibration.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    submitted_at: Mapped[datetime | None] = mapped_column(default=None)


class CalibrationLevel(Base):
    """The level that one rater gave one interaction for one behaviour."""

    __tablename__ = "coaching_calibration_level"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 5", name="level_from_1_to_5"),
        Index("ix_coaching_calibration_level_rater_id", "rater_id"),
    )

    item_id: Mapped[int] = mapped_column(ForeignKey("coaching_calibration_item.id"), primary_key=True)
    rater_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    behaviour_id: Mapped[int] = mapped_column(ForeignKey("coaching_behaviour.id"), primary_key=True)
    level: Mapped[int] = mapped_column(SmallInteger)


class Agreement(Base):
    """How far raters agreed on a behaviour in a closed calibration. None is what could not be worked out.

    The newest one of a behaviour says whether it may open gaps.
    """

    __tablename__ = "coaching_agreement"
    __table_args__ = (Index("ix_coaching_agreement_behaviour_id", "behaviour_id", "closed_at"),)

    calibration_id: Mapped[int] = mapped_column(ForeignKey("coaching_calibration.id"), primary_key=True)
    behaviour_id: Mapped[int] = mapped_column(ForeignKey("coaching_behaviour.id"), primary_key=True)
    items: Mapped[int]
    raters: Mapped[int]
    icc: Mapped[float | None] = mapped_column(Float, default=None)
    icc_low: Mapped[float | None] = mapped_column(Float, default=None)
    icc_high: Mapped[float | None] = mapped_column(Float, default=None)
    kappa: Mapped[float | None] = mapped_column(Float, default=None)  # quadratic weights, mean of all pairs of raters
    kappa_low: Mapped[float | None] = mapped_column(Float, default=None)
    kappa_high: Mapped[float | None] = mapped_column(Float, default=None)
    raw: Mapped[float | None] = mapped_column(Float, default=None)  # share of pairs of ratings that are the same
    raw_low: Mapped[float | None] = mapped_column(Float, default=None)
    raw_high: Mapped[float | None] = mapped_column(Float, default=None)
    reached: Mapped[bool | None] = mapped_column(default=None)  # the floor; None when nothing can be told
    closed_at: Mapped[datetime]
