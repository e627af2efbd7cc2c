import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from app.nps import rules
from app.nps.rules import Counts

COUNT = st.integers(0, 2_000)
GROUP = st.builds(Counts, COUNT, COUNT, COUNT).filter(lambda counts: counts.n > 0)
CONFIDENCE = st.sampled_from([0.8, 0.9, 0.95, 0.99])
unhurried = settings(deadline=None)  # a busy machine is no fault of a rule


@pytest.mark.parametrize(
    ("rating", "band"),
    [(0, "detractor"), (6, "detractor"), (7, "passive"), (8, "passive"), (9, "promoter"), (10, "promoter")],
)
def test_a_six_is_a_detractor_and_a_nine_a_promoter(rating, band):
    assert rules.band(rating) == band


@pytest.mark.parametrize("rating", [-1, 11, 7.5, "9", None])
def test_a_rating_outside_nought_to_ten_is_refused(rating):
    with pytest.raises(ValueError, match="from 0 to 10"):
        rules.band(rating)


def test_ratings_one_to_ten_once_each_make_minus_forty():
    assert rules.nps_of(range(1, 11)) == -40
    assert rules.count_bands(range(1, 11)) == Counts(2, 2, 6)


@unhurried
@given(st.lists(st.integers(0, 10), min_size=1, max_size=30), st.randoms())
def test_the_score_does_not_depend_on_the_order_of_answers(ratings, chance):
    shuffled = chance.sample(ratings, len(ratings))
    assert rules.nps_of(shuffled) == rules.nps_of(ratings)


def test_cells_add_up_and_leave_the_rest():
    whole = rules.adding_up([Counts(1, 2, 3), Counts(10, 20, 30), Counts()])
    assert whole == Counts(11, 22, 33)
    assert whole - Counts(1, 2, 3) == Counts(10, 20, 30)
    assert whole.n == 66
    assert [whole.share(band) for band in rules.BANDS] == pytest.approx([1 / 6, 1 / 3, 1 / 2])
    assert Counts().share("promoter") == 0
    assert rules.adding_up([]) == Counts()


def test_the_raw_score_and_its_standard_error_are_the_published_ones():
    found = rules.score(162, 108, 54)  # shares 1/2, 1/3, 1/6 of 324
    assert found.nps == pytest.approx(33.33, abs=0.005)
    assert found.standard_error == pytest.approx(4.141, abs=0.0005)
    assert (found.standard_error / 100) ** 2 * 324 == pytest.approx(5 / 9)
    assert [found.share(band) for band in rules.BANDS] == pytest.approx([1 / 2, 1 / 3, 1 / 6])


def test_the_raw_margin_of_fifty_thirty_twenty():
    found = rules.score(50, 30, 20)
    assert found.nps == 30
    assert 1.959964 * found.standard_error == pytest.approx(15.3078, abs=0.0001)


@pytest.mark.parametrize(
    ("counts", "confidence", "low", "high", "digits"),
    [
        ((50, 30, 20), 0.95, 14.051, 44.201, 3),
        ((40, 30, 30), 0.95, -6.272, 25.689, 3),
        ((5, 0, 0), 0.95, 17.491, 100, 3),
        ((15, 13, 8), 0.90, -2.38, 38.28, 2),
    ],
)
def test_intervals_are_the_adjusted_ones(counts, confidence, low, high, digits):
    found = rules.score(*counts, confidence=confidence)
    assert (round(found.low, digits), round(found.high, digits)) == (low, high)
    assert (found.promoters, found.passives, found.detractors) == counts
    assert found.confidence == confidence


def test_the_interval_is_clipped_and_its_middle_is_not():
    found = rules.score(5, 0, 0)
    assert found.high == 100
    assert found.centre + 1.959964 * math.sqrt(found.adjusted_variance) == pytest.approx(107.509, abs=0.0005)


@pytest.mark.parametrize("counts", [(1, 0, 0), (0, 0, 1), (0, 1, 0), (2, 0, 0), (400, 0, 0), (0, 400, 0)])
def test_when_all_answers_agree_the_interval_has_a_width_and_holds_the_score(counts):
    found = rules.score(*counts, confidence=0.9)
    assert found.standard_error == 0
    assert found.low < found.high
    assert found.low <= found.nps <= found.high


