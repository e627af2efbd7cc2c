"""When someone is likely below a benchmark, when that is over, and when nothing can be said."""

import enum

from app.core.measures import Known

LIKELY = 0.8  # a gap opens above this probability of being below the benchmark
REACHED = 0.5  # an open gap closes at this one: the estimate has come up to the benchmark


class Judgement(enum.StrEnum):
    """What may be said of one measure of one person."""

    GAP = "gap"  # likely below
    DOUBT = "doubt"  # perhaps below
    REACHED = "reached"  # the estimate is at the benchmark or above
    FEW = "few"  # more observations are needed
    NOTHING = "nothing"  # nothing is known
    UNCALIBRATED = "uncalibrated"  # raters don't agree enough on this behaviour to judge anybody by it


def judge(known: Known | None, target: float, *, blocked: bool = False) -> Judgement:
    """What is known against a target. `blocked` says that raters agree too little on it."""
    if blocked:
        return Judgement.UNCALIBRATED
    if known is None or known.value is None:
        return Judgement.NOTHING
    if known.missing:
        return Judgement.FEW
    probability = known.probability_below(target)
    if probability > LIKELY:
        return Judgement.GAP
    return Judgement.REACHED if probability <= REACHED else Judgement.DOUBT
