"""From single observations to what is known of a person: pulled towards the mean of all, with its uncertainty."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.core.measures import Day, Known
from app.core.shrinkage import shrink

PRIOR_WEIGHT = 10  # observations that the usual variation within a person counts for, while few are there


@dataclass(frozen=True, slots=True)
class Tally:
    """Observations of one person: how many, their sum and the sum of their squares."""

    n: int
    total: float
    squares: float

    @property
    def mean(self) -> float:
        return self.total / self.n

    @property
    def deviation(self) -> float:
        """Sum of squared differences from the person's own mean."""
        return max(0.0, self.squares - self.total**2 / self.n)


def tally_of(days: Iterable[Day]) -> Tally:
    """Some days together."""
    rows = list(days)
    return Tally(sum(d.n for d in rows), sum(d.total for d in rows), sum(d.squares for d in rows))


def variance_within(tallies: Iterable[Tally], usual: float) -> float:
    """Variance of one person's single observations, pooled over people: sum of squares by its degrees of freedom.

    `usual` is what is expected before there are any; it counts for PRIOR_WEIGHT observations (a scaled inverse
    chi-squared prior: Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.6). So it is never 0.
    """
    rows = [tally for tally in tallies if tally.n]
    freedom = sum(tally.n - 1 for tally in rows)
    return (PRIOR_WEIGHT * usual + sum(tally.deviation for tally in rows)) / (PRIOR_WEIGHT + freedom)


def known_of(own: Mapping[int, Tally], others: Mapping[int, Tally], usual: float, enough: int) -> dict[int, Known]:
    """What is known of each person in `own`, seen among all people.

    B = v/(v + tau2) with v = within/n (core.shrinkage); `enough` observations are needed before anybody judges.
    """
    everyone = {key: tally for key, tally in {**others, **own}.items() if tally.n}
    within = variance_within(everyone.values(), usual)
    found = shrink([(tally.mean, within / tally.n) for tally in everyone.values()])
    estimates = dict(zip(everyone, found, strict=True))
    return {
        key: Known(
            n=tally.n,
            missing=max(0, enough - tally.n),
            value=tally.mean,
            estimate=estimates[key].estimate,
            variance=estimates[key].variance,
            mean=estimates[key].mean,
            between=estimates[key].tau2,
            within=within,
        )
        for key, tally in own.items()
        if tally.n
    }
