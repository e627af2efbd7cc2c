"""Decisions at their boundaries."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from app.quizzing import rules
from app.quizzing.rules import Candidate, Chances, PastAttempt, Refusal, Review

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
POOL = [Candidate(n, "a" if n < 10 else "b") for n in range(20)]
BLUEPRINT = [{"tag": "a", "count": 3}, {"tag": "b", "count": 2}]


def test_a_draw_follows_the_blueprint():
    drawn = rules.draw(POOL, BLUEPRINT, random.Random(1))
    assert len(set(drawn)) == 5
    assert sum(n < 10 for n in drawn) == 3


def test_the_same_seed_draws_the_same_and_another_seed_something_else():
    assert rules.draw(POOL, BLUEPRINT, random.Random(7)) == rules.draw(POOL, BLUEPRINT, random.Random(7))
    assert len({tuple(rules.draw(POOL, BLUEPRINT, random.Random(seed))) for seed in range(20)}) > 15


def test_without_a_blueprint_every_question_is_asked_once_in_mixed_order():
    drawn = rules.draw(POOL, [], random.Random(1))
    assert sorted(drawn) == list(range(20))
    assert drawn != list(range(20))


def test_a_blueprint_that_can_be_filled_exactly_is_filled_and_one_more_is_refused():
    assert sorted(rules.draw(POOL, [{"tag": "a", "count": 10}], random.Random(1))) == list(range(10))
    with pytest.raises(rules.NotEnoughQuestions, match="11 questions tagged a"):
        rules.draw(POOL, [{"tag": "a", "count": 11}], random.Random(1))


def test_every_question_has_the_same_chance():
    counts = dict.fromkeys(range(20), 0)
    for seed in range(2000):
        for drawn in rules.draw(POOL, [{"tag": "a", "count": 5}], random.Random(seed)):
            counts[drawn] += 1
    assert all(900 < counts[n] < 1100 for n in range(10))


@pytest.mark.parametrize(
    ("chosen", "right", "options", "mark"),
    [
        ([], [0, 1], 4, 0),
        ([0], [0, 1], 4, 50),
        ([0, 1], [0, 1], 4, 100),
        ([0, 1, 2], [0, 1], 4, 50),
        ([0, 2], [0, 1], 4, 0),
        ([2], [0, 1], 4, 0),
        ([0, 1, 2, 3], [0, 1], 4, 0),
        ([0], [0, 1, 2], 4, 33),
        ([0, 1], [0, 1, 2], 4, 67),
        ([0, 1, 2], [0, 1, 2], 5, 100),
        ([0, 1, 3], [0, 1, 2], 5, 17),
        ([0], [0], 3, 100),
        ([0, 1], [0], 3, 50),
    ],
)
def test_ticks_earn_and_cost_their_share(chosen, right, options, mark):
    assert rules.choice_mark(chosen, right, options, 100) == mark


@pytest.mark.parametrize(("chosen", "mark"), [([0, 1], 100), ([0], 0), ([0, 1, 2], 0), ([], 0)])
def test_all_or_nothing_asks_for_exactly_the_right_set(chosen, mark):
    assert rules.choice_mark(chosen, [0, 1], 4, 100, whole=True) == mark


@pytest.mark.parametrize(
    ("mark", "max_mark", "percent", "passed"),
    [
        (3199, 4000, 79, False),
        (3200, 4000, 80, True),
        (3201, 4000, 80, True),
        (4000, 4000, 100, True),
        (0, 0, 0, False),
    ],
)
def test_the_pass_mark_is_reached_exactly_or_not_at_all(mark, max_mark, percent, passed):
    assert rules.percent(mark, max_mark) == percent
    assert rules.passed(mark, max_mark, 80) is passed


def test_what_is_shown_as_the_pass_mark_has_passed():
    for max_mark in (700, 800, 900, 3000, 4000):
        for mark in range(0, max_mark + 1, 1):
            assert rules.passed(mark, max_mark, 80) == (rules.percent(mark, max_mark) >= 80)


@pytest.mark.parametrize(
    ("tries", "waits", "minutes"),
    [(1, [60, 1440], 60), (2, [60, 1440], 1440), (3, [60, 1440], 1440), (9, [60], 60), (1, [], 0), (1, [0], 0)],
)
def test_the_next_try_opens_after_the_wait_for_that_try(tries, waits, minutes):
    assert rules.next_try_opens(NOW, tries, waits) == NOW + timedelta(minutes=minutes)


def test_the_wait_counts_from_handing_in_or_from_the_deadline_if_that_was_earlier():
    deadline = NOW + timedelta(minutes=75)
    assert rules.finished_at(NOW, deadline) == NOW
    assert rules.finished_at(deadline + timedelta(hours=5), deadline) == deadline
    assert rules.finished_at(NOW, None) == NOW


@pytest.mark.parametrize(
    ("seconds", "over", "takes"), [(-1, False, True), (0, True, True), (30, True, True), (31, True, False)]
)
def test_time_ends_at_the_deadline_and_answers_under_way_have_thirty_seconds(seconds, over, takes):
    now = NOW + timedelta(seconds=seconds)
    assert rules.is_over(NOW, now) is over
    assert rules.takes_answers(NOW, now) is takes


def test_without_a_limit_time_never_ends():
    assert not rules.is_over(None, NOW)
    assert rules.takes_answers(None, NOW)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (4500, "1 hour 15 minutes"),
        (7200, "2 hours"),
        (3600, "1 hour"),
        (3599, "59 minutes"),
        (120, "2 minutes"),
        (119, "1 minute"),
        (60, "1 minute"),
        (59, "less than a minute"),
        (1, "less than a minute"),
        (0, "no time"),
        (-5, "no time"),
    ],
)
def test_the_time_left_is_said_in_words(seconds, words):
    assert rules.time_left(NOW + timedelta(seconds=seconds), NOW) == words


@pytest.mark.parametrize(
    ("waits", "words"),
    [
        ([60, 1440], "1 hour after the first try, 24 hours after later ones"),
        ([90], "90 minutes after each try"),
        ([0, 60, 1440], "0 hours after the first try, 1 hour after the second try, 24 hours after later ones"),
        ([], ""),
        ([0], ""),
    ],
)
def test_waits_are_said_in_words(waits, words):
    assert rules.waits_in_words(waits) == words


def tried(number, *, passed=False, at=NOW, deadline=None):
    return PastAttempt(number, number, at, deadline, passed)


@pytest.mark.parametrize(
    ("attempts", "grants", "left", "opens_at"),
    [
        ([], [], 3, None),
        ([tried(1)], [], 2, NOW + timedelta(hours=1)),
        ([tried(1), tried(2)], [], 1, NOW + timedelta(hours=24)),
        ([tried(1), tried(2), tried(3)], [], 0, None),
        ([tried(1), tried(2), tried(3)], [3], 1, None),
        ([tried(1)], [1], 3, None),
        ([tried(1), tried(2)], [1], 2, NOW + timedelta(hours=24)),
        ([tried(1, passed=True)], [], 2, None),
    ],
)
def test_chances_follow_from_attempts_and_grants(attempts, grants, left, opens_at):
    chances = rules.chances(attempts, grants, 3, [60, 1440])
    assert (chances.left, chances.opens_at) == (left, opens_at)


def test_an_open_attempt_uses_a_try():
    chances = rules.chances([PastAttempt(1, 1, None, None, None)], [], 3, [60])
    assert (chances.left, chances.open_id, chances.opens_at) == (2, 1, None)


def test_without_a_limit_tries_never_end():
    chances = rules.chances([tried(n) for n in range(1, 50)], [], None, [])
    assert (chances.left, chances.exhausted) == (None, False)


def stands(*, used=1, allowed=3, opens_at=None, open_id=None, passed_id=None):
    return Chances(used, allowed, opens_at, open_id, passed_id)


@pytest.mark.parametrize(
    ("kind", "chances", "refusal"),
    [
        ("exam", stands(), None),
        ("exam", stands(used=3), Refusal.EXHAUSTED),
        ("exam", stands(opens_at=NOW + timedelta(seconds=1)), Refusal.WAITING),
        ("exam", stands(opens_at=NOW), None),
        ("exam", stands(passed_id=1), Refusal.PASSED),
        ("quiz", stands(passed_id=1), None),
    ],
)
def test_a_new_try_is_refused_only_for_a_reason(kind, chances, refusal):
    assert rules.refusal(kind, chances, NOW) == refusal


@pytest.mark.parametrize(
    ("kind", "passed", "chances", "level"),
    [
        ("exam", False, stands(), Review.OWN),
        ("exam", False, stands(used=3), Review.FULL),
        ("exam", False, stands(passed_id=2), Review.FULL),
        ("exam", True, stands(), Review.FULL),
        ("exam", True, stands(open_id=5), Review.SCORE),
        ("exam", False, stands(used=3, open_id=5), Review.SCORE),
        ("quiz", False, stands(), Review.FULL),
        ("quiz", False, stands(open_id=5), Review.SCORE),
    ],
)
def test_right_answers_stay_on_the_server_while_they_can_be_used(kind, passed, chances, level):
    assert rules.review_level(kind, passed, chances) == level


def test_strengths_sum_up_by_tag():
    found = rules.strengths([("b", 100, 100), ("a", 0, 100), ("b", 50, 100)])
    assert [(s.tag, s.mark, s.max_mark, s.percent) for s in found] == [("a", 0, 100, 0), ("b", 150, 200, 75)]


def test_lessons_come_in_order_of_what_was_lost_and_full_marks_name_none():
    marks = [("x", 100, 100), ("y", 50, 100), ("z", 0, 100), ("y", 20, 100), ("w", 0, 100)]
    assert rules.lessons_to_reread(marks) == [("y", 130), ("w", 100), ("z", 100)]
