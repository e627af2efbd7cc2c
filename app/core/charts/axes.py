"""Where values lie: axes with round ends, and the frame that two of them make."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from app.core.charts.marks import NOTHING, axis_label, rule
from app.core.charts.words import number

LEFT, WIDE = 10, 84  # percent: room for the axis's numbers at the left and for the last value at the right
_NO_LENGTH = 1e-9
_MOST_TICKS = 6  # numbers that fit below a picture on the narrowest phone


@dataclass(frozen=True)
class Axis:
    """The values shown, with round ends: all that is to be drawn and the span asked for lie on it."""

    low: float
    high: float
    step: float

    @classmethod
    def around(cls, values: Iterable[float], span: tuple[float, float] | None = None) -> "Axis":
        known = [*values, *(span or ())]
        low, high = min(known, default=0.0), max(known, default=1.0)
        if high - low < _NO_LENGTH:
            low, high = low - 1, high + 1
        step = _round_step((high - low) / 4)
        return cls(step * (low // step), -step * (-high // step), step)

    @classmethod
    def counting(cls, count: int) -> "Axis":
        """For things in a row, the first at 0. A single one lies in the middle."""
        return cls(0, count - 1, 1) if count > 1 else cls(-1, 1, 1)

    def part(self, value: float) -> float:
        """Where a value lies between the ends: 0 to 1."""
        return (value - self.low) / (self.high - self.low)

    def ticks(self) -> list[float]:
        return [
            round(self.low + index * self.step, 9) for index in range(round((self.high - self.low) / self.step) + 1)
        ]


@dataclass(frozen=True)
class LogAxis:
    """Counts on a logarithmic scale, so that small ones are not squeezed. Its ends are 1, 2 or 5 with noughts."""

    low: float
    high: float

    @classmethod
    def around(cls, counts: Iterable[int]) -> "LogAxis":
        known = list(counts) or [1]
        if min(known) < 1:
            raise ValueError("a logarithmic scale starts at 1: a count can't be below it")
        low = max(tick for tick in _one_two_five(max(known)) if tick <= min(known))
        high = next(tick for tick in _one_two_five(10 * max(known)) if tick >= max(known) and tick > low)
        return cls(low, high)

    def part(self, value: float) -> float:
        """Where a count lies between the ends: 0 to 1."""
        return math.log(value / self.low) / math.log(self.high / self.low)

    def ticks(self) -> list[float]:
        """A few of 1, 2, 5, 10, 20 …, always with the first."""
        ticks = [tick for tick in _one_two_five(self.high) if tick >= self.low]
        return ticks[:: -(-len(ticks) // _MOST_TICKS)]


def _one_two_five(most: float) -> list[float]:
    powers = range(math.ceil(math.log10(max(most, 1))) + 1)
    return [digit * 10**power for power in powers for digit in (1, 2, 5) if digit * 10**power <= most]


def _round_step(rough: float) -> float:
    """The next of 1, 2, 2.5, 5 and 10 times a power of ten."""
    power = 1.0
    while power * 10 <= rough:
        power *= 10
    while power > rough:
        power /= 10
    return next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * (1 - _NO_LENGTH))


@dataclass(frozen=True)
class Frame:
    """The two axes of a picture: x as percent of the width, y as pixels from the top, where `above` are left free.

    `strip` are pixels beyond the ends of y that the frame leaves to words.
    """

    x: Axis | LogAxis
    y: Axis
    height: int = 200
    above: int = 24
    strip: int = 0

    @property
    def bottom(self) -> int:
        return self.above + self.height

    def across(self, value: float) -> float:
        return LEFT + WIDE * self.x.part(value)

    def down(self, value: float) -> float:
        return round(self.above + self.height * (1 - self.y.part(value)), 1)

    def levels(self, unit: str) -> Markup:
        """Lines across at round values, each with its number."""
        one = Markup(
            '<line class="{0}" x1="0" x2="100%" y1="{1:g}" y2="{1:g}"/>'
            '<text class="chart-axis" x="0" y="{2:g}">{3}</text>'
        )
        heights = [(value, self.down(value)) for value in self.y.ticks()]
        return NOTHING.join(one.format(grid(value), y, y - 5, number(value) + unit) for value, y in heights)

    def columns(self, label: str, unit: str) -> Markup:
        """Lines down at round values, their numbers below, and what they are."""
        top, bottom = self.above - self.strip, self.bottom + self.strip
        drawn = axis_label(LEFT + WIDE, bottom + 40, label)
        for value in self.x.ticks():
            x = self.across(value)
            drawn += rule(x, top, bottom, "chart-grid") + axis_label(x, bottom + 20, number(value) + unit)
        return drawn

    def path(self, places: Iterable[tuple[float, float]], kind: str) -> Markup:
        """A line through (x, y) in the axes' values; it belongs inside `stretched`."""
        points = " ".join(f"{self.across(x):.2f},{self.down(y):g}" for x, y in places)
        return Markup('<polyline class="{}" vector-effect="non-scaling-stroke" points="{}"/>').format(kind, points)

    def area(self, upper: Iterable[tuple[float, float]], lower: Iterable[tuple[float, float]], kind: str) -> Markup:
        """What lies between two lines from left to right; it belongs inside `stretched`."""
        around = [*upper, *list(lower)[::-1]]
        points = " ".join(f"{self.across(x):.2f},{self.down(y):g}" for x, y in around)
        return Markup('<polygon class="{}" points="{}"/>').format(kind, points)

    def stretched(self, drawn: Iterable[Markup]) -> Markup:
        """What stretches with the page: an inner picture 100 units wide, whose lines keep their width."""
        return Markup(
            '<svg x="0" y="0" width="100%" height="{0}" viewBox="0 0 100 {0}" preserveAspectRatio="none">{1}</svg>'
        ).format(self.bottom, NOTHING.join(drawn))


def grid(value: float) -> str:
    """The class of the line at a value: zero is a little stronger."""
    return "chart-zero" if value == 0 else "chart-grid"
