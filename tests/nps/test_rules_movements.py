import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from app.core import intervals
from app.nps import rules

unhurried = settings(deadline=None)  # a busy machine is no fault of a rule


def mean(*ratings):
    return rules.mean_of(len(ratings), sum(ratings), sum(rating**2 for rating in ratings))


@unhurried
@given(st.lists(st.integers(0, 10), min_size=5, max_size=200), st.sampled_from([0.8, 0.9, 0.95]))
def test_a_mean_has_students_interval(ratings, confidence):
    found = rules.mean_of(len(ratings), sum(ratings), sum(rating**2 for rating in ratings), confidence)
    assert found.mean == pytest.approx(np.mean(ratings))
    error = np.std(ratings, ddof=1) / math.sqrt(len(ratings))
    if error > found.standard_error * 0.999:  # else they nearly all agree, and the floor holds
        low, high = stats.t.interval(confidence, len(ratings) - 1, found.mean, error)
        assert (found.low, found.high) == pytest.approx((low, high), rel=0.002, abs=0.002)
    assert found.standard_error >= error - 1e-9


def test_ratings_that_all_agree_are_not_certain_and_more_of_them_more_so():
    few, many = mean(5, 5, 5), mean(*[5] * 300)
    assert few.mean == many.mean == 5
    assert 0 < many.standard_error < few.standard_error
    assert few.low < 5 < few.high


def test_a_single_rating_says_next_to_nothing():
    found = mean(4)
    assert found.mean == 4
    assert found.high - found.low > 10


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 7, 30, 1_000])
@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
def test_students_quantile_is_close_enough(degrees, confidence):
    found = intervals.student(confidence, degrees)
    assert found == pytest.approx(stats.t.ppf((1 + confidence) / 2, degrees), rel=0.01 if confidence == 0.99 else 0.002)


def test_no_ratings_have_no_mean_and_sums_belong_together():
    with pytest.raises(ValueError, match="no ratings"):
        rules.mean_of(0, 0, 0)
    with pytest.raises(ValueError, match="does not go"):
        rules.mean_of(2, 10, 20)


def test_a_driver_moves_the_score_by_its_coefficient_times_its_change():
    before = {"care": mean(3, 4, 3, 4), "speed": mean(2, 3, 2, 3)}
    after = {"care": mean(4, 5, 4, 5), "speed": mean(2, 2, 2, 3)}
    found = rules.moved(before, after, {"speed": 10.0, "care": 8.0})
    assert [(each.name, each.points) for each in found] == [("care", 8.0), ("speed", -2.5)]
    assert found[0].before == before["care"]
    assert found[0].coefficient == 8.0
    error = 8 * math.hypot(before["care"].standard_error, after["care"].standard_error)
    assert (found[0].low, found[0].high) == pytest.approx((8 - 1.959964 * error, 8 + 1.959964 * error))
    assert rules.unexplained(10.0, found) == 4.5


def test_only_a_change_whose_interval_leaves_out_zero_is_certain():
    before, after = {"care": mean(*[3, 4] * 100)}, {"care": mean(*[4, 5] * 100)}
    assert rules.moved(before, after, {"care": 10})[0].certain
    fall = rules.moved(before, after, {"care": -10})[0]
    assert fall.low < fall.points < fall.high < 0
    assert fall.certain
    assert not rules.moved(before, before, {"care": 10})[0].certain


def test_a_driver_that_was_not_asked_in_both_periods_is_left_out():
    both = {"care": mean(3, 4)}
    assert rules.moved(both, both | {"speed": mean(1, 2)}, {"care": 1, "speed": 1, "music": 1})[0].name == "care"
    assert len(rules.moved(both, {}, {"care": 1})) == 0
    assert rules.unexplained(3.0, []) == 3.0


def test_the_contributions_find_what_moved_the_score():
    chance = random.Random(5)

    def period(care):
        rows = [(chance.choices((1, 2, 3, 4, 5), care)[0], chance.randint(1, 5)) for _ in range(3_000)]
        return rows, [20 * c + 5 * s + chance.gauss(0, 30) for c, s in rows]

    (rows_before, scores_before), (rows_after, scores_after) = period((1, 1, 1, 1, 1)), period((1, 1, 1, 2, 3))
    fit = rules.key_drivers(rows_before, scores_before, names=["care", "speed"], resamples=0)
    means = [
        {name: mean(*column) for name, column in zip(fit.names, zip(*rows, strict=True), strict=True)}
        for rows in (rows_before, rows_after)
    ]
    found = rules.moved(*means, dict(zip(fit.names, fit.coefficients, strict=True)))
    change = np.mean(scores_after) - np.mean(scores_before)
    assert found[0].name == "care"
    assert found[0].low < 20 * (29 / 8 - 3) < found[0].high
    assert abs(rules.unexplained(change, found)) < 0.2 * change
