import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from app.nps import rules
from app.nps.rules import Doubt
from tests.nps.published import MTCARS, SWISS

unhurried = settings(deadline=None, max_examples=50)  # a busy machine is no fault of a rule


@st.composite
def tables(draw):
    """A few rows of ratings 1..5 and outcomes -1..1, columns that repeat or never vary among them."""
    n, k = draw(st.integers(8, 30)), draw(st.integers(1, 4))
    matrix = draw(arrays.arrays(float, (n, k), elements=st.integers(1, 5)))
    return matrix, draw(arrays.arrays(float, n, elements=st.integers(-1, 1)))


def split(rows, **options):
    return rules.key_drivers([row[1:] for row in rows], [row[0] for row in rows], **options)


def ratings(n, weights, seed=1, noise=1.0):
    chance = np.random.default_rng(seed)
    matrix = chance.integers(1, 6, (n, len(weights))).astype(float)
    return matrix, matrix @ np.array(weights) + chance.normal(0, noise, n)


def brute_force_lmg(x, y):
    """By its definition: the gain of each column, averaged over every order of entry, each model fitted anew."""

    def r_squared(columns):
        design = np.column_stack([np.ones(len(y)), x[:, list(columns)]])
        rest = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
        return 1 - rest @ rest / ((y - y.mean()) @ (y - y.mean()))

    gains, orders = np.zeros(x.shape[1]), list(itertools.permutations(range(x.shape[1])))
    for order in orders:
        for i, j in enumerate(order):
            gains[j] += r_squared(order[: i + 1]) - r_squared(order[:i])
    return gains / len(orders)


def test_swiss_fertility_splits_as_published():
    found = split(SWISS, resamples=0)
    assert found.r_squared == pytest.approx(0.706735, abs=5e-7)
    assert [round(share, 7) for share in found.lmg] == [0.0570912, 0.1711730, 0.2601347, 0.1055702, 0.1127659]
    assert [round(share, 7) for share in found.johnson] == [0.0484169, 0.1547082, 0.2719641, 0.1146800, 0.1169657]
    assert (found.n, found.deleted) == (47, 0)


def test_miles_per_gallon_split_as_published():
    found = split(MTCARS, resamples=0)
    assert found.r_squared == pytest.approx(0.7791896, abs=5e-8)
    assert [round(share, 7) for share in found.johnson] == [0.2284797, 0.2221469, 0.2321744, 0.0963886]


def test_two_correlated_drivers_split_as_published():
    basis = np.linalg.qr(np.column_stack([np.ones(50), np.random.default_rng(3).normal(size=(50, 3))]))[0][:, 1:]
    root = np.linalg.cholesky(np.array([[1, 0.5, 0.6], [0.5, 1, 0.4], [0.6, 0.4, 1]]))
    data = basis @ root.T  # exactly these correlations
    found = rules.key_drivers(data[:, :2], data[:, 2], resamples=0)
    assert found.r_squared == pytest.approx(0.28 / 0.75)
    assert found.lmg == pytest.approx((0.286667, 0.086667), abs=1e-6)
    assert found.johnson == pytest.approx((0.286667, 0.086667), abs=1e-6)
    assert found.correlations == pytest.approx((0.6, 0.4))


@unhurried
@given(tables())
def test_both_splits_add_up_and_lmg_is_never_negative(table):
    matrix, outcome = table
    found = rules.key_drivers(matrix, outcome, resamples=0)
    assert 0 <= found.r_squared <= 1 + 1e-9
    assert sum(found.lmg) == pytest.approx(found.r_squared, abs=1e-7)
    assert sum(found.johnson) == pytest.approx(found.r_squared, abs=1e-7)
    assert all(-1e-9 <= share <= 1 + 1e-9 for share in found.lmg + found.johnson)
    assert all(math.isfinite(value) for value in found.coefficients + found.betas + found.correlations)


@unhurried
@given(tables())
def test_lmg_is_what_its_definition_says(table):
    matrix, outcome = table
    if len(set(outcome)) > 1:
        found = rules.key_drivers(matrix, outcome, resamples=0)
        assert found.lmg == pytest.approx(brute_force_lmg(matrix, outcome), abs=1e-7)


def test_columns_keep_their_shares_in_any_order():
    matrix, outcome = ratings(300, [1, 0.5, 0])
    found = rules.key_drivers(matrix, outcome, resamples=0)
    turned = rules.key_drivers(matrix[:, ::-1], outcome, resamples=0)
    assert turned.lmg[::-1] == pytest.approx(found.lmg)
    assert turned.johnson[::-1] == pytest.approx(found.johnson)


