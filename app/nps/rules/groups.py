"""Many groups at once: small ones pulled towards the rest, limits for a funnel plot, and few false alarms."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

from app.nps.rules.scores import Score, check_shares, z_of

NARROW = z_of(0.95)  # half-widths of the funnel in standard errors: 1.960 and 3.090
WIDE = z_of(0.998)


@dataclass(frozen=True, slots=True)
class Shrunk:
    """One group's estimate, pulled towards the mean of all; all in the units given (points for Scores)."""

    estimate: float
    raw: float
    weight: float  # B in 0..1: how much of the estimate is the mean of all
    variance: float  # posterior, units squared
    low: float  # 95%
    high: float
    mean: float  # of all groups, precision-weighted
    tau2: float  # variance of the true group values, units squared
    n: int | None  # responses, where the group was a Score


def shrink(groups: Sequence[Score | tuple[float, float]], corrected: bool = True) -> list[Shrunk]:
    """Empirical-Bayes estimates of k groups, in their order; groups are Scores or (estimate, variance) pairs.

    A Score enters with its raw NPS x and its adjusted variance v (the raw one is 0 when all answers agree); its limits
    are clipped to -100..100. B = v/(v + tau2), estimate = B mean + (1 - B) x; tau2 by DerSimonian & Laird 1986,
    mean = sum(x/(v + tau2))/sum(1/(v + tau2)). tau2 is itself estimated, and `corrected` allows for it: of more than
    three groups B is multiplied by (k - 3)/(k - 1) and the variance is that of Morris 1983, Parametric empirical Bayes
    inference, JASA 78, wider for a group that stands out; two or three say next to nothing about tau2, so they take the
    plain B and keep v whole as their variance. One group has nothing to be pulled towards and stays as it is, with
    B = 0. No groups give an empty list. ValueError for a variance that is not positive.
    """
    pairs = [(group.nps, group.adjusted_variance) if isinstance(group, Score) else group for group in groups]
    if not all(variance > 0 for _, variance in pairs):
        raise ValueError("variances are positive")
    if not pairs:
        return []
    k, tau2 = len(pairs), between_variance(pairs)
    morris = corrected and k > 3
    factor = (k - 3) / (k - 1) if morris else float(k > 1)
    precision = math.fsum(1 / (v + tau2) for _, v in pairs)
    mean = math.fsum(x / (v + tau2) for x, v in pairs) / precision
    typical = math.fsum(v / (v + tau2) for _, v in pairs) / precision  # the weighted mean of the variances
    shrunk = []
    for group, (x, v) in zip(groups, pairs, strict=True):
        pull = v / (v + tau2)
        weight = factor * pull
        variance = v if corrected and k <= 3 else v * (1 - weight) + weight * pull / precision
        if morris:
            variance += 2 / (k - 3) * weight**2 * (typical + tau2) / (v + tau2) * (x - mean) ** 2
        estimate, half = weight * mean + (1 - weight) * x, z_of(0.95) * math.sqrt(variance)
        low, high, n = estimate - half, estimate + half, None
        if isinstance(group, Score):
            low, high, n = max(-100.0, low), min(100.0, high), group.n
        shrunk.append(Shrunk(estimate, x, weight, variance, low, high, mean, tau2, n))
    return shrunk


def between_variance(pairs: Sequence[tuple[float, float]]) -> float:
    """tau2: variance of the true values of k groups (estimate, variance), units squared; 0 for fewer than two.

    Moment estimator max(0, (Q - (k - 1))/(sum w - sum w^2/sum w)), w = 1/v: DerSimonian & Laird 1986, Meta-analysis in
    clinical trials.
    """
    if len(pairs) < 2:
        return 0.0
    weights = [1 / v for _, v in pairs]
    total = math.fsum(weights)
    mean = math.fsum(w * x for w, (x, _) in zip(weights, pairs, strict=True)) / total
    q = math.fsum(w * (x - mean) ** 2 for w, (x, _) in zip(weights, pairs, strict=True))
    spread = math.fsum(w * (total - w) for w in weights) / total
    return max(0.0, (q - (len(pairs) - 1)) / spread)


def probability_below(shrunk: Shrunk, benchmark: float) -> float:
    """Probability 0..1 that the group's true value lies below a benchmark in its units, by the normal posterior."""
    return NormalDist(shrunk.estimate, math.sqrt(shrunk.variance)).cdf(benchmark)


@dataclass(frozen=True, slots=True)
class FunnelLimits:
    """Where the scores of groups of n responses fall by chance alone, in points."""

    target: float
    n: int
    low95: float
    high95: float
    low998: float
    high998: float

    def clipped(self) -> "FunnelLimits":
        """The same limits within -100..100, for drawing."""
        return replace(
            self,
            low95=max(-100.0, self.low95),
            high95=min(100.0, self.high95),
            low998=max(-100.0, self.low998),
            high998=min(100.0, self.high998),
        )

    def outside(self, nps: float) -> bool:
        """Whether a score in points lies beyond the 99.8% limits: more than chance."""
        return not self.low998 <= nps <= self.high998


def funnel_limits(promoters: float, detractors: float, n: int, target: float | None = None) -> FunnelLimits:
    """Limits for a group of n responses: target +- 1.960 (95%) and 3.090 (99.8%) times 100 sqrt(Var0/n), not clipped.

    promoters and detractors are the pooled shares p and d in 0..1, Var0 = p + d - (p - d)^2; target in points, 100 (p -
    d) unless given. Source: Spiegelhalter 2005, Funnel plots for comparing institutional performance. ValueError for
    shares that are none and for n < 1.
    """
    if not check_shares(promoters, detractors):
        raise ValueError("shares lie between 0 and 1 and add up to at most 1")
    if n < 1:
        raise ValueError("limits need at least one response")
    middle = 100 * (promoters - detractors) if target is None else target
    error = 100 * math.sqrt(max(0.0, promoters + detractors - (promoters - detractors) ** 2) / n)
    return FunnelLimits(
        target=middle,
        n=n,
        low95=middle - NARROW * error,
        high95=middle + NARROW * error,
        low998=middle - WIDE * error,
        high998=middle + WIDE * error,
    )


def adjusted_p(p_values: Sequence[float]) -> list[float]:
    """Benjamini & Hochberg's adjusted p values, in the order given: reject those at or below the level wanted.

    Source: Benjamini & Hochberg 1995, Controlling the false discovery rate. ValueError for a p outside 0..1.
    """
    if not all(0 <= p <= 1 for p in p_values):
        raise ValueError("p values lie between 0 and 1")
    adjusted, least = [1.0] * len(p_values), 1.0
    for rank, i in sorted(enumerate(sorted(range(len(p_values)), key=p_values.__getitem__), start=1), reverse=True):
        least = min(least, p_values[i] * len(p_values) / rank)
        adjusted[i] = least
    return adjusted


def false_discovery(p_values: Sequence[float], level: float = 0.05) -> list[bool]:
    """Which of many tests count as found when at most a share `level` of the findings may be false; as `adjusted_p`."""
    return [p <= level for p in adjusted_p(p_values)]
