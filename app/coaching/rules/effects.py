"""Whether coaching helped: what changed beyond what would have changed anyway.

Only those who score low are coached, and whoever scores low by chance scores higher the next time without any help.
Barnett, van der Pols & Dobson 2005, Regression to the mean: what it is and how to deal with it.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from app.core.shrinkage import between_variance

ENOUGH_AFTER = 3  # observations after the talk before one person's change is judged
ENOUGH_COMPARED = 10  # people coached, and as many not coached, before the two are compared
ENOUGH_OF_KIND = 20  # people who agreed on a kind of action before its effect is shown

_HALF = NormalDist().inv_cdf(0.975)  # half-width of a 95% interval in standard errors
_LEAST_VARIANCE = 1e-9  # where all observations of everybody agree: they are reliable without bounds

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def expected_change(before: float, mean: float, reliability: float) -> float:
    """What regression to the mean alone changes a score by: (mean + reliability (before - mean)) - before.

    `reliability` is the share 0..1 of the variance of scores that true differences make up; ValueError otherwise.
    """
    if not 0 <= reliability <= 1:
        raise ValueError(f"a reliability lies between 0 and 1, not at {reliability}")
    return (mean + reliability * (before - mean)) - before


@dataclass(frozen=True, slots=True)
class Effect:
    """What followed the talk about one person's gap. In the measure's unit; None is what can't be told."""

    before: float
    after: float | None = None
    n_after: int = 0
    missing: int = 0  # observations after the talk until something can be told
    change: float | None = None
    expected: float | None = None  # of the change, by regression to the mean alone
    net: float | None = None  # the rest of it
    variance: float | None = None  # of `net` where nothing but chance is at work
    low: float | None = None  # 95% interval of `net`
    high: float | None = None
    reached: bool | None = None  # of a fact, such as a certificate: there is nothing to reckon

    @property
    def told(self) -> bool:
        return self.net is not None

    @property
    def certain(self) -> bool:
        """Whether the rest is unlikely to be chance."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def effect_of_one(
    *,
    value: float,
    n: int,
    mean: float | None,
    between: float,
    within: float,
    after: float | None,
    n_after: int,
    reached: bool = False,
) -> Effect:
    """One gap: its columns as they were when it opened, and the mean of the observations since the talk.

    rho = between/(between + within/n). Without an effect the net change varies by between (1 - rho) + within/n_after:
    what isn't known of the true value before, and chance after. Of a fact (no mean of all, or nothing that varies)
    only whether it was reached.
    """
    if mean is None or within <= 0:
        return Effect(value, reached=reached)
    missing = max(0, ENOUGH_AFTER - n_after)
    if after is None or missing or n < 1:
        return Effect(value, after, n_after, missing=max(missing, 1))
    reliability = between / (between + within / n)
    change, expected = after - value, expected_change(value, mean, reliability)
    variance = between * (1 - reliability) + within / n_after
    net, half = change - expected, _HALF * math.sqrt(variance)
    return Effect(
        value, after, n_after, 0, change, expected, net=net, variance=variance, low=net - half, high=net + half
    )


@dataclass(frozen=True, slots=True)
class Together:
    """Many people: those coached against those not coached. In the measure's unit; net = change - expected - others."""

    coached: int
    not_coached: int
    change: float  # mean of the coached
    expected: float  # of that, by regression to the mean alone
    others: float  # what those not coached changed by beyond what was expected of them
    net: float
    variance: float
    low: float  # 95% interval of `net`
    high: float

    @property
    def certain(self) -> bool:
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class _Spread:
    """How people differ, from their scores before: each one's reliability, and how much of that is a guess."""

    mean: float
    away: Floats  # each one's distance from it
    between: float
    within: float
    noise: Floats  # within/n: variance of each one's score around the true value
    between_variance: float  # of `between`, as far as it follows from the scores
    between_by_within: float  # what `between` changes by with the variance within people

    @property
    def reliability(self) -> Floats:
        return self.between / (self.between + self.noise)


