"""Many groups at once: small ones pulled towards the rest, and limits for a funnel plot."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.core import shrinkage
from app.core.intervals import z_of
from app.core.shrinkage import Shrunk
from app.nps.rules.scores import Score, check_shares

NARROW = z_of(0.95)  # half-widths of the funnel in standard errors: 1.960 and 3.090
WIDE = z_of(0.998)


def shrink(groups: Sequence[Score | tuple[float, float]], corrected: bool = True) -> list[Shrunk]:
    """Empirical-Bayes estimates of groups in their order: core.shrinkage.shrink; Scores or (estimate, variance) pairs.

    A Score enters with its raw NPS x and its adjusted variance v (the raw one is 0 when all answers agree); its limits
    are clipped to -100..100.
    """
    pairs = [(group.nps, group.adjusted_variance) if isinstance(group, Score) else group for group in groups]
    found = shrinkage.shrink(pairs, corrected)
    return [
        replace(one, low=max(-100.0, one.low), high=min(100.0, one.high), n=group.n)
        if isinstance(group, Score)
        else one
        for group, one in zip(groups, found, strict=True)
    ]


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
