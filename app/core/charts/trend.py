"""A value over time: its line, the band it is known within, and what chance alone would explain."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from app.core.charts.axes import WIDE, Axis, Frame
from app.core.charts.estimates import UNKNOWN, Benchmark, Estimate, Table, cell, runs, table_of, values_of, with_column
from app.core.charts.limits import LIMIT_SAMPLES, Limits, limit_lines, values_of_limits
from app.core.charts.marks import (
    DIAMOND,
    KEY_ROW,
    NOTHING,
    TRIANGLES,
    Chart,
    Sample,
    axis_label,
    dot,
    key,
    level,
    nothing,
    percent,
    picture,
    shape,
    shape_sample,
)
from app.core.charts.words import shorten

OUTSIDE = "beyond what chance explains"
BAND = "what the true value may well be"
CHANGED = {"up": "a real change: up against the one before", "down": "a real change: down against the one before"}
CHANGED_SHORT = {"up": "a real rise", "down": "a real fall"}
_CROWDED = 26  # points; with more of them, only those with something to say get a dot
_LABEL_LENGTH = 18  # characters: two of these labels fit on the narrowest phone
_NARROW, _WIDE = 260, 510  # pixels from the first to the last point on a phone and on a page
_OVER_A_POINT = 5  # characters of a value that fit between the last point and the picture's end
_LETTER = 7  # pixels, rather more than less

Way = Literal["", "up", "down"]
Place = tuple[float, float]  # percent from the left, pixels from the top


@dataclass(frozen=True)
class Point(Estimate):
    """A value at a time; None is a gap in the line.

    `n` counts what it rests on, `limits` are where chance alone would keep it, `outside` says that it lies beyond them,
    and `changed` that it differs from the one before by more than chance explains.
    """

    n: int | None = None
    limits: Limits | None = None
    outside: bool = False
    changed: Way = ""

    @property
    def verdict(self) -> str:
        """What its marks say, in words."""
        return "; ".join(([OUTSIDE] if self.outside else []) + ([CHANGED[self.changed]] if self.changed else []))

    def spoken(self, unit: str) -> str:
        counted = "" if self.n is None else f", responses: {self.n:,}"
        return f"{self.label}: {self.words(unit)}{counted}" + (f"; {self.verdict}" if self.verdict else "")


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
    """A trend of values about which no more is known than their interval."""
    plain = [Point(point.label, point.value, point.low, point.high, point.text, point.href) for point in points]
    return trend(title, description, plain, unit=unit, span=span, benchmark=benchmark, head=head)


def trend(
    title: str,
    description: str,
    points: Sequence[Point],
    *,
    unit: str = "",
    span: tuple[float, float] | None = None,
    benchmark: Benchmark | None = None,
    head: str = "",
) -> Chart:
    """A value over time, each point as far from the next, with the band it is known within.

    `span` is the least that the axis shows, such as (-100, 100). The table counts responses where some point has `n`,
    and tells marks where some point has one.
    """
    limits = [point.limits for point in points if point.limits]
    axis = Axis.around([*values_of(points, benchmark), *values_of_limits(limits)], span)
    frame = Frame(Axis.counting(len(points)), axis)
    places = {
        i: (frame.across(i), frame.down(point.value)) for i, point in enumerate(points) if point.value is not None
    }
    drawn = [frame.levels(unit) if places or span or benchmark else NOTHING, frame.stretched(_lines(frame, points))]
    last = max(places, default=None)
    if benchmark:
        taken = [(places[last][0], _above(points[last], places[last][1]) - 5)] if last is not None else []
        drawn.append(_level(frame, benchmark, [*places.values(), *taken], benchmark.words(unit)))
    for run in runs([point.interval is not None for point in points]):
        if len(run) == 1 and (interval := points[run.start].interval):
            drawn.append(_lone_interval(frame, frame.across(run.start), interval))
    if len(points) > _CROWDED:
        drawn += [_column(frame, x, points[i].spoken(unit)) for i, (x, _) in places.items()]
    for i, place in places.items():
        seen = len(points) <= _CROWDED or i == last or not {i - 1, i + 1} & places.keys()
        drawn.append(_marks(frame, place, points[i], points[i].spoken(unit), seen=seen))
    drawn.append(nothing(frame.bottom) if last is None else _last_value(places[last], points[last], unit))
    drawn.append(_time_labels(frame, points))
    samples = _samples(points)
    drawn.append(key(frame.bottom + 34, samples))
    svg = picture(title, description, frame.bottom + 34 + KEY_ROW * len(samples), drawn)
    return Chart(title, description, svg, *_table(points, unit, head))


def _lines(frame: Frame, points: Sequence[Point]) -> Iterable[Markup]:
    """The band, the limits and the line, each with its gaps."""
    for run in runs([point.interval is not None for point in points]):
        bounds = [(index, *interval) for index in run if (interval := points[index].interval)]
        if len(bounds) > 1:
            yield frame.area([(i, high) for i, _, high in bounds], [(i, low) for i, low, _ in bounds], "chart-band")
    for run in runs([point.limits is not None for point in points]):
        yield limit_lines(frame, _steps(frame, [(i, limits) for i in run if (limits := points[i].limits)]))
    for run in runs([point.value is not None for point in points]):
        yield frame.path([(i, value) for i in run if (value := points[i].value) is not None], "chart-line")


def _steps(frame: Frame, limits: Iterable[tuple[int, Limits]]) -> list[tuple[float, Limits]]:
    """Limits hold for a point as a whole: half a step to either side of it, within the picture."""
    return [
        place for i, one in limits for place in ((max(i - 0.5, frame.x.low), one), (min(i + 0.5, frame.x.high), one))
    ]


def _level(frame: Frame, benchmark: Benchmark, places: Sequence[Place], words: str) -> Markup:
    """A named line. Its name stands above or below it at the end where the data leave most room."""
    y = frame.down(benchmark.value)

    def room(choice: tuple[str, int]) -> float:
        end, middle = choice[0], y + choice[1] - 5
        return min((abs(middle - down) for x, down in places if (x < 45) == (end == "start")), default=frame.height)

    end, below = max((("start", -7), ("start", 17), ("end", -7), ("end", 17)), key=room)
    name = Markup('<text class="chart-axis" x="{}" y="{:g}" text-anchor="{}">{}</text>')
    return level(y) + name.format("12%" if end == "start" else "100%", y + below, end, words)


def _column(frame: Frame, x: float, spoken: str) -> Markup:
    """Says a point's value wherever one points above or below it: crowded points are too small to hit."""
    width = WIDE / (frame.x.high - frame.x.low)
    return Markup(
        '<rect x="{}" y="0" width="{}" height="{}" fill="none" pointer-events="all"><title>{}</title></rect>'
    ).format(percent(x - width / 2), percent(width), frame.bottom, spoken)


