"""Many groups of different sizes against one value: who is further from it than chance explains."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from app.core.charts.axes import Axis, Frame, LogAxis
from app.core.charts.estimates import Benchmark
from app.core.charts.labels import Name, names
from app.core.charts.limits import LIMIT_SAMPLES, Limits, limit_lines, values_of_limits
from app.core.charts.marks import (
    DIAMOND,
    KEY_ROW,
    Chart,
    dot,
    key,
    level,
    line_sample,
    linked,
    nothing,
    picture,
    shape,
    shape_sample,
)
from app.core.charts.words import number

WITHIN = "within what chance explains"
SCALE = "The scale for {} is logarithmic, so that small numbers have room too."
_MOST_NAMES = 8

Beyond = Literal["", "95%", "99.8%"]


@dataclass(frozen=True)
class Group:
    """A value that rests on n answers, and the limits that it lies beyond ("" when within both)."""

    label: str
    n: int
    value: float
    beyond: Beyond = ""
    href: str = ""

    def verdict(self, target: Benchmark) -> str:
        if not self.beyond:
            return WITHIN
        return f"{'above' if self.value > target.value else 'below'}, beyond {self.beyond}"

    @property
    def far(self) -> bool:
        return self.beyond == "99.8%"


def funnel(
    title: str,
    description: str,
    points: Sequence[Group],
    *,
    target: Benchmark,
    limits: Sequence[tuple[int, Limits]],
    unit: str = "",
    x_label: str = "Responses",
    head: str = "",
) -> Chart:
    """Values over what they rest on, with the limits that chance alone keeps them within.

    `limits` are for some numbers of answers in rising order, close enough together to be joined by straight lines: from
    the smallest n to the largest. Both axes hold them. The description says that the scale of n is logarithmic.
    """
    description = f"{description} {SCALE.format(x_label.lower())}".strip()
    values = [*(point.value for point in points), target.value, *values_of_limits(one for _, one in limits)]
    counts = LogAxis.around([*(point.n for point in points), *(n for n, _ in limits)])
    frame = Frame(counts, Axis.around(values), 260)
    drawn = [
        frame.levels(unit),
        frame.columns(x_label, ""),
        frame.stretched([limit_lines(frame, limits)] if limits else []),
    ]
    drawn.append(level(frame.down(target.value)))
    ranked = sorted(points, key=lambda point: (point.far, point.n, point.label))  # what is named lies on top
    drawn += [_mark(frame, point, target, unit, x_label) for point in ranked]
    drawn.append(_named(frame, points, target) if points else nothing(frame.bottom))
    samples = [line_sample("chart-benchmark", target.words(unit)), *(LIMIT_SAMPLES if limits else ())]
    if any(point.far for point in points):
        samples.append(shape_sample(DIAMOND, "beyond what chance explains"))
    drawn.append(key(frame.bottom + 50, samples))
    svg = picture(title, description, frame.bottom + 50 + KEY_ROW * len(samples), drawn)
    header = (head or "Whose", x_label, "Value", f"Against {target.label}")
    return Chart(title, description, svg, header, tuple(_cells(point, target, unit) for point in points))


def _mark(frame: Frame, point: Group, target: Benchmark, unit: str, x_label: str) -> Markup:
    x, y = frame.across(point.n), frame.down(point.value)
    spoken = f"{point.label}: {number(point.value)}{unit}, {x_label.lower()}: {point.n:,}; {point.verdict(target)}"
    return shape(DIAMOND, x, y, spoken) if point.far else dot(x, y, 5, spoken)


def _named(frame: Frame, points: Sequence[Group], target: Benchmark) -> Markup:
    """The names of those furthest beyond the limits: their distance counts for more, the more it rests on."""
    ranked = sorted(points, key=lambda p: (-abs(p.value - target.value) * p.n**0.5, p.label))
    far = [point for point in ranked if point.far][:_MOST_NAMES]
    return names(
        [_name(frame, point, target) for point in far], 0, frame.bottom, [_name(frame, p, target) for p in points]
    )


def _name(frame: Frame, point: Group, target: Benchmark) -> Name:
    """Written on the side that is further from the target."""
    return Name(point.label, frame.across(point.n), frame.down(point.value), above=point.value > target.value)


def _cells(point: Group, target: Benchmark, unit: str) -> tuple[object, ...]:
    return (linked(point.label, point.href), f"{point.n:,}", number(point.value) + unit, point.verdict(target))
