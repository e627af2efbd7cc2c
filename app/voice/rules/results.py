"""What answers come to, and how sure that is: means, eNPS, shares, and whether two of them differ. Pure.

Who answered is taken for a sample of those who could have: intervals are as wide as for answers drawn from many.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.intervals import adjusted_net, false_discovery, student, variance_of_mean, wilson, z_of
from app.voice.rules.confidentiality import K, share_of

LEVEL = 0.05  # of the differences that are called real, the share that may be chance
STEP = 5  # percent: no finer is it told how far people got


@dataclass(frozen=True, slots=True)
class Measure:
    """The mean of a rating, or an eNPS in points, with the 95% interval that the true one may well lie in."""

    value: float
    n: int
    low: float
    high: float
    centre: float  # the value by which two are compared
    variance: float  # of the centre; never 0
    freedom: float  # degrees of it


@dataclass(frozen=True, slots=True)
class Near:
    """What is known where (nearly) all are of one mind: where it lies, and no more."""

    low: float
    high: float
    n: int


Counts = Mapping[int, int]  # how many gave each rating


def mean_of(counts: Counts, low: int, high: int) -> Measure:
    """The mean of some ratings with Student's t interval, within the scale.

    Raises ValueError for fewer than two ratings.
    """
    n = sum(counts.values())
    if n < 2:
        raise ValueError("a mean with its interval takes two ratings")
    mean = sum(value * times for value, times in counts.items()) / n
    squares = sum(times * (value - mean) ** 2 for value, times in counts.items())
    variance = variance_of_mean(n, squares)
    half = student(0.95, n - 1) * math.sqrt(variance)
    return Measure(mean, n, max(low, mean - half), min(high, mean + half), mean, variance, n - 1)


def bands_of(counts: Counts) -> tuple[int, int, int]:
    """Promoters (9 and 10), passives (7 and 8) and detractors (0 to 6) among ratings from 0 to 10."""
    promoters = sum(n for rating, n in counts.items() if rating >= 9)
    detractors = sum(n for rating, n in counts.items() if rating <= 6)
    return promoters, sum(counts.values()) - promoters - detractors, detractors


def enps_of(counts: Counts) -> Measure:
    """The share of promoters less that of detractors, in points from -100 to 100.

    The interval is that of customers' NPS (core.intervals.adjusted_net), moved to hold the score itself. Raises
    ValueError for no ratings.
    """
    promoters, passives, detractors = bands_of(counts)
    n = promoters + passives + detractors
    if not n:
        raise ValueError("no ratings")
    value = 100 * (promoters - detractors) / n
    centre, variance = adjusted_net(promoters, passives, detractors)
    half = z_of(0.95) * math.sqrt(variance)
    low, high = max(-100.0, min(centre - half, value)), min(100.0, max(centre + half, value))
    return Measure(value, n, low, high, centre, variance, math.inf)


def nearly_one_band(counts: Counts, answered: int, k: int = K) -> Near | None:
    """Where the eNPS lies when (nearly) all are promoters, or passives, or detractors; None when they are not.

    `counts` may lack some answers where nearly all gave one, see rules.tallying.
    """
    for n, sign in zip(bands_of(counts), (1, 0, -1), strict=True):
        share = share_of(n, answered, k)
        if n and share.banded and share.percent > 50:
            others = 100 - share.percent
            return Near(-others, others, answered) if not sign else _beyond(sign * (100 - 2 * others), answered)
    return None


def _beyond(points: int, n: int) -> Near:
    return Near(points, 100, n) if points > 0 else Near(-100, points, n)


def rest_of(whole: Counts, part: Counts) -> dict[int, int]:
    """The ratings of those who are in the whole and not in its part."""
    left = {rating: n - part.get(rating, 0) for rating, n in whole.items()}
    return {rating: n for rating, n in left.items() if n > 0}


def share_interval(n: int, total: int) -> tuple[float, float]:
    """Between what percent the true share may well lie (95%): Wilson 1927. Raises ValueError for no total."""
    low, high = wilson(n, total)
    return 100 * low, 100 * high


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure less another one of other people, and how likely chance alone makes one as large."""

    value: float
    p: float


def difference(one: Measure, other: Measure) -> Difference:
    """Two figures of people who are not the same, each with its own variance (Welch 1947), two-sided.

    Student's t is turned into a normal z by Wallace 1959, Bounds on normal approximations to Student's and the
    chi-square distributions.
    """
    together = one.variance + other.variance
    t = (one.centre - other.centre) / math.sqrt(together)
    shares = one.variance**2 / one.freedom + other.variance**2 / other.freedom
    z = abs(t) if not shares else _wallace(t, together**2 / shares)
    return Difference(one.value - other.value, math.erfc(z / math.sqrt(2)))


def _wallace(t: float, freedom: float) -> float:
    return (8 * freedom + 1) / (8 * freedom + 3) * math.sqrt(freedom * math.log1p(t * t / freedom))


def beyond_chance(differences: Sequence[Difference | None], level: float = LEVEL) -> list[bool]:
    """Which of many differences, looked at together, are hardly chance: Benjamini & Hochberg 1995."""
    found = iter(false_discovery([one.p for one in differences if one is not None], level))
    return [one is not None and next(found) and one.value != 0 for one in differences]


def about(part: int, whole: int, step: int = STEP) -> int:
    """A share in percent to the next multiple of `step`, never above 100."""
    return min(100, step * round(100 * part / whole / step)) if whole else 0
