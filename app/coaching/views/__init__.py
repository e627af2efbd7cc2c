"""Pages of coaching."""

from app.coaching.views import (
    actions,
    benchmarks,
    cadence,
    calibration,
    coverage,
    disputes,
    effects,
    home,
    observations,
    person,
    planner,
    rubric,
    sessions,
    team,
)

__all__ = [
    "actions",
    "benchmarks",
    "cadence",
    "calibration",
    "coverage",
    "disputes",
    "effects",
    "home",
    "observations",
    "person",
    "planner",
    "rubric",
    "sessions",
    "team",
]
