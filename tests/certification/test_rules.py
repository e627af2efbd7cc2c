from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.certification import rules
from app.certification.rules import NEVER, Need, Stage, State


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 3, 3), 12, date(2027, 3, 3)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2027, 2, 28), 12, date(2028, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 3, 3), 0, date(2026, 3, 3)),
    ],
)
def test_months_keep_the_day_where_it_exists(day, months, later):
    assert rules.add_months(day, months) == later


def test_a_certificate_of_a_leap_day_ends_on_the_last_of_february():
    assert rules.expiry(date(2028, 2, 29), 12) == date(2029, 2, 28)


END = date(2027, 3, 3)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2027, 1, 1), State.CERTIFIED),  # 61 days before the end
        (date(2027, 1, 2), State.EXPIRING),  # 60 days before
        (date(2027, 1, 3), State.EXPIRING),
        (date(2027, 3, 2), State.EXPIRING),
        (date(2027, 3, 3), State.EXPIRING),  # the last valid day
        (date(2027, 3, 4), State.EXPIRED),  # the first day after
        (date(2030, 1, 1), State.EXPIRED),
    ],
)
def test_a_certificate_is_expiring_for_sixty_days_and_valid_on_its_last(today, expected):
    found = rules.state(Stage.CERTIFIED, END, today, 60)
    assert found is expected
    assert found.valid is (today <= END)


@pytest.mark.parametrize("stage", [Stage.NOT_STARTED, Stage.IN_PROGRESS])
def test_without_a_certificate_the_date_does_not_matter(stage):
    assert rules.state(stage, NEVER, date(2500, 1, 1), 60).value == stage.value


def test_every_state_has_words_and_a_mark():
    assert [state.words for state in State] == ["not started", "in progress", "certified", "expiring", "expired"]
    assert {state.tone for state in State} <= {"good", "watch", "bad", "neutral"}


def test_the_window_opens_at_the_start_of_the_day_where_the_holder_lives():
    assert rules.opening(END, 60, ZoneInfo("Asia/Tokyo")) == datetime(2027, 1, 1, 15, tzinfo=UTC)
    assert rules.opening(END, 60, UTC) == datetime(2027, 1, 2, tzinfo=UTC)


NEEDS = [Need("course", "a", "A"), Need("course", "b", "B"), Need("quiz", "exam", "Exam")]
AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("done", "since", "lacking"),
    [
        ({}, None, ["a", "b", "exam"]),
        ({("course", "a"): AT}, None, ["b", "exam"]),
        ({("course", "exam"): AT}, None, ["a", "b", "exam"]),
        ({("course", "a"): AT, ("course", "b"): AT, ("quiz", "exam"): AT}, None, []),
        ({("course", "a"): AT, ("course", "b"): AT, ("quiz", "exam"): AT}, AT, []),
        ({("course", "a"): AT, ("course", "b"): AT, ("quiz", "exam"): AT}, AT.replace(hour=1), ["exam"]),
    ],
)
def test_a_course_counts_for_ever_and_an_exam_from_the_opening_on(done, since, lacking):
    assert [need.slug for need in rules.missing(NEEDS, done, since)] == lacking


@pytest.mark.parametrize(
    ("needs", "words"),
    [
        ([], ""),
        (NEEDS[:1], "1 module"),
        (NEEDS[2:], "the exam"),
        (NEEDS[1:], "1 module and the exam"),
        (NEEDS, "2 modules and the exam"),
        ([*NEEDS, NEEDS[2]], "2 modules and 2 exams"),
    ],
)
def test_what_is_missing_is_counted_in_words(needs, words):
    assert rules.missing_in_words(needs) == words


@pytest.mark.parametrize(
    ("code", "looked_up"),
    [("A" * 22, "A" * 22), ("A" * 21, ""), ("A" * 41, ""), ("A" * 21 + "\x00", ""), ("", ""), ("../" * 9, "")],
)
def test_only_what_looks_like_a_code_is_looked_up(code, looked_up):
    assert rules.readable_code(code) == looked_up