def _lone_interval(frame: Frame, x: float, interval: tuple[float, float]) -> Markup:
    """The band of a point between two gaps, which has no width of its own."""
    low, high = (frame.down(value) for value in interval)
    band = Markup('<svg x="{}"><rect class="chart-band" x="-6" y="{:g}" width="12" height="{:g}"/></svg>')
    return band.format(percent(x), high, round(low - high, 1))


def _marks(frame: Frame, place: Place, point: Point, spoken: str, *, seen: bool) -> Markup:
    """A point's dot, or its diamond where it lies beyond the limits; a triangle where it changed."""
    (x, y), drawn = place, NOTHING
    if point.outside:
        drawn = shape(DIAMOND, x, y, spoken)
    elif seen or point.changed:
        drawn = dot(x, y, 4, spoken)
    if point.changed:
        apart = _apart(point)
        below = point.changed == "down" and y + apart + 8 <= frame.bottom
        drawn += shape(TRIANGLES[point.changed], x, y + apart if below else y - apart, spoken)
    return drawn


def _apart(point: Point) -> int:
    """Pixels from a point to what stands above or below it."""
    return 18 if point.outside else 14


def _above(point: Point, y: float) -> float:
    """Where words stand above a point and its marks."""
    return y - 10 - (4 if point.outside else 0) - (_apart(point) if point.changed else 0)


def _last_value(place: Place, point: Point, unit: str) -> Markup:
    """The newest value there is, over its point; a long one ends where the picture does."""
    text = cell(point.value, unit)
    x, anchor = (place[0], "middle") if len(text) <= _OVER_A_POINT else (100, "end")
    words = Markup('<text class="chart-value" x="{}" y="{:g}" text-anchor="{}">{}</text>')
    return words.format(percent(x), _above(point, place[1]), anchor, text)


def _time_labels(frame: Frame, points: Sequence[Point]) -> Markup:
    """As many labels as have room, with the first and the last among them: more of them on a wide page."""
    longest = max((len(point.label) for point in points), default=0)
    narrow, wide = (_shown(len(points), longest, width) for width in (_NARROW, _WIDE))
    labels = ((i, "" if i in narrow else "chart-wide") for i in sorted(narrow | wide))
    return NOTHING.join(
        axis_label(frame.across(i), frame.bottom + 22, shorten(points[i].label, room=_LABEL_LENGTH), kind)
        for i, kind in labels
    )


def _shown(count: int, longest: int, width: int) -> set[int]:
    """Which of the points are labelled on so many pixels: all, five, three, or the ends."""
    last = count - 1
    for labels in (count, 5, 3):
        # the first label starts at its point and the next one is centred on its own
        if 1 < labels <= count and width * (last // (labels - 1)) / last >= 1.5 * longest * _LETTER + 8:
            return {round(last * index / (labels - 1)) for index in range(labels)}
    return {0, last} if count else set()


def _samples(points: Sequence[Point]) -> list[Sample]:
    """The key: only what occurs."""
    samples = []
    if any(point.interval for point in points):
        samples.append(Sample(Markup('<rect class="chart-band" y="-6" width="20" height="12"/>'), BAND))
    if any(point.limits for point in points):
        samples += LIMIT_SAMPLES
    if any(point.outside for point in points):
        samples.append(shape_sample(DIAMOND, OUTSIDE))
    for way, words in CHANGED_SHORT.items():
        if any(point.changed == way for point in points):
            samples.append(shape_sample(TRIANGLES[way], words))
    return samples


def _table(points: Sequence[Point], unit: str, head: str) -> Table:
    table = table_of(points, unit, head or "When")
    if any(point.n is not None for point in points):
        counts = [UNKNOWN if point.n is None else f"{point.n:,}" for point in points]
        table = with_column(table, "Responses", counts)
    if any(point.verdict for point in points):
        table = with_column(table, "Mark", [point.verdict or "none" for point in points])
    return table
