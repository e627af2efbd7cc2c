"""A driver's mean with its uncertainty, and which drivers moved the score between two periods."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.intervals import student, variance_of_mean, z_of


@dataclass(frozen=True, slots=True)
class Mean:
    """Mean of n ratings, in their unit; `standard_error` is never 0. Made by `mean_of`."""

    n: int
    mean: float
    standard_error: float
    low: float
    high: float
    confidence: float


def mean_of(n: int, total: float, squares: float, confidence: float = 0.95) -> Mean:
    """Mean of n ratings from their sum and the sum of their squares, with Student's t interval.

    Ratings that all agree are not certain: see core.intervals.variance_of_mean. One rating is treated as two for its
    interval. Raises ValueError for n < 1 and for squares that are too small for that total.
    """
    if n < 1:
        raise ValueError("no ratings")
    mean = total / n
    about = squares - total * mean
    if about < -1e-9 * max(1.0, squares):
        raise ValueError("the sum of squares does not go with the sum")
    error = math.sqrt(variance_of_mean(n, about))
    half = student(confidence, max(1, n - 1)) * error
    return Mean(n, mean, error, mean - half, mean + half, confidence)


@dataclass(frozen=True, slots=True)
class Contribution:
    """How far one driver moved the score: `points` = coefficient x (after - before), in units of the outcome."""

    name: str
    points: float
    low: float
    high: float
    before: Mean
    after: Mean
    coefficient: float

    @property
    def certain(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


def moved(
    before: Mapping[str, Mean], after: Mapping[str, Mean], coefficients: Mapping[str, float], confidence: float = 0.95
) -> list[Contribution]:
    """Contributions of the drivers to the change of the score between two periods, the largest first.

    All three map drivers' names; one that is missing in any of them is left out. With coefficients from an outcome
    coded -100/0/100 they are NPS points. This is the part of the Kitagawa 1955 / Oaxaca 1973 decomposition that the
    means account for, at fixed coefficients; what `unexplained` leaves is the rest. The interval comes from the
    sampling variance of the two means only: the coefficient is taken as known, and as association, not cause.
    """
    z, found = z_of(confidence), []
    for name, coefficient in coefficients.items():
        if name in before and name in after:
            was, now = before[name], after[name]
            points = coefficient * (now.mean - was.mean)
            half = z * abs(coefficient) * math.hypot(was.standard_error, now.standard_error)
            found.append(Contribution(name, points, points - half, points + half, was, now, coefficient))
    return sorted(found, key=lambda contribution: (-abs(contribution.points), contribution.name))


def unexplained(change: float, contributions: Sequence[Contribution]) -> float:
    """What is left of a change of the score, in its units, after the contributions of all drivers."""
    return change - math.fsum(contribution.points for contribution in contributions)
