"""The rules by which groups are shown, at their boundaries."""

import time
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.voice.rules import determined, visible_groups
from app.voice.rules.confidentiality import K, Refusal, in_batches, margin, near, rate_of, release_key, share_of
from app.voice.rules.determined import combinations, given_away
from app.voice.rules.ledger import LONGEST_KEY, MOST_GROUPS, Grid, decide
from app.voice.rules.tallying import _near

ORACLES = [
    ({"Sales": 4, "Technology": 9}, 13, set()),  # showing Technology would give Sales away
    ({"Support": 20}, 26, {"Support"}),  # six are left
    ({"Support": 20}, 24, set()),  # four are left
    ({"Support": 20}, 20, {"Support"}),
    ({"A": 3, "B": 6}, 9, set()),
    ({"A": 3, "B": 6, "direct": 4}, 13, {"B"}),
    ({"A": 0, "B": 6}, 6, {"B"}),  # nobody is no group
    ({"A": 5, "B": 5}, 10, {"A", "B"}),
    ({"A": 4}, 4, set()),
    ({}, 0, set()),
    ({"A": 4, "B": 6, "C": 5, "D": 5}, 20, {"B", "D"}),  # of two equal ones the first name goes with A
    ({"A": 5, "B": 4, "C": 1}, 10, {"A"}),
    ({"A": 2, "B": 2, "C": 7, "D": 30}, 41, {"D"}),
]


@pytest.mark.parametrize(("groups", "parent", "shown"), ORACLES)
def test_groups_are_shown_where_nobody_can_subtract(groups, parent, shown):
    assert visible_groups(groups, parent) == shown


def test_what_cannot_be_is_refused():
    for groups, parent, k in (({"A": -1}, 5, 5), ({}, -1, 5), ({"A": 6}, 5, 5), ({"A": 5}, 5, 2)):
        with pytest.raises(ValueError, match=r"."):
            visible_groups(groups, parent, k)
    assert visible_groups({"A": 3}, 6, 3) == {"A"}
    with pytest.raises(ValueError, match="3 at least"):
        decide(Grid((), {}), np.array([], dtype=np.int64), k=2)


@given(st.dictionaries(st.text(max_size=2), st.integers(0, 30), max_size=7), st.integers(0, 20), st.integers(3, 9))
def test_hidden_ones_are_nobody_or_enough(groups, rest, k):
    parent = sum(groups.values()) + rest
    shown = visible_groups(groups, parent, k)
    hidden = parent - sum(groups[name] for name in shown)
    assert all(groups[name] >= k for name in shown)
    assert not shown or hidden == 0 or hidden >= k
    assert visible_groups(dict(reversed(groups.items())), parent, k) == shown
    if shown and hidden:  # no more is hidden than must be: with the largest of the hidden ones it would be too few
        largest = max((n for name, n in groups.items() if name not in shown), default=0)
        assert largest < k or 0 < hidden - largest < k


def test_a_key_names_one_group_whatever_the_values_are():
    assert release_key({}) == ""
    assert release_key({"location": "Berlin", "department": "Support"}) == "department=Support|location=Berlin"
    assert release_key({"department": "Support|location=Berlin"}) != "department=Support|location=Berlin"
    assert release_key({"a": "1=2"}) != release_key({"a": "1%3D2"})


def test_growing_numbers_move_in_steps():
    assert [in_batches(n) for n in (0, 4, 5, 9, 10, 13)] == [0, 0, 5, 5, 10, 10]


SHARES = [
    (20, 20, "90 % or more"),
    (18, 20, "90 % or more"),
    (17, 20, "85 %"),
    (3, 20, "15 %"),
    (2, 20, "10 % or less"),
    (0, 20, "10 % or less"),
    (5, 5, "80 % or more"),
    (4, 5, "80 % or more"),
    (3, 5, "60 %"),
    (9, 9, "80 % or more"),
    (10, 10, "90 % or more"),
    (96, 100, "95 % or more"),
    (95, 100, "95 %"),
    (1000, 1000, "99 % or more"),
    (5, 1000, "1 %"),
    (4, 1000, "1 % or less"),
    (1, 3, "33 %"),
]


