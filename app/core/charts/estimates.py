"""Values with the interval they are known within: over time as a line with its band, side by side as dots."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.core.charts.marks import NOTHING, Chart, axis_label, percent, picture, row_words
from app.core.charts.words import number

_PLOT, _ABOVE, _ROW = 200, 24, 52
_NO_LENGTH = 1e-9


@dataclass(frozen=True)
class Estimate:
    """A value with its interval; low and high are None where no interval can be given."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None

    def words(self, unit: str) -> str:
        """ "34 (21 to 47)"."""
        if self.low is None or self.high is None:
            return number(self.value) + unit
        return f"{number(self.value)}{unit} ({number(self.low)} to {number(self.high)})"


@dataclass(frozen=True)
class Benchmark:
    """A plain line to compare with, and its name."""

    label: str
    value: float


@dataclass(frozen=True)
class Axis:
    """The values shown, with round ends: the data, the benchmark and the span asked for all lie on it."""

    low: float
    high: float
    step: float

    @classmethod
    def around(cls, values: Iterable[float], span: tuple[float, float] | None) -> "Axis":
        known = [*values, *(span or ())]
        low, high = min(known, default=0.0), max(known, default=1.0)
        if high - low < _NO_LENGTH:
            low, high = low - 1, high + 1
        step = _round_step((high - low) / 4)
        return cls(step * (low // step), -step * (-high // step), step)

    def part(self, value: float) -> float:
        """Where a value lies between the ends: 0 to 1."""
        return (value - self.low) / (self.high - self.low)

    def ticks(self) -> list[float]:
        return [
            round(self.low + index * self.step, 9) for index in range(round((self.high - self.low) / self.step) + 1)
        ]


def _round_step(rough: float) -> float:
    """The next of 1, 2, 2.5, 5 and 10 times a power of ten."""
    power = 1.0
    while power * 10 <= rough:
        power *= 10
    while power > rough:
        power /= 10
    return next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * (1 - _NO_LENGTH))


def line(
    title: str,
    description: str,
    points: Sequence[Estimate],
    *,
    unit: str = "",
    span: tuple[float, float] | None = None,
    benchmark: Benchmark | None = None,
    head: str = "",
) -> Chart:
    """A value over time, each point as far from the next, with the band it is known within.

    `span` is the least that the axis shows, such as (-100, 100).
    """
    axis = Axis.around(_values(points, benchmark), span)
    places = [(_across(index, len(points)), _down(axis, point.value)) for index, point in enumerate(points)]
    drawn = [_gridline(value, _down(axis, value), unit) for value in axis.ticks()]
    if benchmark:
        drawn.append(_level(benchmark, points, axis, unit))
    drawn.append(_band_and_line(points, places, axis))
    for (x, y), point in zip(places, points, strict=True):
        drawn.append(_dot(x, y, 4, f"{point.label}: {point.words(unit)}"))
    if points:
        x, y = places[-1]
        last = Markup('<text class="chart-value chart-last" x="{}" y="{:g}" text-anchor="middle">{}{}</text>')
        drawn.append(last.format(percent(x), y - 10, number(points[-1].value), unit))
        drawn.append(_time_labels(points, places))
    svg = picture(title, description, _ABOVE + _PLOT + 32, drawn)
    return Chart(title, description, svg, (head or "When", "Value", "From", "To"), _rows(points, unit))


def dots(
    title: str,
    description: str,
    items: Sequence[Estimate],
    *,
    unit: str = "",
    span: tuple[float, float] | None = None,
    benchmark: Benchmark | None = None,
    head: str = "",
) -> Chart:
    """One dot with its interval a row, all on one axis. `span` is the least that the axis shows."""
    axis = Axis.around(_values(items, benchmark), span)
    top = 24 if benchmark else 0
    bottom = top + _ROW * len(items)
    drawn = []
    for value in axis.ticks():
        x = 2 + 96 * axis.part(value)
        drawn += [_rule(x, top, bottom, "chart-zero" if value == 0 else "chart-grid")]
        drawn += [axis_label(x, bottom + 18, number(value) + unit)]
    if benchmark:
        x = 2 + 96 * axis.part(benchmark.value)
        drawn.append(_rule(x, top - 4, bottom, "chart-benchmark"))
        drawn.append(axis_label(x, 14, f"{benchmark.label}: {number(benchmark.value)}{unit}"))
    for index, item in enumerate(items):
        y = top + _ROW * index
        drawn += [row_words(y, item.label, item.words(unit)), _dot_and_whisker(item, y + 32, axis, unit)]
    svg = picture(title, description, bottom + 26, drawn)
    return Chart(title, description, svg, (head or "What", "Value", "From", "To"), _rows(items, unit))


def _values(items: Sequence[Estimate], benchmark: Benchmark | None) -> list[float]:
    values = [v for item in items for v in (item.value, item.low, item.high) if v is not None]
    return [*values, benchmark.value] if benchmark else values


def _across(index: int, count: int) -> float:
    """Percent of the width: room at the left for the axis's numbers, at the right for the last value."""
    return 10 + 84 * index / (count - 1) if count > 1 else 52.0


def _down(axis: Axis, value: float) -> float:
    return round(_ABOVE + _PLOT * (1 - axis.part(value)), 1)


def _gridline(value: float, y: float, unit: str) -> Markup:
    return Markup(
        '<line class="{0}" x1="0" x2="100%" y1="{1:g}" y2="{1:g}"/><text class="chart-axis" x="0" y="{2:g}">{3}</text>'
    ).format("chart-zero" if value == 0 else "chart-grid", y, y - 5, number(value) + unit)


def _level(benchmark: Benchmark, points: Sequence[Estimate], axis: Axis, unit: str) -> Markup:
    """A named line. Its name stands at the end where the data are further away, on the side that they leave free."""
    gaps = [point.value - benchmark.value for point in (points[0], points[-1])] if points else [0.0, 0.0]
    at_left = abs(gaps[0]) >= abs(gaps[1]) / 2  # the last point's value is written beside it
    y = _down(axis, benchmark.value)
    return Markup(
        '<line class="chart-benchmark" x1="0" x2="100%" y1="{0:g}" y2="{0:g}"/>'
        '<text class="chart-axis" x="{1}" y="{2:g}" text-anchor="{3}">{4}: {5}{6}</text>'
    ).format(
        y,
        "12%" if at_left else "100%",
        y + (17 if gaps[0 if at_left else 1] > 0 else -7),
        "start" if at_left else "end",
        benchmark.label,
        number(benchmark.value),
        unit,
    )


def _band_and_line(points: Sequence[Estimate], places: Sequence[tuple[float, float]], axis: Axis) -> Markup:
    """What stretches with the page: an inner picture 100 units wide, whose lines keep their width."""
    upper, lower, drawn = [], [], NOTHING
    for (x, _), point in zip(places, points, strict=True):
        if point.low is not None and point.high is not None:
            upper.append(f"{x:.2f},{_down(axis, point.high)}")
            lower.append(f"{x:.2f},{_down(axis, point.low)}")
    if len(upper) > 1:
        drawn += Markup('<polygon class="chart-band" points="{}"/>').format(" ".join(upper + lower[::-1]))
    path = " ".join(f"{x:.2f},{y}" for x, y in places)
    drawn += Markup('<polyline class="chart-line" vector-effect="non-scaling-stroke" points="{}"/>').format(path)
    return Markup(
        '<svg x="0" y="0" width="100%" height="{0}" viewBox="0 0 100 {0}" preserveAspectRatio="none">{1}</svg>'
    ).format(_ABOVE + _PLOT, drawn)


def _dot(x: float, y: float, radius: int, spoken: str) -> Markup:
    dot = Markup('<circle class="mark-accent chart-dot" cx="{}" cy="{:g}" r="{}"><title>{}</title></circle>')
    return dot.format(percent(x), y, radius, spoken)


def _dot_and_whisker(item: Estimate, y: float, axis: Axis, unit: str) -> Markup:
    spoken, drawn = f"{item.label}: {item.words(unit)}", NOTHING
    if item.low is not None and item.high is not None:
        left, right = (2 + 96 * axis.part(value) for value in (item.low, item.high))
        whisker = Markup('<line class="chart-whisker" x1="{}" x2="{}" y1="{y}" y2="{y}"><title>{}</title></line>')
        drawn += whisker.format(percent(left), percent(right), spoken, y=y)
    return drawn + _dot(2 + 96 * axis.part(item.value), y, 6, spoken)


def _time_labels(points: Sequence[Estimate], places: Sequence[tuple[float, float]]) -> Markup:
    """The first and the last label; the middle one too where there is one with room around it."""
    last = len(points) - 1
    shown = {0, last} | ({last // 2} if last > 2 and last % 2 == 0 else set())
    return NOTHING.join(axis_label(places[i][0], _ABOVE + _PLOT + 22, points[i].label) for i in sorted(shown))


def _rule(x: float, top: float, bottom: float, kind: str) -> Markup:
    return Markup('<line class="{0}" x1="{1}" x2="{1}" y1="{2:g}" y2="{3:g}"/>').format(kind, percent(x), top, bottom)


def _rows(items: Sequence[Estimate], unit: str) -> tuple[tuple[object, ...], ...]:
    def cell(value: float | None) -> str:
        return "not known" if value is None else number(value) + unit

    return tuple((item.label, cell(item.value), cell(item.low), cell(item.high)) for item in items)
