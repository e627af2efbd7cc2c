"""What customers rated before and after a blocker was fixed: which months are compared, and how the means differ."""

import calendar
import math
from dataclasses import dataclass
from datetime import date

from app.core.intervals import variance_of_mean, z_of

MOST_MONTHS = 3  # on each side: longer ago, too much else has changed
ENOUGH = 30  # ratings on each side; below, the normal approximation is too coarse


@dataclass(frozen=True, slots=True)
class Windows:
    """Equally many whole months before and after a day; the month that it lies in is left out, as part of both.

    Each month is its first day, the earliest first. Without months it is too early, until `ready_on`.
    """

    before: tuple[date, ...]
    after: tuple[date, ...]
    ready_on: date  # the last day of the first whole month after it


@dataclass(frozen=True, slots=True)
class Ratings:
    """Sums of some ratings: how many, their total and that of their squares."""

    n: int = 0
    total: int = 0
    squares: int = 0

    def __add__(self, other: "Ratings") -> "Ratings":
        return Ratings(self.n + other.n, self.total + other.total, self.squares + other.squares)

    @property
    def mean(self) -> float:
        return self.total / self.n

    @property
    def variance(self) -> float:
        """Variance of the mean, which is never 0."""
        return variance_of_mean(self.n, self.squares - self.total * self.mean)

    @property
    def interval(self) -> tuple[float, float]:
        """Between what the true mean may well lie (95%)."""
        half = z_of(0.95) * math.sqrt(self.variance)
        return self.mean - half, self.mean + half


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean after less the mean before, with its 95% interval."""

    before: float
    after: float
    value: float
    low: float
    high: float

    @property
    def certain(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


def windows(fixed_on: date, today: date) -> Windows:
    """The months around the day of a fix, of those that are over."""
    month = fixed_on.replace(day=1)
    first_after = month if fixed_on == month else _months_on(month, 1)
    over = sum(_last_day(_months_on(first_after, at)) < today for at in range(MOST_MONTHS))
    after = tuple(_months_on(first_after, at) for at in range(over))
    before = tuple(_months_on(month, at) for at in range(-over, 0))
    return Windows(before, after, _last_day(first_after))


def difference(before: Ratings, after: Ratings) -> Difference | None:
    """How the mean moved; None where either side has fewer than ENOUGH ratings.

    The variances are each side's own (Welch), and the customers of both sides are others.
    """
    if min(before.n, after.n) < ENOUGH:
        return None
    value, half = after.mean - before.mean, z_of(0.95) * math.sqrt(before.variance + after.variance)
    return Difference(before.mean, after.mean, value, value - half, value + half)


def _months_on(month: date, months: int) -> date:
    year, at = divmod(month.year * 12 + month.month - 1 + months, 12)
    return date(year, at + 1, 1)


def _last_day(month: date) -> date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])
