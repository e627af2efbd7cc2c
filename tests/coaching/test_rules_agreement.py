"""How far raters agree: published figures, boundaries, and what must not matter."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from app.coaching import rules
from app.coaching.rules.agreement import (
    Severity,
    band,
    cohen_kappa,
    icc,
    icc_interval,
    kappa_interval,
    mean_kappa,
    raw_agreement,
    raw_interval,
    reaches,
    severity,
)
from app.coaching.rules.distributions import f_cdf, f_quantile, t_of

# Shrout & Fleiss 1979, table 2: six subjects by four judges.
JUDGES = [(9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7)]
CONFUSION = [[0, 4, 1], [0, 8, 0], [0, 1, 5]]
LEVELS = st.integers(1, 5)
unhurried = settings(deadline=None, max_examples=50)  # a busy machine is no fault of a rule


@st.composite
def tables(draw, subjects=(2, 8), raters=(2, 6)):
    n, k = draw(st.integers(*subjects)), draw(st.integers(*raters))
    row = st.lists(LEVELS, min_size=k, max_size=k)
    return draw(st.lists(row, min_size=n, max_size=n))


class TestIcc:
    def test_it_is_what_shrout_and_fleiss_published(self):
        assert icc(JUDGES) == pytest.approx(0.290, abs=0.0005)
        assert rules.icc(JUDGES) == icc(JUDGES)

    def test_its_interval_is_what_published_programs_give(self):
        low, high = icc_interval(JUDGES)
        assert (low, high) == (pytest.approx(0.019, abs=0.0005), pytest.approx(0.761, abs=0.0005))

    def test_full_agreement_is_one_and_has_no_interval(self):
        table = [(1, 1, 1), (3, 3, 3), (5, 5, 5)]
        assert icc(table) == 1
        assert icc_interval(table) is None

    def test_a_constant_difference_between_raters_counts_against_agreement(self):
        assert icc([(1, 2), (2, 3), (3, 4)]) == pytest.approx(2 / 3)

    @pytest.mark.parametrize("table", [[], [(3, 4)], [(3,), (4,)], [(3, 3), (3, 3)], [(1, 3), (3, 1)]])
    def test_what_can_not_be_told_is_none(self, table):
        assert icc(table) is None
        assert icc_interval(table) is None

    @pytest.mark.parametrize("table", [[(1, 2), (3,)], [(1, 2), (3, None)], [(1, 2), (3, math.nan)]])
    def test_a_table_with_holes_is_refused(self, table):
        with pytest.raises(ValueError, match="rating"):
            icc(table)

    @unhurried
    @given(tables(), st.randoms(use_true_random=False))
    def test_the_order_of_raters_and_subjects_does_not_matter(self, table, rng):
        columns = rng.sample(range(len(table[0])), len(table[0]))
        other = [[row[i] for i in columns] for row in rng.sample(table, len(table))]
        for measure in (icc, mean_kappa, raw_agreement):
            assert measure(other) == pytest.approx(measure(table), abs=1e-9)
        for interval in (icc_interval, kappa_interval, raw_interval):
            assert (interval(other) or ()) == pytest.approx(interval(table) or (), abs=1e-6)

    @unhurried
    @given(tables())
    def test_it_lies_inside_its_interval_and_at_most_one(self, table):
        found, interval = icc(table), icc_interval(table)
        assume(interval is not None)
        assert interval[0] <= found + 1e-9
        assert found <= interval[1] + 1e-9
        assert interval[1] <= 1

    @unhurried
    @given(tables(), st.integers(-3, 3))
    def test_a_shift_of_all_levels_changes_nothing(self, table, shift):
        moved = [[level + shift for level in row] for row in table]
        assert icc(moved) == pytest.approx(icc(table), abs=1e-9)

    @pytest.mark.parametrize(("rho", "bias"), [(0.3, 0.0), (0.6, 0.3), (0.8, 0.1)])
    def test_its_interval_holds_the_true_value_in_about_95_of_100(self, rho, bias):
        """Levels before rounding, so that the true value is known."""
        rng, held, runs, n, k = np.random.default_rng(7), 0, 200, 8, 4
        between, error = rho, 1 - rho
        truth = between / (between + error + bias)
        for _ in range(runs):
            table = rng.normal(0, math.sqrt(between), (n, 1)) + rng.normal(0, math.sqrt(error), (n, k))
            low, high = icc_interval((table + rng.normal(0, math.sqrt(bias), (1, k))).tolist())
            held += low <= truth <= high
        assert 0.9 <= held / runs <= 0.995


class TestKappa:
    def test_it_is_what_was_published(self):
        assert cohen_kappa(CONFUSION) == pytest.approx(0.4842, abs=0.00005)
        assert cohen_kappa(CONFUSION, "linear") == pytest.approx(0.4701, abs=0.00005)
        assert rules.cohen_kappa(CONFUSION) == cohen_kappa(CONFUSION)

    def test_quadratic_weights_take_the_square_of_the_distance(self):
        observed, expected = (
            4 + 1 * 4 + 1,
            sum((i - j) ** 2 * row * column for i, row in enumerate((5, 8, 6)) for j, column in enumerate((0, 13, 6)))
            / 19,
        )
        assert cohen_kappa(CONFUSION, "quadratic") == pytest.approx(1 - observed / expected)

    def test_it_is_one_in_agreement_and_none_where_no_disagreement_is_to_be_expected(self):
        assert cohen_kappa([[3, 0], [0, 4]], "quadratic") == 1
        assert cohen_kappa([[7, 0], [0, 0]]) is None
        assert cohen_kappa([[0, 0], [0, 0]]) is None

    @pytest.mark.parametrize(
        ("table", "weights"), [([[1, 2]], None), ([[1, -1], [0, 1]], None), ([[1, 0], [0, 1]], "cubic"), ([], None)]
    )
    def test_what_is_no_table_of_counts_is_refused(self, table, weights):
        with pytest.raises(ValueError, match=r"counts|weights"):
            cohen_kappa(table, weights)

    @unhurried
    @given(st.lists(st.lists(st.integers(0, 9), min_size=4, max_size=4), min_size=4, max_size=4))
    def test_it_does_not_matter_who_is_first(self, table):
        for weights in (None, "linear", "quadratic"):
            turned = cohen_kappa(np.transpose(table).tolist(), weights)
            assert turned == pytest.approx(cohen_kappa(table, weights), abs=1e-9)

    def test_of_many_raters_it_is_the_mean_of_all_pairs(self):
        one, two, three = (1, 2, 3, 5), (1, 2, 4, 5), (2, 2, 3, 4)
        pairs = [mean_kappa(list(zip(a, b, strict=True))) for a, b in ((one, two), (one, three), (two, three))]
        assert mean_kappa(list(zip(one, two, three, strict=True))) == pytest.approx(sum(pairs) / 3)

    def test_its_interval_needs_three_interactions_and_some_disagreement(self):
        assert kappa_interval([(1, 2), (4, 5)]) is None
        assert kappa_interval([(1, 1), (3, 3), (5, 5), (2, 2)]) is None
        low, high = kappa_interval([(1, 1), (3, 4), (5, 5), (2, 2), (4, 4)])
        assert -1 <= low < mean_kappa([(1, 1), (3, 4), (5, 5), (2, 2), (4, 4)]) < high <= 1


class TestRaw:
    def test_it_is_the_share_of_equal_pairs(self):
        assert raw_agreement([(3, 3, 3), (3, 3, 4)]) == pytest.approx(4 / 6)
        assert raw_agreement([(3,), (4,)]) is None
        assert raw_agreement([]) is None

    def test_its_interval_is_wilsons_for_the_interactions_and_never_without_width(self):
        wilson = stats.binomtest(3, 4).proportion_ci(method="wilson")
        assert raw_interval([(1, 1), (2, 2), (3, 3), (4, 5)]) == pytest.approx((wilson.low, wilson.high))
        assert raw_interval([(1, 1), (2, 2)]) == pytest.approx((0.3424, 1), abs=0.0001)


KOO_AND_LI = {
    "poor": (-0.2, 0.499),
    "moderate": (0.5, 0.749),
    "good": (0.75, 0.9),
    "excellent": (0.901, 1),
    "": (None,),
}


@pytest.mark.parametrize(("word", "low"), [(word, low) for word, lows in KOO_AND_LI.items() for low in lows])
def test_agreement_has_koo_and_lis_words(word, low):
    assert band(low) == word


@pytest.mark.parametrize(
    ("found", "floor", "answer"),
    [(0.5, 0.5, True), (0.4999, 0.5, False), (0.3 - 1e-16, 0.3, True), (-0.1, 0, False), (None, 0.5, None)],
)
def test_the_floor_is_reached_at_the_floor(found, floor, answer):
    assert reaches(found, floor) is answer


class TestSeverity:
    def test_it_is_the_mean_difference_with_students_interval_over_interactions(self):
        found = severity([-1.0, -0.5, 0.0, -0.5], behaviours=2)
        expected = stats.t.interval(0.95, 3, -0.5, stats.sem([-1.0, -0.5, 0.0, -0.5]))
        assert found.difference == -0.5
        assert (found.low, found.high) == pytest.approx(expected)
        assert not found.certain

    def test_the_same_difference_everywhere_still_has_an_interval(self):
        found = severity([-0.5] * 3, behaviours=1)
        assert found.low < -1
        assert found.high > 0
        assert severity([-0.5] * 8, behaviours=3).certain

    def test_one_interaction_says_nothing_of_chance_and_none_nothing_at_all(self):
        assert severity([0.5], 3) == Severity(0.5)
        assert not Severity(0.5).certain
        assert severity([], 3) is None


class TestDistributions:
    @pytest.mark.parametrize("above", [1, 2.5, 5, 40, 300])
    @pytest.mark.parametrize("below", [1, 3, 7.25, 60, 10_000])
    @pytest.mark.parametrize("probability", [0.005, 0.5, 0.95, 0.975, 0.9995])
    def test_quantiles_of_f_are_scipys(self, above, below, probability):
        found = f_quantile(probability, above, below)
        assert found == pytest.approx(stats.f.ppf(probability, above, below), rel=1e-8)
        assert f_cdf(found, above, below) == pytest.approx(probability, abs=1e-9)

    @pytest.mark.parametrize("freedom", [1, 2, 5, 30, 1000])
    def test_quantiles_of_t_are_scipys(self, freedom):
        assert t_of(0.95, freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=1e-9)

    def test_the_ends(self):
        assert f_cdf(0, 3, 4) == 0
        assert f_cdf(1e300, 3, 4) == pytest.approx(1)

    @pytest.mark.parametrize("wrong", [(0, 1, 1), (1, 1, 1), (0.5, 0, 1), (0.5, 1, -1), (0.5, 1, math.nan)])
    def test_what_is_no_distribution_is_refused(self, wrong):
        with pytest.raises(ValueError, match=r"between|positive"):
            f_quantile(*wrong)
