"""Decisions about customers' responses: counts in, scores with their uncertainty out."""

from app.core.intervals import adjusted_p, false_discovery
from app.core.shrinkage import Shrunk, between_variance, probability_below
from app.core.terms import terms_of
from app.nps.rules.cells import BANDS, Counts, adding_up, band, count_bands
from app.nps.rules.drivers import Caution, Doubt, Drivers, TooFewRows, enough, key_drivers
from app.nps.rules.groups import FunnelLimits, funnel_limits, shrink
from app.nps.rules.movements import Contribution, Mean, mean_of, moved, unexplained
from app.nps.rules.periods import (
    Period,
    last_days,
    last_months,
    month_of,
    named,
    quarter_of,
    week_of,
    year_of,
)
from app.nps.rules.scores import (
    ENOUGH,
    Comparison,
    Rate,
    Score,
    compare,
    missing_to_judge,
    nps_of,
    response_rate,
    sample_size,
    score,
    score_of,
)
from app.nps.rules.terms import Emerging, Topic, Topics, emerging, log_odds, topics
from app.nps.rules.trends import Measured, TrendPoint, trend
from app.nps.rules.words import counted, in_words, p_in_words, points, roughly, verdict, whole_score

__all__ = [
    "BANDS",
    "ENOUGH",
    "Caution",
    "Comparison",
    "Contribution",
    "Counts",
    "Doubt",
    "Drivers",
    "Emerging",
    "FunnelLimits",
    "Mean",
    "Measured",
    "Period",
    "Rate",
    "Score",
    "Shrunk",
    "TooFewRows",
    "Topic",
    "Topics",
    "TrendPoint",
    "adding_up",
    "adjusted_p",
    "band",
    "between_variance",
    "compare",
    "count_bands",
    "counted",
    "emerging",
    "enough",
    "false_discovery",
    "funnel_limits",
    "in_words",
    "key_drivers",
    "last_days",
    "last_months",
    "log_odds",
    "mean_of",
    "missing_to_judge",
    "month_of",
    "moved",
    "named",
    "nps_of",
    "p_in_words",
    "points",
    "probability_below",
    "quarter_of",
    "response_rate",
    "roughly",
    "sample_size",
    "score",
    "score_of",
    "shrink",
    "terms_of",
    "topics",
    "trend",
    "unexplained",
    "verdict",
    "week_of",
    "whole_score",
    "year_of",
]
