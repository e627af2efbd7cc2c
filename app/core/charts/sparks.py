"""A trend so small that it fits into the row of a table."""

from collections.abc import Sequence

from markupsafe import Markup

from app.core.charts.axes import Axis
from app.core.charts.estimates import UNKNOWN, runs
from app.core.charts.marks import NOTHING
from app.core.charts.words import number

_WIDTH, _HEIGHT, _EDGE = 160, 36, 5  # pixels; the edge leaves room for the last dot
_NOTHING_KNOWN = Markup('<text class="chart-axis" x="0" y="{}">{}</text>').format(_HEIGHT - 13, UNKNOWN)


def spark(
    points: Sequence[float | None], *, label: str, over: str = "", unit: str = "", benchmark: float | None = None
) -> Markup:
    """A line of 160 by 36 pixels, named in words: `label`, from where to where, and `over` how long ("8 weeks").

    None is a gap. The numbers belong beside it: it has no axis and no table.
    """
    known = [(index, value) for index, value in enumerate(points) if value is not None]
    values = [value for _, value in known]
    shown = [*values, *([benchmark] if benchmark is not None else [])]
    low, high = min(shown, default=0.0), max(shown, default=0.0)
    x_axis, y_axis = Axis.counting(len(points)), Axis(low, high, 1) if high > low else Axis(low - 1, low + 1, 1)

    def place(index: int, value: float) -> tuple[float, float]:
        across, up = x_axis.part(index), y_axis.part(value)
        return round(_EDGE + (_WIDTH - 2 * _EDGE) * across, 1), round(_HEIGHT - _EDGE - (_HEIGHT - 2 * _EDGE) * up, 1)

    drawn = NOTHING
    if benchmark is not None:
        level = Markup('<line class="chart-benchmark" x1="0" x2="{}" y1="{y:g}" y2="{y:g}"/>')
        drawn += level.format(_WIDTH, y=place(0, benchmark)[1])
    for run in runs([value is not None for value in points]):
        path = [place(i, value) for i in run if (value := points[i]) is not None]
        drawn += Markup('<polyline class="chart-line" points="{}"/>').format(" ".join(f"{x:g},{y:g}" for x, y in path))
        if len(run) == 1:
            drawn += _dot(*path[0], 2)
    drawn += _dot(*place(*known[-1]), 4) if known else _NOTHING_KNOWN
    return Markup(
        '<svg class="chart-spark" role="img" width="{0}" height="{1}" viewBox="0 0 {0} {1}" focusable="false">'
        "<title>{2}</title>{3}</svg>"
    ).format(_WIDTH, _HEIGHT, _said(values, label, over, unit), drawn)


def _dot(x: float, y: float, radius: int) -> Markup:
    return Markup('<circle class="mark-accent" cx="{:g}" cy="{:g}" r="{}"/>').format(x, y, radius)


def _said(values: Sequence[float], label: str, over: str, unit: str) -> str:
    if not values:
        return f"{label}: {UNKNOWN}"
    first, last = number(values[0]) + unit, number(values[-1]) + unit
    way = f"steady at {first}" if len(set(values)) == 1 else f"from {first} to {last}"
    return f"{label}: {way} over {over}" if over else f"{label}: {way}"
