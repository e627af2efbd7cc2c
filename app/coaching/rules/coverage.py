"""How far coaching reaches in a period."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.coaching.rules.cadence import USUAL_WEEKS

LENGTHS = (30, 90, 365)  # days that can be looked at
USUAL_LENGTH = 90
SHOWN_FROM = 5  # ratings; fewer would tell who gave which
NEWEST_RATINGS = 20  # that a mean is of, so that it tells of today


@dataclass(frozen=True)
class Period:
    """The last so many days up to today, in one zone. `end` is the first moment after it."""

    days: int
    first: date
    last: date
    start: datetime
    end: datetime


def last_days(days: int, today: date, zone: ZoneInfo) -> Period:
    first = today - timedelta(days=days - 1)
    after = today + timedelta(days=1)
    return Period(days, first, today, datetime.combine(first, time(), zone), datetime.combine(after, time(), zone))


@dataclass(frozen=True)
class Asked:
    """What a cadence asks for in a period: so many talks, in that many whole cadences before its end."""

    weeks: int
    talks: int
    since: datetime


def asked(weeks: int, period: Period) -> Asked:
    """A period shorter than the cadence asks for one talk, within the cadence."""
    talks = max(1, period.days // (7 * weeks))
    return Asked(weeks, talks, period.end - timedelta(weeks=talks * weeks))


def asked_by_role(cadences: Mapping[str, int], period: Period) -> tuple[dict[str, Asked], Asked]:
    """By job role, and of everyone else."""
    roles = {role: asked(weeks, period) for role, weeks in cadences.items() if role}
    return roles, asked(cadences.get("", USUAL_WEEKS), period)


@dataclass(frozen=True)
class Figures:
    """How far the coaching of one supervisor reaches, or that of many together. It names none of those coached."""

    people: int = 0  # who report to them
    due: int = 0  # of these, those who have been here for a whole cadence
    covered: int = 0  # of these, those with as many talks as their cadence asks for
    planned: int = 0  # talks of the period that were not cancelled
    held: int = 0
    attested: int = 0
    unanswered: int = 0  # held, and without an answer for a week
    ratings: int = 0  # that the mean is of
    mean: float | None = None  # missing while there are too few
