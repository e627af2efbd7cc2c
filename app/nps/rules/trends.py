"""How a score moves from period to period, and which of the moves are more than chance."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from app.core.intervals import false_discovery
from app.nps.rules.cells import Counts, adding_up
from app.nps.rules.groups import FunnelLimits, funnel_limits
from app.nps.rules.scores import Comparison, Score, compare, score_of


class Measured(NamedTuple):
    """The responses of one period of a series."""

    label: str
    start: date
    counts: Counts


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One period, or the window that ends with it, in a series."""

    label: str
    start: date
    counts: Counts
    score: Score | None  # None without responses, and where a window would begin before the series
    limits: FunnelLimits | None  # for this n around the whole series' score; not clipped
    outside: bool = False  # beyond the 99.8% limits
    changed: bool = False  # a real change against `before`
    before: Comparison | None = None  # this score against the last one before it that shares no responses with it


def trend(
    periods: Sequence[tuple[str, date, Counts]], rolling: int | None = None, confidence: float = 0.95
) -> list[TrendPoint]:
    """A point for each period (label, first day, counts), oldest first.

    With `rolling` each point sums the so many periods that end with it, and the first `rolling` - 1 have no score.
    Limits: `funnel_limits` of the point's n around the score of the whole series. A change is judged by `compare`
    against the latest earlier point with responses that shares none with this one (rolling windows overlap, so for them
    that is the window that ended before this one began); Benjamini-Hochberg at 1 - confidence over all these steps of
    the series. Overlapping windows all see the same change, so of those less than a window apart only the clearest is
    marked. ValueError for rolling < 1.
    """
    width = 1 if rolling is None else rolling
    if width < 1:
        raise ValueError("a window has at least one period")
    windows = [
        adding_up(counts for _, _, counts in periods[i - width + 1 : i + 1]) if i >= width - 1 else Counts()
        for i in range(len(periods))
    ]
    whole = adding_up(counts for _, _, counts in periods)
    points = [
        _point(label, start, counts, whole, confidence)
        for (label, start, _), counts in zip(periods, windows, strict=True)
    ]
    steps = _steps(points, width, confidence)
    marked = _clearest(steps, width, 1 - confidence)
    return [replace(point, before=steps.get(i), changed=i in marked) for i, point in enumerate(points)]


def _point(label: str, start: date, counts: Counts, whole: Counts, confidence: float) -> TrendPoint:
    found = score_of(counts, confidence)
    if found is None:
        return TrendPoint(label, start, counts, None, None)
    limits = funnel_limits(whole.share("promoter"), whole.share("detractor"), found.n)
    return TrendPoint(label, start, counts, found, limits, outside=limits.outside(found.nps))


def _steps(points: Sequence[TrendPoint], width: int, confidence: float) -> dict[int, Comparison]:
    steps = {}
    for i, point in enumerate(points):
        earlier = next((before.score for before in reversed(points[: max(0, i - width + 1)]) if before.score), None)
        if point.score and earlier:
            steps[i] = compare(point.score, earlier, confidence)
    return steps


def _clearest(steps: dict[int, Comparison], width: int, level: float) -> set[int]:
    found = false_discovery([step.p for step in steps.values()], level)
    real = [i for (i, step), is_real in zip(steps.items(), found, strict=True) if is_real and step.significant]
    marked: set[int] = set()
    for i in sorted(real, key=lambda i: (steps[i].p, i)):
        if all(abs(i - other) >= width for other in marked):
            marked.add(i)
    return marked
