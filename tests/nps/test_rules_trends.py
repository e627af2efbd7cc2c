from datetime import date, timedelta

import pytest

from app.nps import rules
from app.nps.rules import Counts, Measured

HIGH, LOW, NOBODY = Counts(60, 30, 10), Counts(30, 30, 40), Counts()


def series(*cells):
    return [Measured(f"week {i}", date(2026, 1, 5) + timedelta(weeks=i), counts) for i, counts in enumerate(cells, 1)]


def test_each_period_has_its_score_and_limits_around_the_whole():
    points = rules.trend(series(HIGH, Counts(6, 3, 1), HIGH))
    assert [point.label for point in points] == ["week 1", "week 2", "week 3"]
    assert points[0].start == date(2026, 1, 12)
    assert points[0].score == rules.score(60, 30, 10)
    assert points[1].limits == rules.funnel_limits(0.6, 0.1, 10)
    assert points[0].limits.high95 < points[1].limits.high95  # fewer answers, wider limits


def test_a_real_fall_is_marked_where_it_happens():
    points = rules.trend(series(HIGH, HIGH, LOW, LOW))
    assert [point.changed for point in points] == [False, False, True, False]
    assert points[2].before == rules.compare(LOW_SCORE, HIGH_SCORE)
    assert points[0].before is None


LOW_SCORE, HIGH_SCORE = rules.score(30, 30, 40), rules.score(60, 30, 10)


def test_a_period_without_answers_has_no_score_and_hides_no_change():
    points = rules.trend(series(HIGH, NOBODY, LOW))
    assert (points[1].score, points[1].limits, points[1].outside, points[1].changed) == (None, None, False, False)
    assert points[2].changed
    assert points[2].before.b == HIGH_SCORE


def test_moves_of_chance_are_not_marked_even_when_there_are_many():
    steady = [Counts(50 + 3 * (i % 2), 30, 20 - 3 * (i % 2)) for i in range(40)]
    points = rules.trend(series(*steady))
    assert not any(point.changed or point.outside for point in points)


def test_a_single_step_just_significant_alone_is_not_among_many_equal_ones():
    one, other = Counts(50, 30, 20), Counts(38, 30, 32)
    alone = rules.trend(series(one, other))
    assert alone[1].before.p < 0.05
    assert alone[1].changed
    among = rules.trend(series(*[one] * 20, other))
    assert not among[20].changed


def test_a_period_beyond_the_outer_limits_is_outside():
    points = rules.trend(series(*[HIGH] * 10, LOW))
    assert [point.outside for point in points] == [False] * 10 + [True]


def test_a_series_of_one_mind_has_nobody_outside():
    points = rules.trend(series(Counts(7, 0, 0), Counts(11, 0, 0)))
    assert not any(point.outside or point.changed for point in points)


def test_a_rolling_score_sums_the_periods_that_end_with_it():
    points = rules.trend(series(HIGH, LOW, HIGH, NOBODY), rolling=2)
    assert points[0].score is None
    assert [point.counts for point in points[1:]] == [HIGH + LOW, LOW + HIGH, HIGH]
    assert points[3].limits.n == 100


def test_rolling_scores_are_judged_against_windows_that_share_no_answers():
    points = rules.trend(series(*[HIGH] * 4, *[LOW] * 4), rolling=3)
    assert [point.before is None for point in points] == [True] * 5 + [False] * 3
    assert points[5].before.b.counts == HIGH + HIGH + HIGH
    assert points[5].before.a.counts == HIGH + LOW + LOW


def test_one_change_is_marked_once_in_a_rolling_series_where_it_is_clearest():
    points = rules.trend(series(*[HIGH] * 6, *[LOW] * 6), rolling=3)
    assert [i for i, point in enumerate(points) if point.changed] == [8]  # three low against three high


def test_two_changes_far_apart_are_both_marked_in_a_rolling_series():
    points = rules.trend(series(*[HIGH] * 6, *[LOW] * 6, *[HIGH] * 6), rolling=3)
    assert [i for i, point in enumerate(points) if point.changed] == [8, 14]


def test_a_rolling_window_of_one_is_no_window():
    cells = series(HIGH, LOW, NOBODY, HIGH)
    assert rules.trend(cells, rolling=1) == rules.trend(cells)
    with pytest.raises(ValueError, match="at least one period"):
        rules.trend(cells, rolling=0)


def test_an_empty_series_has_no_points():
    assert rules.trend([]) == []
    assert [point.score for point in rules.trend(series(NOBODY, NOBODY))] == [None, None]