@pytest.mark.parametrize(("n", "total", "words"), SHARES)
def test_shares_of_nearly_all_and_nearly_nobody_are_bands(n, total, words):
    if total >= K:
        assert str(share_of(n, total)) == words
    else:
        assert str(rate_of(n, total)) == words


@given(st.integers(5, 3000), st.data())
def test_a_band_is_true_and_never_says_everybody(total, data):
    n = data.draw(st.integers(0, total))
    share = share_of(n, total)
    within = [m for m in range(total + 1) if str(share_of(m, total)) == str(share)]
    if share.banded:
        assert len(within) >= 2  # somebody may have said otherwise
        assert len(within) <= K
        edges = [100 * m / total for m in within]
        assert min(edges) >= share.percent if share.percent >= 50 else max(edges) <= share.percent
    else:
        assert abs(100 * n / total - share.percent) <= 0.5
    assert 1 <= near(total) < K


def test_the_margin_shrinks_with_answers_and_is_nothing_when_all_answered():
    assert margin(0, 10) is None
    assert margin(10, 10) == margin(1, 1) == 0
    assert margin(384, None) == pytest.approx(0.0498, abs=1e-4)  # sqrt(0.25 / 384) * 1.96, by Wilson a little less
    assert margin(100, 200) == pytest.approx(0.0688, abs=1e-4)
    assert margin(100, 10**9) == pytest.approx(margin(100, None))
    assert margin(199, 200) < 0.01 < margin(150, 200) < margin(20, 200)


# The ledger


def shown(cells, fields="ab"):
    """The keys that are shown, and why others are not."""
    grid = Grid(tuple(fields), cells)
    decisions = decide(grid, grid.sizes)
    by_key = {grid.key(place): reason for place, reason in enumerate(decisions)}
    return {key for key, reason in by_key.items() if reason is None}, {
        key: reason for key, reason in by_key.items() if reason is not None
    }


def test_below_five_there_is_nothing_and_from_five_everyone():
    assert shown({("x", "y"): 4}) == (set(), {})
    assert shown({(): 5}, "") == ({""}, {})


def test_one_field_follows_the_oracles():
    assert shown({("Sales",): 4, ("Technology",): 9}, "a") == ({""}, {"a=Technology": Refusal.REMAINDER})
    assert shown({("A",): 3, ("B",): 6, ("direct",): 4}, "a") == ({"", "a=B"}, {})
    assert shown({("A",): 4, ("B",): 6, ("C",): 30}, "a")[1] == {"a=B": Refusal.SIBLING}


def test_two_fields_are_kept_apart_within_both_parents():
    """Of ten in Support nine are in Berlin: the nine would give the tenth away, in Support and beside Paris."""
    cells = {("Support", "Berlin"): 9, ("Support", "Paris"): 1, ("Sales", "Berlin"): 12, ("Sales", "Paris"): 11}
    seen, refused = shown(cells)
    assert seen == {"", "a=Support", "a=Sales", "b=Berlin", "b=Paris"}
    assert refused["a=Support|b=Berlin"] == Refusal.REMAINDER
    assert set(refused) == {"a=Support|b=Berlin", "a=Sales|b=Berlin", "a=Sales|b=Paris"}


def test_groups_of_different_fields_that_differ_by_a_few_are_not_both_shown():
    """Support has twenty people, Berlin the same and one more."""
    cells = {("Support", "Berlin"): 20, ("Sales", "Berlin"): 1, ("Sales", "Paris"): 30}
    seen, refused = shown(cells)
    assert seen == {"", "a=Sales"}  # Support is what is left of everyone; Berlin beside it would give one away
    assert refused["b=Paris"] == Refusal.DIFFERENCE
    assert refused["b=Berlin"] == Refusal.DETERMINED


def test_what_no_pair_of_groups_gives_away_all_of_them_together_may():
    """Two halves and two shifts, with four people in one corner: three of the sums say nothing of them, all four do."""
    members = np.array([[1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 1, 1]], dtype=bool)
    sizes = np.array([9, 9, 4, 9])
    assert given_away(members[:3], sizes, 5) == []
    assert {int(at) for one in given_away(members, sizes, 5) for at in one} == {0, 1, 2, 3}
    wanted = np.array([[0, 0, 1, 0], [1, 1, 1, 1], [1, 0, 0, 0]], dtype=bool)
    assert [None if one is None else one.tolist() for one in combinations(members, wanted)][1] == [0, 1]


