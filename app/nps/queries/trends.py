"""A subject's score over time, in steps of a week or a month, or over the 90 days that end with each step."""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from app.nps.queries import counts
from app.nps.queries.subjects import Kind, Subject
from app.nps.rules import ENOUGH, Counts, Period, TrendPoint, adding_up, month_of, trend, week_of

LARGE_TREE = 300  # people; beyond it their days are too many to add up for a page, and their months are not
_DAY = timedelta(days=1)
_WINDOW = 9  # stretches of ten days: 90 days


class Step(enum.StrEnum):
    """How a trend moves on. The value is its name in an address."""

    WEEKS = "weeks"
    MONTHS = "months"
    ROLLING = "rolling"


@dataclass(frozen=True)
class Trend:
    """Points from old to new. `last` is the last day known to have responses; with a large tree only months are."""

    step: Step
    points: list[TrendPoint]
    last: date
    large_tree: bool = False

    @property
    def steps(self) -> tuple[Step, ...]:
        return (Step.MONTHS,) if self.large_tree else tuple(Step)


@dataclass(frozen=True)
class _Way:
    """How many steps are shown at least and at most, and the stretches of days that so many of them are."""

    least: int
    most: int
    days: int
    start: Callable[[date], date]
    parts: Callable[[Period], list[Period]]


def _tens(period: Period) -> list[Period]:
    starts = range(0, period.days, 10)
    return [Period(period.first + i * _DAY, min(period.first + (i + 9) * _DAY, period.last)) for i in starts]


_WAYS = {
    Step.WEEKS: _Way(26, 105, 7, lambda day: week_of(day).first, Period.weeks),
    Step.MONTHS: _Way(24, 120, 30, lambda day: month_of(day).first, Period.months),
    Step.ROLLING: _Way(45, 81, 10, lambda day: day, _tens),
}


def usual_step(n: int, days: int) -> Step:
    """The finest step in which a score can usually be judged, given so many responses in so many days."""
    for step in (Step.WEEKS, Step.MONTHS):
        if n * _WAYS[step].days >= ENOUGH * days:
            return step
    return Step.ROLLING


def trend_of(subject: Subject, period: Period, today: date, step: Step) -> Trend:
    """The score over the time that leads to the period's end, or to today. At most two statements."""
    last = min(period.last, today) if period.first <= today else period.last
    large = subject.kind is Kind.PEOPLE and counts.number_below(subject.id) > LARGE_TREE
    chosen = Step.MONTHS if large else step
    span = _span(chosen, period.first, last)
    found = counts.by_month(subject, span) if large else counts.by_day(subject, span)
    parts = _WAYS[chosen].parts(span)
    cells = [adding_up(found.get(day, Counts()) for day in _days(part)) for part in parts]
    day = last if large else max((day for day, cell in found.items() if cell.n), default=last)
    if not _told(parts[-1], cells[-1], chosen):
        parts, cells = parts[:-1], cells[:-1]
    measured = [(_name(chosen, part), part.first, cell) for part, cell in zip(parts, cells, strict=True)]
    begun = next((i for i, cell in enumerate(cells) if cell.n), len(cells))
    if chosen is Step.ROLLING:
        return Trend(chosen, trend(measured, rolling=_WINDOW)[max(begun, _WINDOW - 1) :], day)
    return Trend(chosen, trend(measured[begun:]), day, large)


def _told(part: Period, cell: Counts, step: Step) -> bool:
    """Whether the newest step may stand beside the others: it is whole, or has responses enough already."""
    whole = week_of(part.first) if step is Step.WEEKS else month_of(part.first)
    return step is Step.ROLLING or part.last == whole.last or cell.n >= ENOUGH


def _span(step: Step, first: date, last: date) -> Period:
    """From the period's beginning, but neither too short to show a trend nor too long to draw."""
    way = _WAYS[step]
    wanted = (last - first).days // way.days + 1
    shown = min(max(way.least, wanted), way.most)
    if step is Step.ROLLING:
        return Period(last - (10 * shown - 1) * _DAY, last)
    return Period(way.start(last - (shown - 1) * way.days * _DAY), last)


def _days(part: Period) -> list[date]:
    return [part.first + i * _DAY for i in range(part.days)]


def _name(step: Step, part: Period) -> str:
    """A label short enough for an axis: "Mar 2026", "9 Mar 2026"."""
    if step is Step.MONTHS:
        return f"{part.first:%b %Y}"
    day = part.last if step is Step.ROLLING else part.first
    return f"{day.day} {day:%b %Y}"
