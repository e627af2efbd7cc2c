"""Estimates of many groups at once: small ones are pulled towards the mean of all (empirical Bayes)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

_HALF = NormalDist().inv_cdf(0.975)  # half-width of a 95% interval in standard errors


@dataclass(frozen=True, slots=True)
class Shrunk:
    """One group's estimate, pulled towards the mean of all; all in the units given (points for scores)."""

    estimate: float
    raw: float
    weight: float  # B in 0..1: how much of the estimate is the mean of all
    variance: float  # posterior, units squared
    low: float  # 95%
    high: float
    mean: float  # of all groups, precision-weighted
    tau2: float  # variance of the true group values, units squared
    n: int | None = None  # observations, where they are known


def shrink(pairs: Sequence[tuple[float, float]], corrected: bool = True) -> list[Shrunk]:
    """Empirical-Bayes estimates of k groups (estimate, variance), in their order.

    B = v/(v + tau2), estimate = B mean + (1 - B) x; tau2 by DerSimonian & Laird 1986, mean = sum(x/(v +
    tau2))/sum(1/(v + tau2)). tau2 is itself estimated, and `corrected` allows for it: of more than three groups B is
    multiplied by (k - 3)/(k - 1) and the variance is that of Morris 1983, Parametric empirical Bayes inference, JASA
    78, wider for a group that stands out; two or three say next to nothing about tau2, so they take the plain B and
    keep v whole as their variance. One group has nothing to be pulled towards and stays as it is, with B = 0. No
    groups give an empty list. ValueError for a variance that is not positive.
    """
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
    for x, v in pairs:
        pull = v / (v + tau2)
        weight = factor * pull
        variance = v if corrected and k <= 3 else v * (1 - weight) + weight * pull / precision
        if morris:
            variance += 2 / (k - 3) * weight**2 * (typical + tau2) / (v + tau2) * (x - mean) ** 2
        estimate, half = weight * mean + (1 - weight) * x, _HALF * math.sqrt(variance)
        shrunk.append(Shrunk(estimate, x, weight, variance, estimate - half, estimate + half, mean, tau2))
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
