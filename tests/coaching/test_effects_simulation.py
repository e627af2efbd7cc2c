"""Only those who score low are coached. Whoever is fooled by that finds an effect where there is none."""

import math

import numpy as np
import pytest

from app.coaching.rules import effects

PEOPLE, OBSERVATIONS, NOISE, TRUE_SPREAD, SEEDS = 1000, 5, 0.8, 0.6, 100


def observed(rng, true, rounded):
    """Five observations of everybody; in whole levels from 1 to 5 as raters give them, or as they are."""
    seen = true[:, None] + rng.normal(0, NOISE, (len(true), OBSERVATIONS))
    return np.clip(np.rint(seen), 1, 5) if rounded else seen


def cohort(seed, effect, *, rounded=False):
    """Means before and after, who was coached (the lowest quarter as observed), and the variance within people."""
    rng = np.random.default_rng(seed)
    true = rng.normal(3, TRUE_SPREAD, PEOPLE)
    before = observed(rng, true, rounded)
    coached = np.zeros(PEOPLE, dtype=bool)
    coached[np.argsort(before.mean(axis=1), kind="stable")[: PEOPLE // 4]] = True
    after = observed(rng, true + effect * coached, rounded)
    return before.mean(axis=1), after.mean(axis=1), coached, float(before.var(axis=1, ddof=1).mean())


def judged(seed, effect, **kind):
    before, after, coached, within = cohort(seed, effect, **kind)
    n = np.full(PEOPLE, OBSERVATIONS)
    return effects.effect_of_many(before, after, coached, within=within, n_before=n, n_after=n)


def naively_certain(seed, effect, **kind):
    """A plain comparison of before and after: whether its 95% interval excludes zero."""
    before, after, coached, _ = cohort(seed, effect, **kind)
    change = (after - before)[coached]
    return abs(change.mean()) > 1.96 * change.std(ddof=1) / math.sqrt(len(change))


def test_where_nothing_helped_nothing_is_found_while_a_plain_comparison_is_fooled():
    found = [judged(seed, 0.0) for seed in range(SEEDS)]
    assert sum(not one.certain for one in found) >= 90
    assert np.mean([one.net for one in found]) == pytest.approx(0, abs=0.02)
    assert sum(naively_certain(seed, 0.0) for seed in range(SEEDS)) >= 90


def test_a_true_effect_of_half_a_level_is_found_in_its_size():
    found = [judged(seed, 0.5) for seed in range(SEEDS)]
    assert sum(one.low > 0 for one in found) >= 80
    assert np.mean([one.net for one in found]) == pytest.approx(0.5, abs=0.02)
    assert sum(one.low <= 0.5 <= one.high for one in found) >= 90


def test_whole_levels_from_1_to_5_change_little():
    """Rounding adds noise, which is seen within people; the ends of the scale take a little of the effect away."""
    nothing = [judged(seed, 0.0, rounded=True) for seed in range(3 * SEEDS)]
    assert sum(not one.certain for one in nothing) >= 3 * 90
    assert sum(naively_certain(seed, 0.0, rounded=True) for seed in range(SEEDS)) >= 90
    helped = [judged(seed, 0.5, rounded=True) for seed in range(SEEDS)]
    assert sum(one.low > 0 for one in helped) >= 80
    assert 0.46 < np.mean([one.net for one in helped]) < 0.5


def test_the_interval_is_no_wider_than_it_has_to_be():
    found = [judged(seed, 0.0) for seed in range(SEEDS)]
    spread = np.std([one.net for one in found])
    assert np.mean([math.sqrt(one.variance) for one in found]) == pytest.approx(spread, rel=0.2)


def test_what_one_person_gains_by_chance_alone_is_rarely_taken_for_an_effect():
    before, after, coached, within = cohort(1, 0.0)
    between = TRUE_SPREAD**2
    found = [
        effects.effect_of_one(
            value=x, n=OBSERVATIONS, mean=3.0, between=between, within=within, after=y, n_after=OBSERVATIONS
        )
        for x, y in zip(before[coached], after[coached], strict=True)
    ]
    assert sum(one.certain for one in found) / len(found) < 0.08
    assert sum(one.net for one in found) / len(found) == pytest.approx(0, abs=0.08)
    assert sum(one.change for one in found) / len(found) > 0.15
