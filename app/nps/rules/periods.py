"""Stretches of days that people name: quarters, months, weeks, years, the last so many days, and any two dates."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)  # what is read from an address; beyond it nobody means it
LONGEST = 36_525  # days, a hundred years
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both inclusive. `kind` says how they were named and how they move."""

    first: date
    last: date
    kind: str = "days"  # year, quarter, month, week, last-days, last-months, days

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def key(self) -> str:
        """The name for an address, which `named` reads."""
        return _KEYS[self.kind](self)

    @property
    def label(self) -> str:
        """In words: "July to September 2026", "the last 90 days", "5 January to 10 February 2026"."""
        return _LABELS[self.kind](self)

    @property
    def dates(self) -> str:
        """The days themselves in words, whatever the kind: "1 July to 30 September 2026"."""
        return _dates(self)

    def previous(self) -> "Period":
        """The period of the same kind just before; of a running one or of two dates, as many days before it.

        What comes before "the last 12 months" is the 12 months before them.
        """
        if self.kind in _AROUND:
            return _AROUND[self.kind](self.first - _DAY)
        if self.kind == "last-months":
            return Period(_add_months(self.last, -2 * _months_back(self)) + _DAY, self.first - _DAY)
        return Period(self.first - timedelta(days=self.days), self.first - _DAY)

    def year_before(self) -> "Period":
        """The same period a year earlier; of a week the one 52 weeks earlier, which has the same weekdays."""
        if self.kind == "week":
            return week_of(self.first - timedelta(weeks=52))
        if self.kind in _AROUND:
            return _AROUND[self.kind](_add_months(self.first, -12))
        return Period(_add_months(self.first, -12), _add_months(self.last, -12))

    def weeks(self) -> list["Period"]:
        """Weeks (from Monday) of the period in order. They cover it exactly: the first and last are cut to it."""
        return self._parts(week_of)

    def months(self) -> list["Period"]:
        """Months of the period in order. They cover it exactly: the first and last are cut to it."""
        return self._parts(month_of)

    def _parts(self, around: Callable[[date], "Period"]) -> list["Period"]:
        parts, day = [], self.first
        while day <= self.last:
            whole = around(day)
            if whole.first in self and whole.last in self:
                parts.append(whole)
            else:  # a week or month that is cut is only a stretch of days, and is called so
                parts.append(Period(max(whole.first, self.first), min(whole.last, self.last)))
            day = whole.last + _DAY
        return parts


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _months_back(period: Period) -> int:
    start = period.first - _DAY
    return (period.last.year - start.year) * 12 + period.last.month - start.month


def week_of(day: date) -> Period:
    """The week from Monday to Sunday that holds a day."""
    monday = day - timedelta(days=day.weekday())
    return Period(monday, monday + timedelta(days=6), "week")


def month_of(day: date) -> Period:
    """The calendar month that holds a day."""
    first = day.replace(day=1)
    return Period(first, _add_months(first, 1) - _DAY, "month")


def quarter_of(day: date) -> Period:
    """The calendar quarter that holds a day."""
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return Period(first, _add_months(first, 3) - _DAY, "quarter")


def year_of(day: date) -> Period:
    """The calendar year that holds a day."""
    return Period(date(day.year, 1, 1), date(day.year, 12, 31), "year")


def last_days(n: int, today: date) -> Period:
    """The n days that end today; ValueError for n < 1."""
    if n < 1:
        raise ValueError("a period has at least one day")
    return Period(today - timedelta(days=n - 1), today, "last-days")


def last_months(n: int, today: date) -> Period:
    """The n months that end today, from the day after the same day n months ago; ValueError for n < 1."""
    if n < 1:
        raise ValueError("a period has at least one month")
    return Period(_add_months(today, -n) + _DAY, today, "last-months")


def named(text: str, today: date) -> Period | None:
    """The period that a text names, None when it is unreadable or absurd (before 1900, after 2999, over 100 years).

    "2026", "2026-Q3", "2026-09", "2026-W05" (ISO week), "last-90-days", "last-12-months", "2026-01-05..2026-02-10".
    """
    try:
        period = _read(text, today)
    except (ValueError, OverflowError):  # no such day, or no such year
        return None
    if period is None or not EARLIEST <= period.first <= period.last <= LATEST:
        return None
    return period if period.days <= LONGEST else None


def _read(text: str, today: date) -> Period | None:
    running = _RUNNING.fullmatch(text)
    if running:
        return (last_days if running["unit"] == "days" else last_months)(int(running["n"]), today)
    span = _SPAN.fullmatch(text)
    if span:
        return Period(date.fromisoformat(span["first"]), date.fromisoformat(span["last"]))
    calendar_name = _CALENDAR.fullmatch(text)
    return _of_the_calendar(*calendar_name.groups()) if calendar_name else None


def _of_the_calendar(year: str, quarter: str | None, month: str | None, week: str | None) -> Period:
    if quarter:
        return quarter_of(date(int(year), 3 * int(quarter), 1))
    if month:
        return month_of(date(int(year), int(month), 1))
    if week:
        return week_of(date.fromisocalendar(int(year), int(week), 1))
    return year_of(date(int(year), 1, 1))


_CALENDAR = re.compile(r"([0-9]{4})(?:-(?:Q([1-4])|([0-9]{2})|W([0-9]{2})))?")
_RUNNING = re.compile(r"last-(?P<n>[1-9][0-9]{0,4})-(?P<unit>days|months)")
_SPAN = re.compile(r"(?P<first>[0-9]{4}-[0-9]{2}-[0-9]{2})\.\.(?P<last>[0-9]{4}-[0-9]{2}-[0-9]{2})")
_AROUND = {"week": week_of, "month": month_of, "quarter": quarter_of, "year": year_of}


def _week_key(period: Period) -> str:
    year, week, _ = period.first.isocalendar()
    return f"{year}-W{week:02}"


_KEYS: dict[str, Callable[[Period], str]] = {
    "year": lambda period: f"{period.first.year}",
    "quarter": lambda period: f"{period.first.year}-Q{(period.first.month + 2) // 3}",
    "month": lambda period: f"{period.first.year}-{period.first.month:02}",
    "week": _week_key,
    "last-days": lambda period: f"last-{period.days}-days",
    "last-months": lambda period: f"last-{_months_back(period)}-months",
    "days": lambda period: f"{period.first.isoformat()}..{period.last.isoformat()}",
}


def _day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def _dates(period: Period) -> str:
    first, last = period.first, period.last
    if first == last:
        return _day(first)
    if first.year != last.year:
        return f"{_day(first)} to {_day(last)}"
    if first.month != last.month:
        return f"{first.day} {first:%B} to {_day(last)}"
    return f"{first.day} to {_day(last)}"


def _last(n: int, unit: str) -> str:
    return f"the last {unit}" if n == 1 else f"the last {n} {unit}s"


_LABELS: dict[str, Callable[[Period], str]] = {
    "year": lambda period: f"{period.first.year}",
    "quarter": lambda period: f"{period.first:%B} to {period.last:%B} {period.first.year}",
    "month": lambda period: f"{period.first:%B} {period.first.year}",
    "week": lambda period: f"the week of {_day(period.first)}",
    "last-days": lambda period: _last(period.days, "day"),
    "last-months": lambda period: _last(_months_back(period), "month"),
    "days": _dates,
}
