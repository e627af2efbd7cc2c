from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.nps import rules
from app.nps.rules import Period

TODAY = date(2026, 8, 17)
unhurried = settings(deadline=None)  # a busy machine is no fault of a rule
DAYS = st.dates(date(1901, 1, 1), date(2998, 12, 31))


@pytest.mark.parametrize(
    ("key", "first", "last", "label"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "2026"),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31), "January to March 2026"),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30), "July to September 2026"),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31), "October to December 2026"),
        ("2026-09", date(2026, 9, 1), date(2026, 9, 30), "September 2026"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "February 2024"),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31), "December 2026"),
        ("2026-W01", date(2025, 12, 29), date(2026, 1, 4), "the week of 29 December 2025"),
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 3), "the week of 28 December 2026"),
        ("last-90-days", date(2026, 5, 20), TODAY, "the last 90 days"),
        ("last-1-days", TODAY, TODAY, "the last day"),
        ("last-12-months", date(2025, 8, 18), TODAY, "the last 12 months"),
        ("last-1-months", date(2026, 7, 18), TODAY, "the last month"),
        ("2026-01-05..2026-02-10", date(2026, 1, 5), date(2026, 2, 10), "5 January to 10 February 2026"),
        ("2025-12-05..2026-02-10", date(2025, 12, 5), date(2026, 2, 10), "5 December 2025 to 10 February 2026"),
        ("2026-01-05..2026-01-10", date(2026, 1, 5), date(2026, 1, 10), "5 to 10 January 2026"),
        ("2026-01-05..2026-01-05", date(2026, 1, 5), date(2026, 1, 5), "5 January 2026"),
    ],
)
def test_a_period_is_read_from_its_name_and_gives_it_back(key, first, last, label):
    found = rules.named(key, TODAY)
    assert (found.first, found.last, found.label, found.key) == (first, last, label, key)


@pytest.mark.parametrize(
    "text",
    [
        *("", " 2026", "2026 ", "26", "0000", "0000-Q1", "0000-01", "1899", "3000", "9999", "9999-12", "9999-Q4"),
        *("2026-Q0", "2026-Q5", "2026-q3", "2026-00", "2026-13", "2026-9", "2026-W00", "2025-W53", "2026-W54"),
        *("last-0-days", "last--1-days", "last-99999-days", "last-90-weeks", "last-01-days", "last-99999-months"),
        *("last-1300-months", "2026-02-30..2026-03-01", "2026-02-10..2026-01-05", "1899-12-31..1900-01-05"),
        *("1900-01-01..2999-12-31", "2026-01-05", "2026-01-05...2026-02-10", "20260105..20260210", "٢٠٢٦", "2026\n"),
    ],
)
def test_what_is_no_period_or_an_absurd_one_is_none(text):
    assert rules.named(text, TODAY) is None


@pytest.mark.parametrize(
    ("key", "before"),
    [
        ("2026", "2025"),
        ("2026-Q1", "2025-Q4"),
        ("2026-Q3", "2026-Q2"),
        ("2026-01", "2025-12"),
        ("2026-03", "2026-02"),
        ("2026-W01", "2025-W52"),
        ("last-90-days", "2026-02-19..2026-05-19"),
        ("last-12-months", "2024-08-18..2025-08-17"),
        ("2026-01-05..2026-02-10", "2025-11-29..2026-01-04"),
        ("2026-01-05..2026-01-05", "2026-01-04..2026-01-04"),
    ],
)
def test_the_previous_period_is_of_the_same_kind(key, before):
    assert rules.named(key, TODAY).previous().key == before


@pytest.mark.parametrize(
    ("key", "before"),
    [
        ("2026", "2025"),
        ("2026-Q3", "2025-Q3"),
        ("2024-02", "2023-02"),
        ("2026-W10", "2025-W10"),
        ("last-90-days", "2025-05-20..2025-08-17"),
        ("2024-02-29..2024-03-05", "2023-02-28..2023-03-05"),
    ],
)
def test_a_year_before_is_the_same_stretch_of_the_year(key, before):
    assert rules.named(key, TODAY).year_before().key == before


def test_a_week_a_year_before_has_the_same_weekdays():
    week = rules.week_of(TODAY)
    assert week.first.weekday() == week.year_before().first.weekday() == 0
    assert week.first - week.year_before().first == timedelta(days=364)


@unhurried
@given(DAYS, st.sampled_from([rules.week_of, rules.month_of, rules.quarter_of, rules.year_of]))
def test_calendar_periods_hold_their_day_and_leave_no_gap(day, around):
    found = around(day)
    assert day in found
    assert around(found.first) == around(found.last) == found
    before = found.previous()
    assert before.last + timedelta(days=1) == found.first
    assert before.kind == found.kind
    assert rules.named(found.key, TODAY) == found


@unhurried
@given(DAYS, DAYS, st.booleans())
def test_parts_cover_a_period_exactly(one, other, by_week):
    first, last = sorted((one, min(other, one + timedelta(days=900))))
    last = min(last, first + timedelta(days=900))
    period = Period(first, last)
    parts = period.weeks() if by_week else period.months()
    assert parts[0].first == first
    assert parts[-1].last == last
    assert all(earlier.last + timedelta(days=1) == later.first for earlier, later in pairwise(parts))
    assert sum(part.days for part in parts) == period.days
    assert all(rules.named(part.key, TODAY) == part for part in parts)


def test_whole_parts_keep_their_names_and_cut_ones_say_their_days():
    period = Period(date(2026, 1, 15), date(2026, 3, 31))
    assert [part.label for part in period.months()] == ["15 to 31 January 2026", "February 2026", "March 2026"]
    assert [part.key for part in rules.named("2026-Q3", TODAY).months()] == ["2026-07", "2026-08", "2026-09"]
    assert len(rules.named("2026-Q3", TODAY).weeks()) == 14


@unhurried
@given(DAYS, st.integers(1, 400))
def test_running_periods_end_today_and_give_their_names_back(today, n):
    days = rules.last_days(n, today)
    assert (days.days, days.last, days.key) == (n, today, f"last-{n}-days")
    months = rules.last_months(min(n, 12), today)
    assert months.key == f"last-{min(n, 12)}-months"
    assert months.previous().last + timedelta(days=1) == months.first


@pytest.mark.parametrize(
    ("today", "n", "first"),
    [
        (date(2026, 3, 31), 1, date(2026, 3, 1)),
        (date(2026, 3, 28), 1, date(2026, 3, 1)),
        (date(2028, 2, 29), 12, date(2027, 3, 1)),
        (date(2026, 12, 31), 12, date(2026, 1, 1)),
    ],
)
def test_the_last_months_begin_the_day_after_the_same_day(today, n, first):
    assert rules.last_months(n, today).first == first


def test_a_running_period_has_at_least_one_day():
    with pytest.raises(ValueError, match="at least one day"):
        rules.last_days(0, TODAY)
    with pytest.raises(ValueError, match="at least one month"):
        rules.last_months(0, TODAY)


def test_any_period_can_say_its_days():
    assert rules.named("2026-Q3", TODAY).dates == "1 July to 30 September 2026"
    assert rules.named("last-90-days", TODAY).dates == "20 May to 17 August 2026"
