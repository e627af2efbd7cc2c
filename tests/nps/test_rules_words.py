import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.nps import rules

unhurried = settings(deadline=None)  # a busy machine is no fault of a rule


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (6.0, "6 points"),
        (-6.4, "6 points"),
        (6.5, "7 points"),
        (1.0, "1 point"),
        (-1.4, "1 point"),
        (1.5, "2 points"),
        (0.5, "1 point"),
        (0.49, "0.5 points"),
        (0.05, "0.1 points"),
        (0.049, "less than 0.1 points"),
        (0, "0 points"),
        (200, "200 points"),
    ],
)
def test_points_have_the_right_number(value, words):
    assert rules.points(value) == words


@pytest.mark.parametrize(
    ("p", "words"),
    [
        (0, "p < .001"),
        (0.000999, "p < .001"),
        (0.001, "p = .001"),
        (0.003, "p = .003"),
        (0.0499, "p = .049"),
        (0.05, "p = .050"),
        (0.057, "p = .057"),
        (0.0832, "p = .083"),
        (0.0999, "p = .099"),
        (0.1, "p = .10"),
        (0.21, "p = .21"),
        (0.29, "p = .29"),
        (0.999, "p = .99"),
        (1, "p = 1"),
    ],
)
def test_a_p_value_has_no_leading_zero_and_stays_on_its_side(p, words):
    assert rules.p_in_words(p) == words


@pytest.mark.parametrize(
    ("n", "words"),
    [(1, "1"), (99, "99"), (100, "100"), (101, "110"), (338, "340"), (2_617, "2,700"), (94_188, "95,000")],
)
def test_a_number_needed_is_rounded_up_to_two_digits(n, words):
    assert rules.roughly(n) == words


@unhurried
@given(st.integers(1, 10**9))
def test_a_rounded_number_is_never_too_small_nor_a_tenth_too_large(n):
    assert n <= int(rules.roughly(n).replace(",", "")) <= 1.1 * n


@pytest.mark.parametrize(
    ("value", "words"), [(33.3, "33"), (-6.27, "−6"), (2.5, "3"), (-2.5, "−3"), (-0.4, "0"), (0, "0"), (100, "100")]
)
def test_a_score_has_a_real_minus_sign_and_its_mirror_image_looks_alike(value, words):
    assert rules.whole_score(value) == words


@pytest.mark.parametrize(
    ("n", "words"), [(0, "0 responses"), (1, "1 response"), (2, "2 responses"), (1_200, "1,200 responses")]
)
def test_responses_are_counted_in_the_right_number(n, words):
    assert rules.counted(n) == words


@pytest.mark.parametrize(
    ("later", "earlier", "words"),
    [
        (
            (213, 180, 107),
            (198, 180, 122),
            "up 6 points; could well be chance (p = .22): you would need about 2,700 responses in each period",
        ),
        (
            (50, 30, 20),
            (40, 30, 30),
            "up 20 points; could well be chance (p = .083): you would need about 260 responses in each period",
        ),
        ((500, 300, 200), (560, 300, 140), "down 12 points; unlikely to be chance (p < .001)"),
        ((270, 180, 150), (300, 180, 120), "down 10 points; unlikely to be chance (p = .030)"),
        (
            (30, 30, 40),
            (31, 30, 39),
            "down 2 points; could well be chance (p = .86): you would need about 27,000 responses in each period",
        ),
        ((50, 30, 20), (50, 30, 20), "no different"),
        ((1_000, 600, 400), (999, 602, 399), "no different"),
        ((3_503_000, 3_000_000, 3_497_000), (3_500_000, 3_000_000, 3_500_000), "no different"),
        ((3_512_000, 3_000_000, 3_488_000), (3_500_000, 3_000_000, 3_500_000), "up 0.2 points; unlikely to be chance"),
    ],
)
def test_a_comparison_says_how_much_and_whether_to_believe_it(later, earlier, words):
    assert rules.in_words(rules.compare(later, earlier)).startswith(words)


def test_groups_are_higher_or_lower_rather_than_up_or_down():
    better = rules.compare((560, 300, 140), (500, 300, 200))
    assert rules.in_words(better, each="group") == "12 points higher; unlikely to be chance (p < .001)"
    worse = rules.compare((40, 30, 30), (50, 30, 20))
    assert rules.in_words(worse, each="group") == (
        "20 points lower; could well be chance (p = .083): you would need about 260 responses in each group"
    )


@pytest.mark.parametrize(
    ("score", "words"),
    [
        (None, "no responses yet"),
        (rules.score(1, 0, 0), "not enough to judge: 29 more responses"),
        (rules.score(8, 4, 4), "not enough to judge: 14 more responses"),
        (rules.score(15, 10, 4), "not enough to judge: 1 more response"),
        (rules.score(15, 10, 5), "33, most likely between 5 and 56"),
        (rules.score(40, 30, 30), "10, most likely between −6 and 26"),
        (rules.score(5_000_000, 3_000_000, 2_000_000), "30, sure to the point"),
    ],
)
def test_a_verdict_is_given_from_thirty_answers_on(score, words):
    assert rules.verdict(score) == words
