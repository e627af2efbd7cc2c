"""What answers come to: eNPS, means and shares with their intervals, differences, bands, topics."""

import math

import pytest

from app.core import intervals
from app.core.terms import terms_of
from app.voice.rules import results as rules
from app.voice.rules.results import Difference, Near
from app.voice.rules.topics import Term, Tones, tones, topics


def ratings(promoters, passives, detractors):
    return {10: promoters, 8: passives, 3: detractors}


def test_enps_has_the_adjusted_wald_interval():
    published = {
        (50, 30, 20): (30, 14.051, 44.201),
        (40, 30, 30): (10, -6.272, 25.689),
        (5, 0, 0): (100, 17.491, 100),
    }
    for bands, (value, low, high) in published.items():
        found = rules.enps_of(ratings(*bands))
        assert (found.value, found.n) == (value, sum(bands))
        assert (found.low, found.high) == (pytest.approx(low, abs=5e-4), pytest.approx(high, abs=5e-4))
    assert rules.bands_of(dict.fromkeys(range(11), 1)) == (2, 2, 7)  # a 6 is a detractor, a 7 is none
    assert rules.enps_of(dict.fromkeys(range(1, 11), 1)).value == -40
    with pytest.raises(ValueError, match="no ratings"):
        rules.enps_of({})


def test_two_enps_are_compared_by_their_adjusted_scores():
    found = rules.difference(rules.enps_of(ratings(50, 30, 20)), rules.enps_of(ratings(40, 30, 30)))
    assert found.value == 20
    assert found.p == pytest.approx(0.0832, abs=5e-5)


def test_a_mean_has_student_s_interval_within_the_scale():
    found = rules.mean_of({1: 1, 2: 2, 3: 4, 4: 2, 5: 1}, 1, 5)
    # by hand: 10 ratings, sum of squares 12 about 3, standard error sqrt(12/9/10) = .36515, t(9) = 2.26216
    assert (found.value, found.low, found.high) == (3, pytest.approx(2.174, abs=2e-3), pytest.approx(3.826, abs=2e-3))
    alike = rules.mean_of({4: 30}, 1, 5)
    assert alike.low < 4 < alike.high
    assert rules.mean_of({5: 6}, 1, 5).high == 5
    for degrees, t in ((1, 12.706), (2, 4.303), (3, 3.182), (9, 2.262), (30, 2.042)):
        assert intervals.student(0.95, degrees) == pytest.approx(t, rel=4e-3)
    with pytest.raises(ValueError, match="two ratings"):
        rules.mean_of({3: 1}, 1, 5)


def test_means_differ_by_welch():
    one, other = rules.mean_of({1: 5, 2: 5}, 1, 5), rules.mean_of({1: 2, 2: 8}, 1, 5)
    # by hand: means 1.5 and 1.8, variances .2778 and .1778, t = -1.4056 with 17.2 degrees: p = .177
    found = rules.difference(one, other)
    assert (found.value, found.p) == (pytest.approx(-0.3), pytest.approx(0.177, abs=3e-3))
    assert rules.difference(one, one).p == 1


def test_of_many_differences_few_are_false():
    def found(*p_values):
        return rules.beyond_chance([None if p is None else Difference(1, p) for p in p_values])

    # Benjamini & Hochberg 1995, table of 15 p values: at .05 the first four
    published = (0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344)
    rest = (0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0)
    assert found(*published, *rest) == [True] * 4 + [False] * 11
    assert found(0.04, None) == [True, False]
    assert found() == []
    assert rules.beyond_chance([Difference(0, 0.0)]) == [False]


def test_shares_have_wilson_s_interval():
    for (n, total), (low, high) in {(81, 263): (25.5, 36.6), (15, 148): (6.2, 16.0), (0, 20): (0, 16.1)}.items():
        found = rules.share_interval(n, total)  # Newcombe 1998, table I, method 3
        assert found == (pytest.approx(low, abs=0.06), pytest.approx(high, abs=0.06))
    with pytest.raises(ValueError, match="not of more than all"):
        rules.share_interval(3, 2)


def test_where_nearly_all_are_of_one_mind_only_a_band_is_known():
    near = Near(80, 100, 20)  # 90 % or more are promoters, so 10 % or less are detractors
    for counts in ({10: 20}, {9: 10, 10: 9, 2: 1}, {10: 18}):  # all, all but one, and what is kept of them
        assert rules.nearly_one_band(counts, 20) == near
    assert rules.nearly_one_band({9: 10, 2: 10}, 20) is None
    assert rules.nearly_one_band({0: 60}, 60) == Near(-100, -80, 60)
    assert rules.nearly_one_band({7: 30, 8: 30}, 60) == Near(-10, 10, 60)


def test_the_rest_of_a_whole_has_no_ratings_that_nobody_gave():
    assert rules.rest_of({1: 4, 2: 3}, {1: 4, 2: 1}) == {2: 2}


def test_how_far_people_got_is_told_in_steps():
    assert [rules.about(n, 47) for n in (47, 46, 40, 1, 60)] == [100, 100, 85, 0, 100]
    assert rules.about(1, 0) == 0
    assert math.isinf(rules.enps_of({10: 1}).freedom)


def test_topics_are_words_that_many_texts_have():
    assert terms_of("The refund tool isn't fast, and Ana’s forms!") == {
        "refund",
        "tool",
        "refund tool",
        "fast",
        "ana",
        "ana forms",
        "forms",
    }
    texts = ["The refund tool is slow"] * 4 + ["Slow refund tool"] + ["I wait for refunds"] * 2
    assert topics(texts) == [Term("refund tool", 5), Term("slow", 5)]
    assert topics(texts[:4]) == []
    assert tones([0.5, 0.05, 0.0, -0.04, -0.05]) == Tones(2, 2, 1)
