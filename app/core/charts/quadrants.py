"""Things by two values at once, and what to do about each corner."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.core.charts.axes import LEFT, WIDE, Axis, Frame
from app.core.charts.estimates import span_words
from app.core.charts.labels import Name, names
from app.core.charts.marks import NOTHING, Chart, dot, linked, nothing, percent, picture, rule
from app.core.charts.words import shorten

_CORNER_LENGTH = 20  # characters: two of them stand beside each other on the narrowest phone


@dataclass(frozen=True)
class Spot:
    """Something with two values, and the interval that each is known within."""

    label: str
    x: float
    y: float
    x_interval: tuple[float, float] | None = None
    y_interval: tuple[float, float] | None = None
    href: str = ""

    def words(self, x_unit: str, y_unit: str) -> tuple[str, str]:
        return span_words(self.x, self.x_interval, x_unit), span_words(self.y, self.y_interval, y_unit)


def quadrants(
    title: str,
    description: str,
    points: Sequence[Spot],
    *,
    x_label: str,
    y_label: str,
    x_split: float,
    y_split: float,
    corner_words: tuple[str, str, str, str],
    x_unit: str = "",
    y_unit: str = "",
    head: str = "",
) -> Chart:
    """Two values of each thing, such as how well it is done and how much that matters.

    `corner_words` are for top left, top right, bottom left and bottom right; what lies on a split belongs to the upper
    or right side of it. Numbers are shown with one decimal: give percents rather than shares of one.
    """
    frame = Frame(
        Axis.around([x_split, *(x for point in points for x in (point.x, *(point.x_interval or ())))]),
        Axis.around([y_split, *(y for point in points for y in (point.y, *(point.y_interval or ())))]),
        height=300,
        above=48,
        strip=24,
    )
    drawn = [frame.levels(y_unit), frame.columns(x_label, x_unit)]
    drawn.append(Markup('<text class="chart-axis" x="0" y="14">{}</text>').format(y_label))
    drawn += [_splits(frame, x_split, y_split), _corners(frame, corner_words)]
    rows = []
    for point in points:
        x_words, y_words = point.words(x_unit, y_unit)
        corner = corner_words[(0 if point.y >= y_split else 2) + (1 if point.x >= x_split else 0)]
        spoken = f"{point.label}: {x_label} {x_words}, {y_label} {y_words}; {corner}"
        drawn.append(_whiskers(frame, point, spoken) + dot(frame.across(point.x), frame.down(point.y), 6, spoken))
        rows.append((linked(point.label, point.href), x_words, y_words, corner))
    wanted = [
        Name(point.label, frame.across(point.x), frame.down(point.y), above=index % 2 == 0)
        for index, point in enumerate(points)
    ]
    drawn.append(names(wanted, frame.above, frame.bottom) if points else nothing(frame.bottom))
    svg = picture(title, description, frame.bottom + frame.strip + 48, drawn)
    return Chart(title, description, svg, (head or "What", x_label, y_label, "Corner"), tuple(rows))


def _splits(frame: Frame, x_split: float, y_split: float) -> Markup:
    level = Markup('<line class="chart-benchmark" x1="{}" x2="{}" y1="{y:g}" y2="{y:g}"/>')
    top, bottom = frame.above - frame.strip, frame.bottom + frame.strip
    return rule(frame.across(x_split), top, bottom, "chart-benchmark") + level.format(
        percent(LEFT), percent(LEFT + WIDE), y=frame.down(y_split)
    )


def _corners(frame: Frame, corner_words: Sequence[str]) -> Markup:
    """Words in the strips above and below the marks."""
    one = Markup('<text class="chart-axis" x="{}" y="{}" text-anchor="{}">{}</text>')
    return NOTHING.join(
        one.format(
            percent(LEFT + WIDE - 1 if index % 2 else LEFT + 2),
            frame.bottom + 16 if index > 1 else frame.above - 8,
            "end" if index % 2 else "start",
            shorten(words, room=_CORNER_LENGTH),
        )
        for index, words in enumerate(corner_words)
    )


def _whiskers(frame: Frame, point: Spot, spoken: str) -> Markup:
    whisker = Markup(
        '<line class="chart-whisker chart-thin" x1="{}" x2="{}" y1="{:g}" y2="{:g}"><title>{}</title></line>'
    )
    x, y, drawn = percent(frame.across(point.x)), frame.down(point.y), NOTHING
    if point.x_interval:
        left, right = (percent(frame.across(value)) for value in point.x_interval)
        drawn += whisker.format(left, right, y, y, spoken)
    if point.y_interval:
        low, high = (frame.down(value) for value in point.y_interval)
        drawn += whisker.format(x, x, low, high, spoken)
    return drawn
