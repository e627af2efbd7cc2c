"""A driver's mean with its uncertainty, and which drivers moved the score between two periods."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.nps.rules.scores import z_of


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

    The variance has divisor n - 1 and is at least that of n ratings of which a share 1/(n + 2) (Laplace's rule of
    succession) stands one step aside: whole-number ratings that all agree are not certain. One rating is treated as two
    for its interval. Raises ValueError for n < 1 and for squares that are too small for that total.
    """
    if n < 1:
        raise ValueError("no ratings")
    mean = total / n
    about = squares - total * mean
    if about < -1e-9 * max(1.0, squares):
        raise ValueError("the sum of squares does not go with the sum")
    least = (n + 1) / (n + 2) ** 2
    variance = max(about / (n - 1) if n > 1 else 0.0, least)
    error = math.sqrt(variance / n)
    half = student(confidence, max(1, n - 1)) * error
    return Mean(n, mean, error, mean - half, mean + half, confidence)


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