def test_sets_of_two_three_and_four_that_are_tied_are_found():
    """Sums over a ring of people: each follows from the difference of neighbours, none alone."""
    for count in (2, 3, 4):
        heavy, ring = np.eye(count, dtype=bool), np.eye(count, dtype=bool)
        # Each group is one large atom and one small; then all the large ones together.
        members = np.vstack([np.hstack([heavy, ring]), np.hstack([np.ones((1, count)), np.zeros((1, count))])])
        sizes = np.array([6] * count + [1] * count)
        found = given_away(members.astype(bool), sizes, 5)
        assert found
        assert found[0].tolist() == list(range(count + 1))
        assert given_away(members[:-1].astype(bool), sizes, 5) == []


def test_of_very_many_atoms_only_some_are_written_down_and_the_same_is_found(monkeypatch):
    found = 0
    for seed in range(12):
        grid = Grid(tuple("abc"), organisation(60 + 20 * seed, 3, 4, 1.0, seed))
        groups = grid.members[[place for place, reason in enumerate(decide(grid, grid.sizes)) if reason is None]]
        assert given_away(groups, grid.sizes, K) == []
        with monkeypatch.context() as small:
            small.setattr(determined, "_MOST_AT_ONCE", 0)
            assert given_away(groups, grid.sizes, K) == []
            one_more = np.vstack([groups, grid.members[:1] & (grid.sizes != 1)])  # all but those alone in their cell
            found += bool(given_away(one_more, grid.sizes, 60)) == bool((grid.sizes == 1).any())
    assert found == 12


def test_the_rule_for_many_groups_at_once_is_the_one_for_one():
    totals = np.arange(0, 200)
    assert _near(totals, K).tolist() == [near(int(total)) for total in totals]


def test_the_order_of_cells_and_fields_changes_nothing():
    cells = {("Support", "Berlin"): 9, ("Support", "Paris"): 7, ("Sales", "Berlin"): 6, ("Sales", "Paris"): 5}
    assert shown(cells) == shown(dict(reversed(cells.items())))


def test_only_so_many_groups_are_asked_about_and_only_those_whose_name_fits():
    many = {(f"{at}", f"{at % 7}"): 6 for at in range(2 * MOST_GROUPS)}
    grid = Grid(("a", "b"), many)
    assert len(grid.groups) == MOST_GROUPS
    assert grid.key(0) == ""
    long = {("x" * LONGEST_KEY, "y"): 9, ("z", "y"): 9}
    assert all(
        len(Grid(("a", "b"), long).key(place)) <= LONGEST_KEY for place in range(len(Grid(("a", "b"), long).groups))
    )


def organisation(people, fields, values, skew, seed=1):
    dice = np.random.default_rng(seed)
    weights = 1 / np.arange(1, values + 1) ** skew
    columns = [
        dice.choice([f"v{at}" for at in range(values)], people, p=weights / weights.sum()) for _ in range(fields)
    ]
    return Counter(zip(*(column.tolist() for column in columns), strict=True))


def test_the_ledger_of_two_thousand_people_is_worked_out_in_no_time():
    cells = organisation(2_000, 4, 10, 1.0)
    begun = time.perf_counter()
    grid = Grid(tuple("abcd"), cells)
    decisions = decide(grid, grid.sizes)
    assert time.perf_counter() - begun < 10  # half a second where nothing else runs
    assert decisions.count(None) > 400


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(st.tuples(*[st.sampled_from("xyz")] * 2), st.integers(1, 14), min_size=1),
)
def test_whatever_the_cells_every_group_that_is_shown_has_enough_and_leaves_enough(cells):
    grid = Grid(("a", "b"), cells)
    decisions = decide(grid, grid.sizes)
    sets = [
        {cell for cell in cells if all(cell[at] == value for at, value in zip(group.at, group.values, strict=True))}
        for group, reason in zip(grid.groups, decisions, strict=True)
        if reason is None
    ]
    for one in sets:
        assert sum(cells[cell] for cell in one) >= K
        for other in sets:
            apart = sum(cells[cell] for cell in one ^ other)
            assert apart == 0 or apart >= K
