"""When a session is due, and what that means: at, before and after each boundary."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.coaching.rules.cadence import (
    USUAL_WEEKS,
    DueState,
    came_on,
    day_to_propose,
    due_on,
    due_state,
    unacknowledged,
    weeks_for,
)
from app.coaching.rules.coverage import asked, asked_by_role, last_days

TODAY = date(2026, 6, 10)  # a Wednesday
HELD = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)


def days(count):
    return TODAY + timedelta(days=count)


@pytest.mark.parametrize(
    ("job_role", "cadences", "weeks"),
    [
        ("Agent", {"Agent": 2, "": 6}, 2),
        ("Clerk", {"Agent": 2, "": 6}, 6),
        ("", {"Agent": 2, "": 6}, 6),
        ("Clerk", {"Agent": 2}, USUAL_WEEKS),
        ("Agent", {}, USUAL_WEEKS),
    ],
)
def test_the_job_roles_own_cadence_comes_before_everyones(job_role, cadences, weeks):
    assert weeks_for(job_role, cadences) == weeks


@pytest.mark.parametrize(
    ("hired", "added", "came"),
    [
        (None, TODAY, TODAY),
        (date(2011, 1, 1), TODAY, TODAY),  # imported today after fifteen years: not overdue for fifteen years
        (days(20), TODAY, days(20)),
    ],
)
def test_someone_is_new_from_the_day_they_came_and_are_known(hired, added, came):
    assert came_on(hired, added) == came


def test_a_session_is_due_a_cadence_after_the_last_one_or_after_coming():
    assert due_on(date(2026, 6, 1), date(2020, 1, 1), 4) == date(2026, 6, 29)
    assert due_on(None, date(2026, 6, 8), 2) == date(2026, 6, 22)


@pytest.mark.parametrize(
    ("due", "planned", "state"),
    [
        (days(-1), None, DueState.OVERDUE),
        (days(0), None, DueState.SOON),
        (days(7), None, DueState.SOON),
        (days(8), None, DueState.FINE),
        (days(-30), days(0), DueState.PLANNED),
        (days(30), days(40), DueState.PLANNED),
        (days(-1), days(-1), DueState.OVERDUE),  # its day went by
        (days(8), days(-1), DueState.FINE),
    ],
)
def test_the_state_between_two_sessions(due, planned, state):
    assert due_state(due, planned, TODAY) is state


@pytest.mark.parametrize(
    ("held", "answered", "now", "expected"),
    [
        (HELD, None, HELD + timedelta(days=7), True),
        (HELD, None, HELD + timedelta(days=7, seconds=-1), False),
        (HELD, HELD + timedelta(days=20), HELD + timedelta(days=30), False),
        (None, None, HELD + timedelta(days=30), False),
    ],
)
def test_a_record_is_unacknowledged_after_seven_days(held, answered, now, expected):
    assert unacknowledged(held, answered, now) is expected


@pytest.mark.parametrize(
    ("due", "today", "proposed"),
    [
        (days(2), TODAY, days(2)),  # Friday
        (days(3), TODAY, days(2)),  # Saturday: the Friday before
        (days(4), TODAY, days(2)),
        (days(5), TODAY, days(5)),
        (days(-9), TODAY, days(1)),  # long overdue: tomorrow
        (TODAY, TODAY, days(1)),
        (days(3), days(2), days(5)),  # on Friday, due on Saturday: Monday
        (days(2), days(4), days(5)),  # on Sunday
    ],
)
def test_a_working_day_is_proposed_but_none_before_tomorrow(due, today, proposed):
    assert day_to_propose(due, today) == proposed


@pytest.mark.parametrize(
    ("length", "weeks", "talks", "back"),
    [(90, 4, 3, 84), (30, 4, 1, 28), (30, 12, 1, 84), (365, 1, 52, 364), (90, 13, 1, 91)],
)
def test_what_a_cadence_asks_for_in_a_period(length, weeks, talks, back):
    period = last_days(length, TODAY, ZoneInfo("UTC"))
    found = asked(weeks, period)
    assert (found.talks, period.end - found.since) == (talks, timedelta(days=back))


def test_the_period_ends_with_today_in_the_zone():
    period = last_days(30, TODAY, ZoneInfo("Asia/Tokyo"))
    assert (period.first, period.last) == (date(2026, 5, 12), TODAY)
    assert period.end == datetime(2026, 6, 10, 15, tzinfo=UTC)
    roles, others = asked_by_role({"Agent": 2}, period)
    assert (roles["Agent"].weeks, others.weeks) == (2, USUAL_WEEKS)