def test_coefficients_are_least_squares_and_vif_is_its_definition():
    found = split(SWISS, resamples=0)
    x, y = np.array(SWISS)[:, 1:], np.array(SWISS)[:, 0]
    expected = np.linalg.lstsq(np.column_stack([np.ones(len(y)), x]), y, rcond=None)[0]
    assert (found.intercept, *found.coefficients) == pytest.approx(tuple(expected))
    assert found.betas == pytest.approx(tuple(expected[1:] * x.std(axis=0) / y.std()))
    assert found.vif == pytest.approx(tuple(np.diag(np.linalg.inv(np.corrcoef(x.T)))))
    assert found.means == pytest.approx(tuple(x.mean(axis=0)))


def test_known_drivers_are_found_in_their_order_and_the_idle_one_last():
    matrix, outcome = ratings(2_000, [2, 1, 0])
    found = rules.key_drivers(matrix, outcome, names=["care", "speed", "music"])
    assert found.names == ("care", "speed", "music")
    assert found.lmg[0] > found.lmg[1] > found.lmg[2]
    assert found.coefficients == pytest.approx((2, 1, 0), abs=0.1)
    assert found.enough
    assert found.warnings == ()
    assert found.shares == pytest.approx((0.8, 0.2, 0), abs=0.03)
    assert found.low[0] < found.lmg[0] < found.high[0]
    assert found.low[0] > found.high[1]


def test_intervals_are_the_same_for_the_same_seed_and_differ_for_another():
    matrix, outcome = ratings(200, [1, 1])
    once = rules.key_drivers(matrix, outcome, seed=3)
    assert once == rules.key_drivers(matrix, outcome, seed=3)
    assert once.low != rules.key_drivers(matrix, outcome, seed=4).low


def test_intervals_agree_with_resampling_the_rows_one_by_one():
    matrix, outcome = ratings(120, [1, 0.5, 0], noise=2)
    found = rules.key_drivers(matrix, outcome, seed=5, resamples=50)
    chance, shares = np.random.default_rng(5), []
    for _ in range(50):
        rows = chance.integers(120, size=120)
        shares.append(rules.key_drivers(matrix[rows], outcome[rows], resamples=0).lmg)
    assert found.low == pytest.approx(np.quantile(shares, 0.025, axis=0))
    assert found.high == pytest.approx(np.quantile(shares, 0.975, axis=0))


def test_a_higher_confidence_gives_wider_intervals_and_no_resamples_none():
    matrix, outcome = ratings(200, [1, 0.5])
    narrow, wide = (rules.key_drivers(matrix, outcome, confidence=c) for c in (0.5, 0.99))
    assert all(w < n for w, n in zip(wide.low, narrow.low, strict=True))
    assert all(w > n for w, n in zip(wide.high, narrow.high, strict=True))
    assert rules.key_drivers(matrix, outcome, resamples=0).low == ()


def test_rows_with_anything_missing_are_left_out_and_counted():
    rows = [list(row) for row in SWISS]
    expected = split(rows[3:], resamples=0)
    rows[0][0], rows[1][2], rows[2][5] = None, math.nan, None
    found = split(rows, resamples=0)
    assert (found.n, found.deleted) == (44, 3)
    assert found.lmg == expected.lmg


@pytest.mark.parametrize("steady", [0.1, 13 / 3 + np.arange(200) % 2 * 1e-15], ids=["constant", "rounding"])
def test_a_driver_that_never_varies_has_no_importance_and_a_warning(steady):
    matrix, outcome = ratings(200, [1, 1])
    found = rules.key_drivers(np.insert(matrix, 1, steady, axis=1), outcome)
    without = rules.key_drivers(matrix, outcome)
    assert (found.lmg[1], found.johnson[1], found.coefficients[1], found.vif[1]) == (0, 0, 0, 1)
    assert found.lmg[::2] == pytest.approx(without.lmg)
    assert [(caution.code, caution.column) for caution in found.warnings] == [(Doubt.CONSTANT, 1)]


def test_an_outcome_that_never_varies_explains_nothing():
    matrix, _ = ratings(200, [1, 1])
    found = rules.key_drivers(matrix, [100] * 200)
    assert found.r_squared == 0
    assert found.lmg == found.johnson == found.coefficients == found.shares == (0, 0)
    assert found.warned(Doubt.CONSTANT_OUTCOME)


def test_the_same_driver_twice_shares_its_importance_and_is_called_inseparable():
    matrix, outcome = ratings(200, [1, 1])
    found = rules.key_drivers(np.column_stack([matrix, matrix[:, 0]]), outcome)
    single = rules.key_drivers(matrix, outcome)
    assert found.r_squared == pytest.approx(single.r_squared)
    assert found.lmg[0] == pytest.approx(found.lmg[2])
    assert found.johnson[0] == pytest.approx(found.johnson[2])
    assert found.coefficients[0] == pytest.approx(single.coefficients[0] / 2)
    assert found.vif[0] == found.vif[2] == math.inf
    assert [(caution.code, caution.column) for caution in found.warnings] == [
        (Doubt.INSEPARABLE, 0),
        (Doubt.INSEPARABLE, 2),
    ]


