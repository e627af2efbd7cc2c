import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from app.nps import rules
from tests.nps.published import BATTERS

unhurried = settings(deadline=None)  # a busy machine is no fault of a rule
PAIRS = st.lists(st.tuples(st.floats(-100, 100), st.floats(0.1, 1_000)), max_size=12)
P_VALUES = st.lists(st.floats(0, 1), max_size=20)
BATTER_VARIANCE = 0.2654 * 0.7346 / 45


def test_batters_shrink_as_published():
    found = rules.shrink([(average, BATTER_VARIANCE) for average in BATTERS])
    assert 1 - found[0].weight == pytest.approx(0.212, abs=0.0005)
    assert found[0].estimate == pytest.approx(0.294, abs=0.0005)
    assert found[0].mean == pytest.approx(0.265, abs=0.0005)
    assert [batter.raw for batter in found] == BATTERS
    assert found[0].n is None
    assert len({batter.weight for batter in found}) == 1  # one variance, one weight


def test_without_the_correction_the_plain_weight_holds():
    found = rules.shrink([(average, BATTER_VARIANCE) for average in BATTERS], corrected=False)
    assert found[0].weight == pytest.approx(BATTER_VARIANCE / (BATTER_VARIANCE + found[0].tau2))
    corrected = rules.shrink([(average, BATTER_VARIANCE) for average in BATTERS])
    assert corrected[0].weight == pytest.approx(15 / 17 * found[0].weight)


def test_the_variance_between_groups_is_dersimonian_and_lairds():
    pairs = [(10.0, 4.0), (20.0, 9.0), (35.0, 16.0)]
    w = [1 / 4, 1 / 9, 1 / 16]
    mean = (10 / 4 + 20 / 9 + 35 / 16) / sum(w)
    q = sum(weight * (x - mean) ** 2 for weight, (x, _) in zip(w, pairs, strict=True))
    assert rules.between_variance(pairs) == pytest.approx((q - 2) / (sum(w) - sum(x * x for x in w) / sum(w)))


def test_groups_that_differ_by_less_than_chance_have_no_variance_between_them():
    assert rules.between_variance([(10.0, 100.0), (11.0, 100.0), (9.0, 100.0)]) == 0
    assert rules.between_variance([(10.0, 100.0)]) == 0
    assert rules.between_variance([]) == 0


@unhurried
@given(PAIRS, st.booleans())
def test_a_shrunken_estimate_lies_between_its_own_and_the_mean_of_all(pairs, corrected):
    for found in rules.shrink(pairs, corrected):
        assert min(found.raw, found.mean) - 1e-9 <= found.estimate <= max(found.raw, found.mean) + 1e-9
        assert 0 <= found.weight <= 1
        assert found.variance > 0
        assert found.low < found.estimate < found.high


@unhurried
@given(PAIRS)
def test_a_smaller_group_is_pulled_harder(pairs):
    found = sorted(zip(pairs, rules.shrink(pairs), strict=True), key=lambda each: each[0][1])
    weights = [shrunk.weight for _, shrunk in found]
    assert weights == pytest.approx(sorted(weights), abs=1e-12)


def test_teams_are_pulled_by_their_adjusted_variance_even_when_all_answers_agree():
    teams = [rules.score(4, 0, 0), rules.score(60, 30, 30), rules.score(50, 30, 40), rules.score(55, 25, 40)]
    small = rules.shrink(teams)[0]
    assert small.raw == 100
    assert small.n == 4
    assert 0 < small.weight < 1
    assert small.mean < small.estimate < 100
    assert small.low < small.high <= 100


def test_a_single_group_stays_as_it_is_and_none_are_none():
    (found,) = rules.shrink([rules.score(5, 3, 2)])
    assert (found.estimate, found.raw, found.weight, found.tau2) == (30, 30, 0, 0)
    assert found.variance == pytest.approx(rules.score(5, 3, 2).adjusted_variance)
    assert rules.shrink([]) == []


@pytest.mark.parametrize("corrected", [True, False])
def test_two_or_three_groups_take_the_plain_weight(corrected):
    pairs = [(0.0, 25.0), (40.0, 25.0), (80.0, 100.0)]
    found = rules.shrink(pairs, corrected)
    assert [shrunk.weight for shrunk in found] == pytest.approx([v / (v + found[0].tau2) for _, v in pairs])
    if corrected:
        assert [shrunk.variance for shrunk in found] == [25, 25, 100]


