"""Benchmarks, observations, gaps, sessions with their actions, and calibrations."""

from app.coaching.models.calibrating import (
    Agreement,
    Calibration,
    CalibrationBehaviour,
    CalibrationItem,
    CalibrationLevel,
    CalibrationRater,
)
from app.coaching.models.measuring import (
    LEVELS,
    Behaviour,
    BehaviourVersion,
    Benchmark,
    Dispute,
    Gap,
    Observation,
    ObservedLevel,
)
from app.coaching.models.talking import (
    Action,
    Cadence,
    PrivateNote,
    Session,
    SessionRating,
    Topic,
)

__all__ = [
    "LEVELS",
    "Action",
    "Agreement",
    "Behaviour",
    "BehaviourVersion",
    "Benchmark",
    "Cadence",
    "Calibration",
    "CalibrationBehaviour",
    "CalibrationItem",
    "CalibrationLevel",
    "CalibrationRater",
    "Dispute",
    "Gap",
    "Observation",
    "ObservedLevel",
    "PrivateNote",
    "Session",
    "SessionRating",
    "Topic",
]
