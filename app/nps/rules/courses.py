"""How ratings of drivers go from month to month, and which of the ways are more than chance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.intervals import false_discovery
from app.nps.rules.movements import Mean
from app.nps.rules.scores import ENOUGH, two_sided

LEVEL = 0.05  # of the courses called real, the share that may be chance


@dataclass(frozen=True, slots=True)
class Course:
    """From the first to the last of some means with ratings enough; positions are theirs in the series."""

    first: int
    last: int
    difference: float  # last less first, in the unit of the ratings
    p: float  # two-sided
    real: bool


def courses(series: Sequence[Sequence[Mean | None]]) -> list[Course | None]:
    """The course of each series of means, oldest first; None where fewer than two of them have ENOUGH ratings.

    A z test of the difference of two independent means, Benjamini-Hochberg over all series that are looked at together.
    """
    found = [_course(means) for means in series]
    tested = [one for one in found if one]
    real = iter(false_discovery([one.p for one in tested], LEVEL))
    return [Course(one.first, one.last, one.difference, one.p, next(real)) if one else None for one in found]


def _course(means: Sequence[Mean | None]) -> Course | None:
    known = [(position, mean) for position, mean in enumerate(means) if mean and mean.n >= ENOUGH]
    if len(known) < 2:
        return None
    (first, was), (last, now) = known[0], known[-1]
    difference = now.mean - was.mean
    z = difference / math.hypot(was.standard_error, now.standard_error)
    return Course(first, last, difference, two_sided(z), real=False)
