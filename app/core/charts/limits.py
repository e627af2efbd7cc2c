"""Where chance alone would keep a value: the limits of a trend and of a funnel."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

from markupsafe import Markup

from app.core.charts.axes import Frame
from app.core.charts.marks import line_sample

INNER, OUTER = "chart-limit", "chart-limit-far"
LIMIT_SAMPLES = (
    line_sample(INNER, "chance stays inside 95% of the time"),
    line_sample(OUTER, "the same, 99.8% of the time"),
)


@dataclass(frozen=True)
class Limits:
    """Where chance alone keeps a value 95% and 99.8% of the time."""

    low95: float
    high95: float
    low998: float
    high998: float


def values_of_limits(limits: Iterable[Limits]) -> list[float]:
    """Everything that an axis has to hold."""
    return [value for one in limits for value in astuple(one)]


def limit_lines(frame: Frame, places: Sequence[tuple[float, Limits]]) -> Markup:
    """The four lines through limits at x, from left to right; they belong inside `stretched`."""
    return (
        frame.path([(x, limits.low95) for x, limits in places], INNER)
        + frame.path([(x, limits.high95) for x, limits in places], INNER)
        + frame.path([(x, limits.low998) for x, limits in places], OUTER)
        + frame.path([(x, limits.high998) for x, limits in places], OUTER)
    )