@pytest.mark.parametrize("variance", [0.0, -1.0, math.nan])
def test_a_variance_is_positive(variance):
    with pytest.raises(ValueError, match="positive"):
        rules.shrink([(1.0, 1.0), (2.0, variance)])


@pytest.mark.parametrize("groups", [3, 5, 20])
def test_intervals_of_shrunken_groups_hold_the_truth_as_often_as_they_say(groups):
    chance, held, error, raw_error = random.Random(groups), 0, 0.0, 0.0
    for _ in range(200):
        truths = [chance.gauss(30, 10) for _ in range(groups)]
        variances = [chance.uniform(20, 400) for _ in range(groups)]
        pairs = [(chance.gauss(truth, math.sqrt(v)), v) for truth, v in zip(truths, variances, strict=True)]
        for truth, found in zip(truths, rules.shrink(pairs), strict=True):
            held += found.low <= truth <= found.high
            error += (found.estimate - truth) ** 2
            raw_error += (found.raw - truth) ** 2
    assert held / (200 * groups) >= 0.93
    assert error < 0.85 * raw_error


def test_the_chance_of_being_below_a_benchmark():
    (found,) = rules.shrink([(30.0, 100.0)])
    assert rules.probability_below(found, 30) == pytest.approx(0.5)
    assert rules.probability_below(found, 40) == pytest.approx(stats.norm.cdf(1))
    assert rules.probability_below(found, 20) == pytest.approx(stats.norm.cdf(-1))


def test_funnel_limits_are_the_published_ones():
    found = rules.funnel_limits(0.5, 0.3, 30, target=20)
    assert (round(found.low95, 3), round(found.high95, 3)) == (-11.196, 51.196)
    assert (round(found.low998, 3), round(found.high998, 3)) == (-29.186, 69.186)
    assert rules.funnel_limits(0.5, 0.3, 30).target == pytest.approx(20)


def test_limits_of_a_small_team_are_clipped_for_drawing_only():
    found = rules.funnel_limits(0.9, 0.05, 3)
    assert found.high95 > 100
    clipped = found.clipped()
    assert (clipped.high95, clipped.high998) == (100, 100)
    assert (clipped.low95, clipped.target, clipped.n) == (found.low95, found.target, found.n)
    assert rules.funnel_limits(0.05, 0.9, 3).clipped().low998 == -100


def test_only_a_score_beyond_the_outer_limits_is_outside():
    found = rules.funnel_limits(0.5, 0.3, 30, target=20)
    assert not found.outside(69.1)
    assert found.outside(69.2)
    assert not found.outside(-29.1)
    assert found.outside(-29.2)
    assert not rules.funnel_limits(1, 0, 5).outside(100)  # all of one mind: no room, and nobody outside


@pytest.mark.parametrize("wrong", [(0.8, 0.3, 10), (-0.1, 0.3, 10), (50, 30, 10), (0.5, 0.3, 0)])
def test_limits_of_nonsense_are_refused(wrong):
    with pytest.raises(ValueError):  # noqa: PT011 - shares and n have each their own words
        rules.funnel_limits(*wrong)


def test_benjamini_and_hochbergs_own_example():
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    p += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert rules.false_discovery(p) == [True] * 4 + [False] * 11


def test_a_single_test_counts_at_its_level_exactly():
    assert rules.false_discovery([0.05]) == [True]
    assert rules.false_discovery([0.0501]) == [False]
    assert rules.false_discovery([]) == []


@unhurried
@given(P_VALUES)
def test_adjusted_p_values_are_scipys(p_values):
    expected = stats.false_discovery_control(p_values) if p_values else []
    assert rules.adjusted_p(p_values) == pytest.approx(list(expected))


@unhurried
@given(P_VALUES, st.randoms())
def test_findings_do_not_depend_on_the_order_of_tests(p_values, chance):
    order = chance.sample(range(len(p_values)), len(p_values))
    found = rules.false_discovery(p_values)
    assert rules.false_discovery([p_values[i] for i in order]) == [found[i] for i in order]


@pytest.mark.parametrize("wrong", [-0.1, 1.1, math.nan])
def test_a_p_value_is_a_probability(wrong):
    with pytest.raises(ValueError, match="between 0 and 1"):
        rules.adjusted_p([0.5, wrong])