@unhurried
@given(GROUP, CONFIDENCE)
def test_the_interval_stays_within_bounds_lower_end_first(counts, confidence):
    found = rules.score(*counts, confidence=confidence)
    assert -100 <= found.low < found.high <= 100
    assert found.low <= found.nps <= found.high
    assert found.adjusted_variance > 0


@unhurried
@given(GROUP, CONFIDENCE)
def test_swapping_promoters_and_detractors_mirrors_the_interval(counts, confidence):
    found = rules.score(*counts, confidence=confidence)
    mirrored = rules.score(counts.detractors, counts.passives, counts.promoters, confidence)
    assert (mirrored.nps, mirrored.low, mirrored.high) == pytest.approx((-found.nps, -found.high, -found.low))


@unhurried
@given(GROUP, st.integers(2, 50), CONFIDENCE)
def test_the_same_shares_of_more_answers_give_a_narrower_interval(counts, times, confidence):
    few = rules.score(*counts, confidence=confidence)
    many = rules.score(*(times * count for count in counts), confidence=confidence)
    assert many.nps == pytest.approx(few.nps)
    assert 0 < many.high - many.low < few.high - few.low


def test_no_answers_are_no_score():
    with pytest.raises(ValueError, match="no responses"):
        rules.score(0, 0, 0)
    assert rules.score_of(Counts()) is None
    assert rules.score_of(Counts(5, 3, 2)) == rules.score(5, 3, 2)
    with pytest.raises(ValueError, match="no responses"):
        rules.nps_of([])


@pytest.mark.parametrize("counts", [(-1, 0, 0), (5, -1, 0), (5, 5, -5)])
def test_negative_counts_are_refused(counts):
    with pytest.raises(ValueError, match="negative"):
        rules.score(*counts)
    with pytest.raises(ValueError, match="negative"):
        rules.score_of(Counts(*counts))


@pytest.mark.parametrize("confidence", [0, 1, 95, -0.5, math.nan])
def test_a_confidence_is_between_nought_and_one(confidence):
    with pytest.raises(ValueError, match="confidence"):
        rules.score(1, 1, 1, confidence)


def test_two_groups_are_compared_by_their_adjusted_estimates():
    found = rules.compare((50, 30, 20), (40, 30, 30))
    assert found.difference == 20
    assert found.z == pytest.approx(1.7323, abs=0.00005)
    assert found.p == pytest.approx(0.0832, abs=0.00005)
    assert not found.significant
    assert found.low < 0 < found.high


def test_each_group_of_a_comparison_is_divided_by_its_own_n():
    a, b = Counts(50, 30, 20), Counts(8, 240, 12)
    found = rules.compare(a, b)

    def adjusted(counts):
        answers = [1] * counts.promoters + [0] * counts.passives + [-1] * counts.detractors
        n = len(answers) + 3
        mean = sum(answers) / n
        return mean, ((sum(x * x for x in answers) + 1.5) / n - mean**2) / n

    (m1, v1), (m2, v2) = adjusted(a), adjusted(b)
    z = (m1 - m2) / math.sqrt(v1 + v2)
    assert found.z == pytest.approx(z)
    assert found.p == pytest.approx(2 * stats.norm.sf(abs(z)))
    half = stats.norm.ppf(0.975) * math.sqrt(v1 + v2)
    assert (found.low, found.high) == pytest.approx((100 * (m1 - m2 - half), 100 * (m1 - m2 + half)))


@unhurried
@given(GROUP, GROUP)
def test_comparing_the_other_way_round_turns_every_sign(a, b):
    there, back = rules.compare(a, b), rules.compare(b, a)
    assert (back.difference, back.z, back.p) == (-there.difference, -there.z, there.p)
    assert (back.low, back.high) == (-there.high, -there.low)
    assert (back.needed, back.significant) == (there.needed, there.significant)


@unhurried
@given(GROUP, GROUP)
def test_a_difference_lies_in_its_interval_and_needs_someone_to_be_seen(a, b):
    found = rules.compare(a, b)
    assert -200 <= found.low <= found.difference <= found.high <= 200
    assert found.low < found.high
    assert (found.needed is None) == (found.difference == 0)
    assert found.needed is None or found.needed >= 1


def test_the_interval_of_a_difference_holds_the_raw_one_of_a_single_answer_each():
    assert rules.compare((1, 0, 0), (0, 0, 1)).high == 200
    assert rules.compare((0, 0, 1), (1, 0, 0)).low == -200