def test_an_outcome_that_is_a_driver_itself_is_explained_wholly():
    matrix, _ = ratings(200, [1, 1])
    found = rules.key_drivers(np.column_stack([matrix, matrix[:, 0]]), matrix[:, 0])
    assert found.r_squared == pytest.approx(1)
    assert found.lmg == pytest.approx((0.5, 0, 0.5), abs=0.01)
    assert found.sign_warnings == ()


def test_a_mix_of_other_drivers_adds_nothing_and_its_sign_is_not_judged():
    matrix, outcome = ratings(200, [1, 1])
    mix = 0.3 * matrix[:, 0] + 0.7 * matrix[:, 1]
    found = rules.key_drivers(np.column_stack([matrix, mix]), outcome, resamples=0)
    assert found.r_squared == pytest.approx(rules.key_drivers(matrix, outcome, resamples=0).r_squared)
    assert sum(found.lmg) == pytest.approx(found.r_squared)
    assert [caution.column for caution in found.warnings if caution.code == Doubt.INSEPARABLE] == [0, 1, 2]
    against = matrix[:, 0] + 0.5 * matrix[:, 1]
    twice = np.column_stack([matrix[:, 0], against, against])
    turned = rules.key_drivers(twice, 2 * matrix[:, 0] - 0.5 * against, resamples=0)
    assert turned.correlations[1] > 0 > turned.coefficients[1]
    assert turned.sign_warnings == ()


def test_nearly_the_same_driver_twice_is_called_collinear():
    matrix, outcome = ratings(300, [1, 1])
    twin = matrix[:, 0] + np.random.default_rng(2).normal(0, 0.3, 300)
    found = rules.key_drivers(np.column_stack([matrix, twin]), outcome)
    assert 5 < found.vif[0] < math.inf
    assert {caution.column for caution in found.warnings if caution.code == Doubt.COLLINEAR} == {0, 2}


def test_a_coefficient_against_its_correlation_is_warned_of():
    matrix, _ = ratings(500, [1, 1])
    mixed = np.column_stack([matrix[:, 0], matrix[:, 0] + 0.5 * matrix[:, 1]])
    outcome = 2 * mixed[:, 0] - 0.5 * mixed[:, 1] + 0.01 * matrix[:, 1]
    found = rules.key_drivers(mixed, outcome)
    assert found.sign_warnings == (1,)
    assert found.correlations[1] > 0 > found.coefficients[1]
    assert found.warned(Doubt.SIGN_REVERSED)
    assert split(SWISS, resamples=0).sign_warnings == (0,)  # Agriculture, t = -2.4


def test_an_idle_driver_on_the_other_side_of_zero_by_chance_is_not_warned_of():
    matrix, outcome = ratings(2_000, [2, 1, 0])
    found = rules.key_drivers(matrix, outcome, resamples=0)
    assert found.correlations[2] * found.coefficients[2] < 0
    assert found.sign_warnings == ()


@pytest.mark.parametrize(("n", "k", "enough"), [(149, 2, False), (150, 2, True), (150, 15, True), (159, 16, False)])
def test_how_many_rows_are_enough(n, k, enough):
    assert rules.enough(n, k) is enough


def test_few_rows_are_warned_of():
    assert rules.key_drivers(*ratings(149, [1])).warned(Doubt.FEW_ROWS)
    assert not rules.key_drivers(*ratings(150, [1])).warned(Doubt.FEW_ROWS)


def test_no_more_rows_than_unknowns_are_too_few():
    matrix, outcome = ratings(4, [1, 1])
    assert rules.key_drivers(matrix, outcome).n == 4
    with pytest.raises(rules.TooFewRows) as caught:
        rules.key_drivers(matrix, [None, *outcome[1:]])
    assert (caught.value.n, caught.value.needed) == (3, 4)
    with pytest.raises(rules.TooFewRows):
        rules.key_drivers([], [])


def test_twelve_drivers_are_split_and_thirteen_refused():
    matrix, outcome = ratings(300, [1] * 13)
    twelve = rules.key_drivers(matrix[:, :12], outcome, resamples=10)
    assert sum(twelve.lmg) == pytest.approx(twelve.r_squared)
    with pytest.raises(ValueError, match="between 1 and 12 drivers can be told apart, not 13"):
        rules.key_drivers(matrix, outcome)


@pytest.mark.parametrize(
    ("matrix", "outcome", "options"),
    [
        ([[1], [2], [3]], [1, 2], {}),
        ([1, 2, 3], [1, 2, 3], {}),
        ([[], [], []], [1, 2, 3], {}),
        ([[1], [2, 3]], [1, 2], {}),
        ([[1], [2], [3], [4]], [1, 2, 3, 3], {"names": ["a", "b"]}),
        ([[1], [2], [3], [4]], [1, 2, 3, 3], {"confidence": 1}),
    ],
)
def test_tables_that_do_not_fit_are_refused(matrix, outcome, options):
    with pytest.raises(ValueError):  # noqa: PT011 - each says something else, and one is numpy's
        rules.key_drivers(matrix, outcome, **options)
