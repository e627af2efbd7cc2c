"""What would have changed anyway, what is left of a change, and how sure that is."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.coaching import effect_phrases as words
from app.coaching import rules
from app.coaching.queries.effects import KindEffect, MetricEffect
from app.coaching.rules import effects
from app.core.measures import Measure
from app.core.shrinkage import shrink

unhurried = settings(deadline=None)  # a busy machine is no fault of a rule
LEVELS = Measure("behaviour:1", "Shows empathy", "levels", 1, 5, decimals=1)
POINTS = Measure("nps", "NPS", "points", -100, 100)
PERCENT = Measure("follow-through", "Actions done in time", "%", 0, 100)
score, spread = st.floats(-100, 100), st.floats(0.01, 100)
ONE = st.fixed_dictionaries(
    {
        "value": score,
        "n": st.integers(1, 50),
        "mean": score,
        "between": st.floats(0, 100),
        "within": spread,
        "after": score,
        "n_after": st.integers(3, 50),
    }
)
FORTY = dict.fromkeys(("coached", "not_coached"), 40)


class TestWhatIsExpectedAnyway:
    @pytest.mark.parametrize(
        ("before", "mean", "reliability", "expected"),
        [
            (2.0, 3.0, 1.0, 0.0),  # no noise: nothing comes back
            (2.0, 3.0, 0.0, 1.0),  # nothing but noise: all of it does
            (2.0, 3.0, 0.75, 0.25),
            (4.0, 3.0, 0.75, -0.25),  # high ones come down
            (3.0, 3.0, 0.2, 0.0),
        ],
    )
    def test_a_score_comes_back_to_the_mean_by_what_is_not_reliable(self, before, mean, reliability, expected):
        assert rules.expected_change(before, mean, reliability) == pytest.approx(expected)

    @pytest.mark.parametrize("reliability", [-0.001, 1.001, math.nan])
    def test_a_reliability_lies_between_0_and_1(self, reliability):
        with pytest.raises(ValueError, match="between 0 and 1"):
            rules.expected_change(2, 3, reliability)

    def test_it_is_where_the_shrunken_estimate_lies(self):
        pairs = [(20.0, 9.0), (30.0, 9.0), (45.0, 9.0), (65.0, 9.0)]
        for one in shrink(pairs, corrected=False):
            change = rules.expected_change(one.raw, one.mean, 1 - one.weight)
            assert one.raw + change == pytest.approx(one.estimate)

    @given(score, score, st.floats(0, 1))
    def test_it_never_goes_past_the_mean_and_is_symmetric(self, before, mean, reliability):
        change = rules.expected_change(before, mean, reliability)
        low, high = sorted((before, mean))
        assert low - 1e-9 <= before + change <= high + 1e-9
        mirrored = rules.expected_change(2 * mean - before, mean, reliability)
        assert mirrored == pytest.approx(-change, abs=1e-9)


def of_one(**values):
    known = {"value": 2.0, "n": 5, "mean": 3.0, "between": 0.36, "within": 0.64, "after": 2.9, "n_after": 5, **values}
    return effects.effect_of_one(**known)


class TestOnePerson:
    def test_the_change_less_what_was_expected_with_its_interval(self):
        found = of_one()
        reliability = 0.36 / (0.36 + 0.64 / 5)
        assert found.change == pytest.approx(0.9)
        assert found.expected == pytest.approx(1 - reliability)
        assert found.net == pytest.approx(0.9 - (1 - reliability))
        assert found.variance == pytest.approx(0.36 * (1 - reliability) + 0.64 / 5)
        assert found.high - found.net == pytest.approx(1.959964 * math.sqrt(found.variance))
        assert found.told
        assert not found.certain

    @pytest.mark.parametrize(("n_after", "missing"), [(0, 3), (1, 2), (2, 1), (3, 0), (4, 0)])
    def test_three_observations_are_needed_afterwards(self, n_after, missing):
        found = of_one(n_after=n_after, after=2.9 if n_after else None)
        assert found.missing == missing
        assert found.told == (not missing)
        assert not found.certain or found.told

    def test_where_people_do_not_differ_all_of_the_way_back_is_expected(self):
        assert of_one(between=0.0).expected == pytest.approx(1.0)

    @pytest.mark.parametrize("reached", [True, False])
    def test_a_fact_is_reached_or_not(self, reached):
        found = of_one(mean=None, between=0.0, within=0.0, after=None, n_after=0, n=0, reached=reached)
        assert found == effects.Effect(2.0, reached=reached)
        assert not found.told

    def test_a_large_change_is_certain_either_way(self):
        assert of_one(after=4.5).certain
        assert of_one(after=1.0).certain

    @given(ONE)
    def test_the_interval_holds_the_net_change_and_narrows_with_observations(self, known):
        found = effects.effect_of_one(**known)
        assert found.low < found.net < found.high
        assert found.change == pytest.approx(found.expected + found.net)
        assert effects.effect_of_one(**{**known, "n_after": 4 * known["n_after"]}).variance < found.variance
        assert effects.effect_of_one(**{**known, "n": 4 * known["n"]}).variance <= found.variance + 1e-9


def scene(people=60, seed=7, effect=0.0, drift=0.0, n=5):
    rng = np.random.default_rng(seed)
    true = rng.normal(3, 0.6, people)
    before = true + rng.normal(0, 0.8 / math.sqrt(n), people)
    coached = before < np.quantile(before, 0.3)
    after = true + effect * coached + drift + rng.normal(0, 0.8 / math.sqrt(n), people)
    counts = np.full(people, n)
    return {
        "before": before,
        "after": after,
        "coached": coached,
        "within": 0.64,
        "n_before": counts,
        "n_after": counts,
    }


def of_many(**values):
    return effects.effect_of_many(**{**scene(), **values})


class TestManyPeople:
    def test_it_is_the_difference_of_what_both_groups_changed_by_beyond_the_expected(self):
        given_ = scene(effect=0.4)
        found = effects.effect_of_many(**given_)
        x, y, coached = given_["before"], given_["after"], given_["coached"]
        pairs = [(value, 0.64 / 5) for value in x]
        one = shrink(pairs, corrected=False)[0]
        expected = np.array([rules.expected_change(value, one.mean, 1 - one.weight) for value in x])
        beyond = y - x - expected
        assert found.net == pytest.approx(beyond[coached].mean() - beyond[~coached].mean())
        assert found.net == pytest.approx(found.change - found.expected - found.others)
        assert (found.coached, found.not_coached) == (18, 42)

    def test_what_everybody_gains_is_nobodys_effect(self):
        plain, drifting = effects.effect_of_many(**scene()), effects.effect_of_many(**scene(drift=1.0))
        assert drifting.net == pytest.approx(plain.net)
        assert drifting.others == pytest.approx(plain.others + 1)

    @pytest.mark.parametrize("scale", [0.01, 100.0])
    def test_it_does_not_depend_on_the_unit(self, scale):
        given_ = scene()
        found, plain = (
            effects.effect_of_many(
                **{
                    **given_,
                    "before": scale * given_["before"],
                    "after": scale * given_["after"],
                    "within": scale**2 * given_["within"],
                }
            ),
            effects.effect_of_many(**given_),
        )
        assert found.net == pytest.approx(scale * plain.net)
        assert found.variance == pytest.approx(scale**2 * plain.variance)

    def test_not_knowing_the_reliability_widens_the_interval(self):
        sure, unsure = of_many(freedom=1e9), of_many(freedom=10)
        assert unsure.net == pytest.approx(sure.net)
        assert unsure.variance > sure.variance

    def test_the_gradient_is_that_of_the_difference(self, monkeypatch):
        """Moving the variance within people by a hair moves the difference as the delta method says."""
        given_, hair = scene(n=3), 1e-6
        up = effects.effect_of_many(**{**given_, "within": 0.64 + hair})
        down = effects.effect_of_many(**{**given_, "within": 0.64 - hair})
        slope = (up.net - down.net) / (2 * hair)
        known, unknown = (effects.effect_of_many(**given_, freedom=freedom) for freedom in (1e15, 100))
        assert unknown.variance - known.variance == pytest.approx(slope**2 * 2 * 0.64**2 / 100, rel=1e-3)

    def test_some_of_the_coached_can_be_looked_at_alone(self):
        given_ = scene()
        mask = given_["coached"] & (np.arange(60) % 2 == 0)
        found, rest = (of_many(among=one) for one in (mask, ~mask))
        both = of_many()
        assert found.coached + rest.coached == both.coached
        assert (found.coached * found.net + rest.coached * rest.net) / both.coached == pytest.approx(both.net)
        assert found.variance > both.variance

    def test_observations_that_always_agree_are_taken_as_they_are(self):
        found = of_many(within=0.0)
        assert found.expected == pytest.approx(0, abs=1e-6)

    def test_both_groups_need_somebody(self):
        for coached in (np.zeros(60, dtype=bool), np.ones(60, dtype=bool)):
            with pytest.raises(ValueError, match="both groups"):
                of_many(coached=coached)

    def test_several_measures_are_put_together_by_their_people(self):
        one, other = effects.effect_of_many(**scene(effect=0.5)), effects.effect_of_many(**scene(seed=8, people=120))
        found = effects.pooled([one, other])
        assert found.coached == one.coached + other.coached == 54
        assert found.net == pytest.approx((18 * one.net + 36 * other.net) / 54)
        assert min(one.variance, other.variance) > found.variance
        assert found.net == pytest.approx(found.change - found.expected - found.others)
        again = effects.pooled([one])
        assert (again.net, again.low, again.high) == pytest.approx((one.net, one.low, one.high))
        with pytest.raises(ValueError, match="nothing to pool"):
            effects.pooled([])

    @unhurried
    @given(st.integers(0, 10_000), st.integers(8, 40), st.integers(1, 8))
    def test_the_interval_holds_the_difference(self, seed, people, n):
        found = effects.effect_of_many(**scene(people=people, seed=seed, n=n))
        assert found.low < found.net < found.high
        assert math.isfinite(found.variance)


def told(change, expected, half, after=3.0):
    net = change - expected
    return effects.Effect(2.0, after, 5, 0, change, expected, net=net, variance=1, low=net - half, high=net + half)


class TestWords:
    @pytest.mark.parametrize(
        ("effect", "said"),
        [
            (
                told(0.6, 0.2, 0.3),
                "up 0.6 levels; 0.2 of that would be expected anyway; the rest is unlikely to be chance",
            ),
            (told(0.6, 0.2, 0.5), "up 0.6 levels; 0.2 of that would be expected anyway; the rest could well be chance"),
            (told(1.0, 0.0, 0.5), "up 1 level; that is unlikely to be chance"),
            (told(0.3, 0.32, 0.5), "up 0.3 levels, as would be expected anyway"),
            (
                told(0.1, 0.4, 0.5),
                "up 0.1 levels, where 0.4 up would be expected anyway; the difference could well be chance",
            ),
            (
                told(-0.5, 0.3, 0.4),
                "down 0.5 levels, where 0.3 up would be expected anyway; the difference is unlikely to be chance",
            ),
            (
                told(-0.5, -0.2, 0.1),
                "down 0.5 levels; 0.2 of that would be expected anyway; the rest is unlikely to be chance",
            ),
            (
                told(0.0, 0.3, 0.4),
                "no different, where 0.3 up would be expected anyway; the difference could well be chance",
            ),
            (told(0.01, -0.01, 0.4), "no different"),
            # What is certain is not rounded away.
            (
                told(0.34, 0.31, 0.01),
                "up 0.34 levels; 0.31 of that would be expected anyway; the rest is unlikely to be chance",
            ),
            (effects.Effect(2.0, missing=2), "can’t be told yet: 2 more observations"),
            (effects.Effect(2.0, missing=1), "can’t be told yet: 1 more observation"),
            (effects.Effect(0.0, reached=True), "reached"),
            (effects.Effect(0.0, reached=False), "not reached yet"),
        ],
    )
    def test_one_gap(self, effect, said):
        assert words.in_words(effect, LEVELS) == said

    def test_each_measure_has_its_unit(self):
        assert words.in_words(told(12.4, 3.0, 2), POINTS).startswith("up 12 points; 3 of that")
        assert words.in_words(told(1.0, 0.0, 0.5), PERCENT).startswith("up 1 percentage point;")
        assert words.in_words(told(0.6, 0.2, 0.5), None).startswith("up 0.6; 0.2 of that")

    @pytest.mark.parametrize(
        ("net", "half", "said", "state"),
        [
            (
                0.4,
                0.2,
                "gained 0.4 levels against those not coached (between 0.2 and 0.6); that is unlikely to be chance",
                ("good", "Better, beyond chance"),
            ),
            (
                0.2,
                0.3,
                "gained 0.2 levels against those not coached (between −0.1 and 0.5); that could well be chance",
                ("neutral", "Could well be chance"),
            ),
            (
                -0.4,
                0.2,
                "lost 0.4 levels against those not coached (between −0.6 and −0.2); that is unlikely to be chance",
                ("watch", "Worse, beyond chance"),
            ),
            (
                0.0,
                0.3,
                "and those not coached changed alike (the difference lies between −0.3 and 0.3)",
                ("neutral", "Could well be chance"),
            ),
        ],
    )
    def test_many_people(self, net, half, said, state):
        found = together(net, half)
        assert words.finding(found, LEVELS) == f"Those coached {said}"
        assert words.state_of(found) == state

    def test_what_a_difference_is_made_of(self):
        found = together(0.4, 0.2)
        assert words.made_of(found, LEVELS) == (
            "The 40 coached are up 0.9 levels; 0.4 up would be expected anyway. "
            "The 40 not coached are 0.1 up on what was expected of them."
        )
        still = replace(found, change=0.0, expected=0.0, others=0.0)
        assert words.made_of(still, LEVELS) == (
            "The 40 coached are unchanged; no change would be expected anyway. "
            "The 40 not coached are where they were expected to be."
        )

    def test_a_figure_that_is_refused_says_why(self):
        assert words.too_few(MetricEffect(LEVELS, 12, 9, 30, None)).startswith(
            "12 people were coached, 9 of them measured both before and since. A figure takes 10"
        )
        assert "1 person was coached, none of them" in words.too_few(MetricEffect(LEVELS, 1, 0, 30, None))
        assert "1 person not coached was measured" in words.too_few(MetricEffect(LEVELS, 12, 12, 1, None))
        assert words.state_of(None) == ("neutral", "Too few yet")
        assert words.kind_in_words(KindEffect("practice", (LEVELS,), 25, 19, None)).startswith(
            "25 people agreed on it, 19 of them measured both before and since. It is shown from 20"
        )
        assert words.kind_in_words(KindEffect("practice", (LEVELS,), 1, 0, None)).startswith("1 person agreed on it.")

    def test_pictures_say_what_they_find_and_keep_scales_apart(self):
        rows = [
            MetricEffect(LEVELS, 40, 40, 40, together(0.4, 0.2)),
            MetricEffect(replace(LEVELS, key="behaviour:2", name="Asks first"), 4, 4, 40, None),
            MetricEffect(POINTS, 40, 40, 40, together(2, 9)),
        ]
        pictures = words.pictures(rows)
        assert [picture.title for picture in pictures] == [
            "Better beyond chance: Shows empathy",
            "No difference here is beyond what chance explains",
        ]
        assert "too few people yet" in pictures[0].svg
        assert words.pictures(rows[1:2]) == []

    def test_many_measures_come_with_a_warning(self):
        row = MetricEffect(LEVELS, 40, 40, 40, together(0.4, 0.2))
        assert words.by_chance([row] * 4) == ""
        assert "one in twenty" in words.by_chance([row] * 5)
        assert "about 2 " in words.by_chance([row] * 40)


def together(net, half):
    return effects.Together(
        **FORTY, change=0.9, expected=0.4, others=0.1, net=net, variance=1, low=net - half, high=net + half
    )
