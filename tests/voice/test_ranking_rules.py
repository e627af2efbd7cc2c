"""What weighs most on the board: the score, its interval, and how far places can be told apart."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from app.voice.rules import ranking
from app.voice.rules.ranking import Load, Place, places, reach_of, score, weights_of

WEIGHTS = weights_of({1: (0.5, 0.4, 0.6), 2: (0.3, 0.2, 0.4), 3: (0.0, 0.0, 0.1)})
NONE = weights_of({})
loads = st.builds(
    Load,
    reach=st.integers(1, 400),
    frequency=st.sampled_from(list(ranking.OCCURRENCES)),
    driver=st.sampled_from([None, 1, 2, 3, 9]),
)


class TestReach:
    def test_is_jeffreys_interval_of_a_poisson_count(self):
        for n in (1, 2, 7, 50, 99, 100, 400, 9_999):
            found = reach_of(n)
            expected = stats.gamma.ppf([0.05, 0.95], n + 0.5)
            assert (found.low, found.high) == pytest.approx(expected, rel=1e-4)
            assert found.low < n < found.high

    def test_covers_the_true_mean_about_nine_times_in_ten(self):
        for mean in (4.0, 12.0, 60.0):
            counts = range(1, int(mean * 4))
            covered = sum(stats.poisson.pmf(n, mean) for n in counts if reach_of(n).low <= mean <= reach_of(n).high)
            assert 0.85 < covered < 0.95

    def test_nobody_is_refused(self):
        with pytest.raises(ValueError, match="whoever reports"):
            reach_of(0)


class TestScore:
    def test_is_reach_by_frequency_by_weight(self):
        assert score(Load(4, "weekly", 1), WEIGHTS).value == pytest.approx(4 * 4.3 * 0.5)
        assert score(Load(1, "daily", None), NONE).value == 21
        # Where no weight is known, the average of those that are counts, with a wide interval.
        unknown, known = score(Load(40, "monthly", 9), WEIGHTS), score(Load(40, "monthly", 1), WEIGHTS)
        assert unknown.value == pytest.approx(40 * (0.5 + 0.3 + ranking.LEAST) / 3)
        assert unknown.high / unknown.low > 2 * known.high / known.low

    def test_a_driver_that_weighs_nothing_still_has_a_logarithm(self):
        found = score(Load(3, "rarely", 3), WEIGHTS)
        assert 0 < found.low < found.value < found.high < math.inf

    def test_weights_are_kept_at_95_and_told_at_90_percent(self):
        low, high = WEIGHTS.known[1].low, WEIGHTS.known[1].high
        assert 0.4 < low < 0.5 < high < 0.6
        assert math.log(high / 0.5) / math.log(0.6 / 0.5) == pytest.approx(1.6449 / 1.96, rel=1e-3)

    @settings(max_examples=60)
    @given(loads, st.integers(1, 50))
    def test_more_reach_is_a_higher_score_and_known_better(self, load, more):
        one, other = score(load, WEIGHTS), score(Load(load.reach + more, load.frequency, load.driver), WEIGHTS)
        assert one.low < one.value < one.high
        assert other.value > one.value
        assert other.high / other.low < one.high / one.low


class TestPlaces:
    def test_one_alone_is_the_first(self):
        one = Load(1, "daily", None)
        assert places([one], {one: 1}, NONE) == [Place(1, 1, 1)]

    def test_those_that_are_alike_share_all_places(self):
        one = Load(3, "weekly", 1)
        assert places([one], {one: 26}, WEIGHTS) == [Place(1, 26, 26)]

    def test_what_surely_weighs_more_stands_before(self):
        much, little = Load(60, "daily", 1), Load(2, "rarely", 1)
        assert places([much, little], {much: 2, little: 3}, WEIGHTS) == [Place(1, 2, 5), Place(3, 5, 5)]

    def test_a_shared_weight_does_not_blur_a_difference(self):
        """Three times as many: told apart where both touch the same driver, not where each touches another."""
        for other, firsts in ((9, [1, 2]), (8, [1, 1])):
            pair = [Load(400, "weekly", 9), Load(130, "weekly", other)]
            assert [one.first for one in places(pair, dict.fromkeys(pair, 1), WEIGHTS)] == firsts

    @settings(max_examples=60)
    @given(st.dictionaries(loads, st.integers(1, 5), min_size=1, max_size=12))
    def test_places_hold_the_order_of_scores(self, among):
        ordered = sorted(among, key=lambda load: -score(load, WEIGHTS).value)
        found, total, before = places(ordered, among, WEIGHTS), sum(among.values()), 0
        for load, place in zip(ordered, found, strict=True):
            assert 1 <= place.first <= before + 1 <= place.last <= place.of == total
            before += among[load]
