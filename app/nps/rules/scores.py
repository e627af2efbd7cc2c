"""The score with its uncertainty: one group, two groups compared, and how many answers it takes.

X of a response is +1 (promoter), 0 (passive) or -1 (detractor); p and d are the shares of promoters and detractors;
NPS = 100 (p - d) in points from -100 to 100; Var(X) = p + d - (p - d)^2.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from app.core.intervals import ADDED, adjusted_net, net_variance, quantile, wilson, z_of
from app.nps.rules.cells import Counts, count_bands

ENOUGH = 30  # responses before anybody judges: below, the normal approximation and the interval are too coarse
POWER = 0.80  # chance of seeing a difference that is there, for `Comparison.needed`


@dataclass(frozen=True, slots=True)
class Score:
    """NPS of one group. `low` and `high` are points, adjusted Wald (Rocks 2016) at `confidence`; made by `score`."""

    counts: Counts
    confidence: float
    low: float
    high: float

    @property
    def n(self) -> int:
        return self.counts.n

    @property
    def promoters(self) -> int:
        return self.counts.promoters

    @property
    def passives(self) -> int:
        return self.counts.passives

    @property
    def detractors(self) -> int:
        return self.counts.detractors

    @property
    def nps(self) -> float:
        """Raw score in points, 100 (p - d)."""
        return 100 * (self.promoters - self.detractors) / self.n

    @property
    def standard_error(self) -> float:
        """Raw standard error in points, 100 sqrt(Var/n); 0 when all answers agree, so never an interval's base."""
        return 100 * math.sqrt(net_variance(self.promoters / self.n, self.detractors / self.n) / self.n)

    @property
    def centre(self) -> float:
        """Adjusted score m in points: the middle of the interval before it is clipped."""
        return adjusted_net(*self.counts)[0]

    @property
    def adjusted_variance(self) -> float:
        """Variance of the adjusted score in points squared; never 0."""
        return adjusted_net(*self.counts)[1]

    def share(self, band: str) -> float:
        """Share of a band in 0..1."""
        return self.counts.share(band)

    @property
    def missing_to_judge(self) -> int:
        return missing_to_judge(self.n)


def score(promoters: int, passives: int, detractors: int, confidence: float = 0.95) -> Score:
    """NPS of a group with its interval in points, clipped to -100..100, low <= high, never of zero width.

    The adjusted Wald interval adds 3/4 promoter, 3/2 passive and 3/4 detractor: Rocks 2016, Interval estimation for
    the Net Promoter Score, arXiv 1601.07235. When one or two answers agree, the end is moved so far that the interval
    holds the raw score that is shown beside it. Raises ValueError for a negative count, for no responses at all (an
    empty group has no score: see `score_of`) and for a confidence outside (0, 1).
    """
    return _score(Counts(promoters, passives, detractors), confidence)


def _score(counts: Counts, confidence: float) -> Score:
    if min(counts) < 0:
        raise ValueError("counts cannot be negative")
    if counts.n == 0:
        raise ValueError("no responses")
    plain = Score(counts, confidence, 0.0, 0.0)
    half = z_of(confidence) * math.sqrt(plain.adjusted_variance)
    low, high = min(plain.centre - half, plain.nps), max(plain.centre + half, plain.nps)
    return Score(counts, confidence, max(-100.0, low), min(100.0, high))


def score_of(counts: Counts, confidence: float = 0.95) -> Score | None:
    """The score of a cell, None for an empty one; ValueError as in `score`."""
    return _score(counts, confidence) if any(counts) else None


def nps_of(ratings: Iterable[int]) -> float:
    """Raw NPS in points of ratings 0..10, whatever their order; ValueError as in `band`, and for none."""
    return score(*count_bands(ratings)).nps