def effect_of_many(
    before: npt.ArrayLike,
    after: npt.ArrayLike,
    coached: npt.ArrayLike,
    *,
    within: float,
    n_before: npt.ArrayLike,
    n_after: npt.ArrayLike,
    freedom: float | None = None,
    among: npt.ArrayLike | None = None,
) -> Together:
    """Difference in differences of net changes: mean of the coached minus mean of those not coached.

    One entry a person: the mean before and after, whether coached, and the observations behind each mean. `within`
    is the variance of one person's single observations, known from `freedom` degrees of freedom (by default those of
    the observations before). `among` picks the coached that are looked at; the others still say how people differ.

    The reliability is estimated from the scores themselves, and the interval carries that (delta method). Either
    group's own variance is the larger of what is seen and what the model says. ValueError without anybody in a group.
    """
    x, y = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    n1, n2 = np.asarray(n_before, dtype=float), np.asarray(n_after, dtype=float)
    treated = np.asarray(coached, dtype=bool)
    shown = treated if among is None else treated & np.asarray(among, dtype=bool)
    if not shown.any() or treated.all():
        raise ValueError("both groups need at least one person")
    within = max(within, _LEAST_VARIANCE)
    spread = _spread(x, n1, within)
    rho = spread.reliability
    expected = (spread.mean + rho * spread.away) - x
    beyond = (y - x) - expected
    chance = spread.between * (1 - rho) + within / n2
    variance = _variance_of_mean(beyond[shown], chance[shown]) + _variance_of_mean(beyond[~treated], chance[~treated])
    known_from = float(np.sum(n1 - 1)) if freedom is None else freedom
    variance += _variance_of_reliability(spread, known_from, shown, ~treated)
    net, half = float(beyond[shown].mean() - beyond[~treated].mean()), _HALF * math.sqrt(variance)
    return Together(
        coached=int(shown.sum()),
        not_coached=int((~treated).sum()),
        change=float((y - x)[shown].mean()),
        expected=float(expected[shown].mean()),
        others=float(beyond[~treated].mean()),
        net=net,
        variance=variance,
        low=net - half,
        high=net + half,
    )


def pooled(effects: Iterable[Together]) -> Together:
    """Effects on several measures of one scale as one, each by its number of people coached. ValueError without any.

    Those not coached on one measure are other people than those not coached on the next, or the same ones measured
    anew, so the errors are taken as independent.
    """
    rows = list(effects)
    total = sum(one.coached for one in rows)
    if not total:
        raise ValueError("there is nothing to pool")

    def mean(values: Iterable[float]) -> float:
        return sum(one.coached * value for one, value in zip(rows, values, strict=True)) / total

    net, variance = mean(one.net for one in rows), sum((one.coached / total) ** 2 * one.variance for one in rows)
    half = _HALF * math.sqrt(variance)
    return Together(
        coached=total,
        not_coached=sum(one.not_coached for one in rows),
        change=mean(one.change for one in rows),
        expected=mean(one.expected for one in rows),
        others=mean(one.others for one in rows),
        net=net,
        variance=variance,
        low=net - half,
        high=net + half,
    )


def _spread(x: Floats, n: Floats, within: float) -> _Spread:
    """DerSimonian & Laird's variance between people (core.shrinkage) with its own variance.

    That of Q is Biggerstaff & Tweedie's 1997, Incorporating variability in estimates of heterogeneity in the random
    effects model in meta-analysis.
    """
    noise = within / n
    between = between_variance(list(zip(x.tolist(), noise.tolist(), strict=True)))
    w, freedom = 1 / noise, len(x) - 1
    s1, s2, s3 = (float(np.sum(w**power)) for power in (1, 2, 3))
    scale = s1 - s2 / s1
    of_q = 2 * freedom + 4 * scale * between + 2 * (s2 - 2 * s3 / s1 + (s2 / s1) ** 2) * between**2
    mean = float(np.average(x, weights=1 / (noise + between)))
    return _Spread(
        mean=mean,
        away=x - mean,
        between=between,
        within=within,
        noise=noise,
        between_variance=of_q / scale**2,
        between_by_within=-freedom / (scale * within),
    )


def _variance_of_mean(beyond: Floats, chance: Floats) -> float:
    seen = float(np.var(beyond, ddof=1)) if len(beyond) > 1 else 0.0
    return max(seen, float(chance.mean())) / len(beyond)


def _variance_of_reliability(spread: _Spread, freedom: float, shown: Flags, others: Flags) -> float:
    """What not knowing the reliability adds to the variance of the difference: the gradient by what it is made of."""

    def apart(values: Floats) -> float:
        return float(values[shown].mean() - values[others].mean())

    total = (spread.between + spread.noise) ** 2
    by_between = -apart(spread.away * spread.noise / total)
    by_noise = apart(spread.away * spread.between * spread.noise / total)  # by the logarithm of `within`
    by_within = by_noise / spread.within + by_between * spread.between_by_within
    of_within = 2 * spread.within**2 / freedom if freedom > 0 else 0.0
    return by_between**2 * spread.between_variance + by_within**2 * of_within
