"""How sure figures are: intervals of shares, means and net scores, and few false alarms among many tests. Pure.

Slices reckon with these, so that the same numbers have the same interval wherever they are shown.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist

ADDED = 3  # made-up answers of the adjusted net score: 3/4 promoter, 3/2 passive, 3/4 detractor


@lru_cache(maxsize=64)
def quantile(probability: float) -> float:
    """Standard normal quantile of a probability in (0, 1)."""
    return NormalDist().inv_cdf(probability)


def z_of(confidence: float) -> float:
    """Half-width in standard errors of a two-sided interval; ValueError unless 0 < confidence < 1."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence lies between 0 and 1, not {confidence!r}")
    return quantile((1 + confidence) / 2)


def student(confidence: float, degrees: int) -> float:
    """Half-width in standard errors of a two-sided t interval with so many degrees of freedom.

    Exact for 1 and 2; else Abramowitz & Stegun 1964, 26.7.5, within 0.2% at 95% and 1% at 99%.
    """
    z = z_of(confidence)
    if degrees == 1:
        return math.tan(math.pi * confidence / 2)
    if degrees == 2:
        return confidence * math.sqrt(2 / (1 - confidence**2))
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / degrees**power for power, term in enumerate(terms, start=1))


def variance_of_mean(n: int, deviations: float) -> float:
    """Variance of the mean of n whole-number ratings, by the sum of their squared differences from it. Never 0.

    The variance of one has divisor n - 1 and is at least that of n ratings of which a share 1/(n + 2) (Laplace's rule
    of succession) stands one step aside: ratings that all agree are not certain.
    """
    least = (n + 1) / (n + 2) ** 2
    return max(deviations / (n - 1) if n > 1 else 0.0, least) / n


def net_variance(promoters: float, detractors: float) -> float:
    """Variance of one answer that counts 1, 0 or -1, by the shares of promoters and detractors."""
    # All answers alike may give -1e-17 where 0 is meant.
    return max(0.0, promoters + detractors - (promoters - detractors) ** 2)


def adjusted_net(promoters: int, passives: int, detractors: int) -> tuple[float, float]:
    """Centre, in points, and variance, in points squared, of the adjusted Wald interval of a net score; never 0.

    It adds 3/4 promoter, 3/2 passive and 3/4 detractor: Rocks 2016, Interval estimation for the Net Promoter Score,
    arXiv 1601.07235.
    """
    n = promoters + passives + detractors + ADDED
    p, d = (promoters + ADDED / 4) / n, (detractors + ADDED / 4) / n
    return 100 * (p - d), 100**2 * net_variance(p, d) / n


def wilson(n: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    """Between what the true share may well lie, 0..1, when n of `total` are seen; it holds the share. Wilson 1927.

    Raises ValueError unless 0 <= n <= total and total > 0.
    """
    if not 0 <= n <= total or not total:
        raise ValueError("a share is of somebody, and not of more than all")
    z, share = z_of(confidence), n / total
    middle = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2)) / (1 + z**2 / total)
    return max(0.0, min(middle - half, share)), min(1.0, max(middle + half, share))


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