def missing_to_judge(n: int) -> int:
    """Responses that are still missing before a group may be judged; 0 from ENOUGH on."""
    return max(0, ENOUGH - n)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two groups that share no answers: `difference` = a.nps - b.nps in points; made by `compare`."""

    a: Score
    b: Score
    confidence: float
    difference: float  # of the raw scores
    z: float  # of the adjusted scores
    p: float  # two-sided
    low: float  # of the interval of the difference, points
    high: float
    needed: int | None  # responses in each group to detect a difference as large as this; None when there is none

    @property
    def significant(self) -> bool:
        """Whether the difference is hardly chance: p below 1 - confidence, and raw and adjusted scores agree on the
        direction (they may not with a handful of answers)."""
        return self.p < 1 - self.confidence and self.difference * self.z > 0


Group = Score | Counts | tuple[int, int, int]


def compare(a: Group, b: Group, confidence: float = 0.95) -> Comparison:
    """Difference between two independent groups: Scores, Counts or (promoters, passives, detractors).

    z = (m1 - m2)/sqrt(v1 + v2) with the adjusted estimates of Rocks 2016, p two-sided, interval m1 - m2 +- z sqrt(v1 +
    v2) in points, moved to hold the raw difference and clipped to +-200. `needed` = (z_{1-alpha/2} + z_{.8})^2 (Var1 +
    Var2)/difference^2 in each group, the standard two-sample formula (e.g. Chow, Shao & Wang 2008, ch. 3) at 80%
    power, with the adjusted Var so that groups of one mind don't ask for 0. Never judge by whether two intervals
    overlap. A group and the whole that holds it are not independent: compare with `whole - group`. Raises ValueError
    as `score` does.
    """
    one, two = _as_score(a, confidence), _as_score(b, confidence)
    spread, difference = math.sqrt(one.adjusted_variance + two.adjusted_variance), one.nps - two.nps
    shift, z_half = one.centre - two.centre, z_of(confidence)
    z = shift / spread
    needed = None
    if difference:
        variance = sum(each.adjusted_variance * (each.n + ADDED) for each in (one, two))
        needed = math.ceil((z_half + quantile(POWER)) ** 2 * variance / difference**2)
    low, high = min(shift - z_half * spread, difference), max(shift + z_half * spread, difference)
    return Comparison(
        a=one,
        b=two,
        confidence=confidence,
        difference=difference,
        z=z,
        p=two_sided(z),
        low=max(-200.0, low),
        high=min(200.0, high),
        needed=needed,
    )


def _as_score(group: Group, confidence: float) -> Score:
    return group if isinstance(group, Score) else _score(Counts(*group), confidence)


def two_sided(z: float) -> float:
    """Two-sided p of a standard normal z, exact in the tails."""
    return math.erfc(abs(z) / math.sqrt(2))


def sample_size(
    half_width: float,
    promoters: float | None = None,
    detractors: float | None = None,
    confidence: float = 0.95,
    population: int | None = None,
) -> int:
    """Responses needed for an interval of +- half_width points (10 is +-10 points); at least 1.

    promoters and detractors are the expected shares in 0..1; without them the worst case, Var = 1 (half promoters, half
    detractors). n = z^2 Var/E^2; in a finite population of N customers n/(1 + (n - 1)/N) (Cochran 1977, Sampling
    Techniques, ch. 4). Raises ValueError for a half-width that is not positive, one share without the other, shares
    that are none, or a population below 1.
    """
    if not half_width > 0:
        raise ValueError("the half-width is a positive number of points")
    if population is not None and population < 1:
        raise ValueError("a population has at least one member")
    n = (z_of(confidence) * 100 / half_width) ** 2 * _expected_variance(promoters, detractors)
    if population is not None:
        n = max(n, 1.0) / (1 + (max(n, 1.0) - 1) / population)
    return max(1, math.ceil(n))


def _expected_variance(promoters: float | None, detractors: float | None) -> float:
    if promoters is None and detractors is None:
        return 1.0
    if promoters is None or detractors is None:
        raise ValueError("give the shares of both promoters and detractors, or neither")
    if not check_shares(promoters, detractors):
        raise ValueError("shares lie between 0 and 1 and add up to at most 1")
    return net_variance(promoters, detractors)


def check_shares(promoters: float, detractors: float) -> bool:
    """Whether these can be the shares of promoters and detractors."""
    return promoters >= 0 and detractors >= 0 and promoters + detractors <= 1 + 1e-9


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of those asked have answered, in percent, with its Wilson interval."""

    answered: int
    asked: int
    confidence: float
    percent: float
    low: float
    high: float


def response_rate(answered: int, asked: int, confidence: float = 0.95) -> Rate:
    """Response rate in percent with the Wilson score interval (Wilson 1927), within 0..100 and never of zero width.

    Raises ValueError unless 0 <= answered <= asked and asked > 0.
    """
    if not 0 <= answered <= asked or asked == 0:
        raise ValueError("of those asked, at least one, no more than all can answer")
    low, high = wilson(answered, asked, confidence)
    return Rate(answered, asked, confidence, 100 * (answered / asked), 100 * low, 100 * high)