def test_scores_cells_and_tuples_compare_alike():
    expected = rules.compare((50, 30, 20), (40, 30, 30), 0.9)
    assert rules.compare(rules.score(50, 30, 20, 0.9), Counts(40, 30, 30), 0.9) == expected
    assert expected.significant  # p = .083 at 90%


def test_equal_groups_do_not_differ_and_no_number_of_answers_would_show_it():
    found = rules.compare((50, 30, 20), (50, 30, 20))
    assert (found.difference, found.p, found.needed, found.significant) == (0, 1, None, False)


def test_the_number_needed_would_indeed_show_the_difference_four_times_in_five():
    found = rules.compare((500, 300, 200), (440, 300, 260))
    assert found.difference == 12
    variances = 0.7 - 0.3**2 + 0.7 - 0.18**2
    power = stats.norm.sf(stats.norm.ppf(0.975) - 0.12 / math.sqrt(variances / found.needed))
    assert power == pytest.approx(0.80, abs=0.005)


def test_one_answer_against_thousands_is_never_significant_against_its_own_direction():
    found = rules.compare((1, 0, 0), (99_950, 50, 0))  # adjusted: far below; raw: slightly above
    assert found.difference > 0 > found.z
    assert found.p < 0.05
    assert not found.significant


def test_groups_of_one_mind_still_need_answers():
    assert rules.compare((3, 0, 0), (0, 3, 0)).needed > 3


def test_sample_sizes_are_the_published_ones():
    assert rules.sample_size(10, promoters=0.5, detractors=0.3) == 292
    assert rules.sample_size(10) == 385


def test_a_small_population_needs_fewer_and_never_more_than_all():
    assert rules.sample_size(10, population=1_000) == math.ceil(384.1459 / (1 + 383.1459 / 1_000))
    assert rules.sample_size(10, population=10**9) == 385
    assert rules.sample_size(0.001, population=50) == 50
    assert rules.sample_size(10, population=1) == rules.sample_size(10, 1, 0, population=1) == 1


@unhurried
@given(st.floats(0.5, 100), CONFIDENCE)
def test_the_worst_case_needs_the_most(half_width, confidence):
    worst = rules.sample_size(half_width, confidence=confidence)
    assert worst >= rules.sample_size(half_width, 0.6, 0.2, confidence) >= 1
    assert rules.sample_size(half_width, 0.5, 0.5, confidence) == worst


@pytest.mark.parametrize(
    "wrong",
    [
        {"half_width": 0},
        {"half_width": -1},
        {"half_width": math.nan},
        {"half_width": 10, "promoters": 0.5},
        {"half_width": 10, "promoters": 0.8, "detractors": 0.3},
        {"half_width": 10, "promoters": -0.1, "detractors": 0.3},
        {"half_width": 10, "promoters": 50, "detractors": 30},
        {"half_width": 10, "population": 0},
    ],
)
def test_a_sample_size_of_nonsense_is_refused(wrong):
    with pytest.raises(ValueError):  # noqa: PT011 - each says something else, and all are ours
        rules.sample_size(**wrong)


@pytest.mark.parametrize(("n", "missing"), [(0, 30), (16, 14), (29, 1), (30, 0), (31, 0)])
def test_thirty_answers_are_enough_to_judge(n, missing):
    assert rules.missing_to_judge(n) == missing
    assert n == 0 or rules.score(n, 0, 0).missing_to_judge == missing


@pytest.mark.parametrize(("answered", "asked"), [(0, 10), (1, 10), (10, 10), (340, 1_000), (1, 1)])
def test_a_response_rate_has_the_wilson_interval(answered, asked):
    found = rules.response_rate(answered, asked)
    expected = stats.binomtest(answered, asked).proportion_ci(0.95, method="wilson")
    assert found.percent == 100 * answered / asked
    assert (found.low, found.high) == pytest.approx((100 * expected.low, 100 * expected.high), abs=1e-9)
    assert 0 <= found.low < found.high <= 100


def test_the_interval_of_a_response_rate_holds_the_rate():
    rates = [rules.response_rate(answered, asked) for asked in range(1, 60) for answered in range(asked + 1)]
    assert all(rate.low <= rate.percent <= rate.high for rate in rates)


@pytest.mark.parametrize(("answered", "asked"), [(0, 0), (-1, 5), (6, 5)])
def test_nobody_answers_who_was_not_asked(answered, asked):
    with pytest.raises(ValueError, match="asked"):
        rules.response_rate(answered, asked)
