import math
import random
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from app.nps import rules

unhurried = settings(deadline=None)  # a busy machine is no fault of a rule
LETTERS = "abcdefghijklmnopqrst"


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", set()),
        ("The waiting time was endless!", {"waiting", "time", "waiting time", "endless"}),
        ("Waiting. Time", {"waiting", "time"}),
        ("WAITING TIME, waiting time", {"waiting", "time", "waiting time"}),
        ("I called 3 times in 24h", {"called", "times"}),
        ("long wait - rude agent", {"long", "wait", "long wait", "rude", "agent", "rude agent"}),
        ("The agent’s tone", {"agent", "tone", "agent tone"}),
        ("It's what I don't like", set()),
        ("They were not helpful", {"helpful", "not helpful"}),
        ("No. Never again", set()),
        ("My e-mail got lost", {"e-mail", "lost"}),
        ("a b c snake_case", set()),
        ("Größe für Café", {"größe", "für", "café", "größe für", "für café"}),
        ("ожидание долгое", {"ожидание", "долгое", "ожидание долгое"}),
        ("2 + 2 = 4 :-) '' --", set()),
    ],
)
def test_terms_are_words_and_neighbouring_pairs_that_tell_something(text, terms):
    assert rules.terms_of(text) == terms


def test_the_same_words_composed_otherwise_are_the_same_terms():
    assert rules.terms_of(unicodedata.normalize("NFD", "Café élégant")) == {"café", "élégant", "café élégant"}


@unhurried
@given(st.text(max_size=80))
def test_any_text_has_terms_in_lower_case_without_digits(text):
    found = rules.terms_of(text)
    assert found == rules.terms_of(text)
    assert all(term == term.lower() and not any(letter.isdigit() for letter in term) for term in found)


def test_the_z_of_a_term_is_monroes():
    (found,) = rules.log_odds({"slow": 4}, {"slow": 30}, 100, 120, {"slow": 50}, n_prior=499)
    yes, no = 50.5 / 5, 449.5 / 5  # the prior: the background at a fifth of its weight
    first, second = (4 + yes, 100 - 4 + no), (30 + yes, 120 - 30 + no)
    difference = math.log(first[0] / first[1]) - math.log(second[0] / second[1])
    assert found.z == pytest.approx(difference / math.sqrt(sum(1 / cell for cell in first + second)))
    assert (found.term, found.first, found.second) == ("slow", 4, 30)


def test_terms_are_sorted_from_the_first_sets_to_the_seconds():
    found = rules.log_odds({"kind": 30, "slow": 3, "call": 10}, {"kind": 3, "slow": 30, "call": 10}, 100, 100)
    assert [topic.term for topic in found] == ["kind", "call", "slow"]
    assert found[0].z == pytest.approx(-found[2].z)
    assert found[1].z == pytest.approx(0)


def test_equal_terms_come_in_alphabetical_order_and_unsaid_ones_not_at_all():
    found = rules.log_odds({"b": 2, "a": 2, "c": 0}, {"b": 2, "a": 2}, 10, 10)
    assert [topic.term for topic in found] == ["a", "b"]


@pytest.mark.parametrize(
    "table",
    [(5, 100, 0, 400), (0, 100, 5, 400), (12, 40, 11, 45), (3, 3, 0, 3), (900, 2_000, 700, 2_000), (1, 9, 0, 1)],
)
def test_the_exact_p_is_twice_fishers_smaller_tail(table):
    first, n_first, second, n_second = table
    cells = [[first, n_first - first], [second, n_second - second]]
    tails = [stats.fisher_exact(cells, alternative=side).pvalue for side in ("less", "greater")]
    assert rules.terms.exact_p(*table) == pytest.approx(min(1, 2 * min(tails)))


COUNTS = st.tuples(st.integers(0, 50), st.integers(0, 50)).filter(any)


@unhurried
@given(COUNTS, st.integers(50, 200), st.integers(50, 200))
def test_swapping_the_sets_turns_the_sign(counts, n_first, n_second):
    first, second = ({"x": count} for count in counts)
    (there,) = rules.log_odds(first, second, n_first, n_second)
    (back,) = rules.log_odds(second, first, n_second, n_first)
    assert back.z == pytest.approx(-there.z)


def test_a_rare_word_is_not_the_most_typical_though_only_one_side_says_it():
    found = rules.log_odds({"once": 1, "kind": 60}, {"kind": 20}, 100, 100)
    assert found[0].term == "kind"
    assert abs(found[1].z) < 1.96


def test_counts_above_the_number_of_comments_are_refused():
    with pytest.raises(ValueError, match="more comments"):
        rules.log_odds({"x": 11}, {}, 10, 10)
    with pytest.raises(ValueError, match="background"):
        rules.log_odds({"x": 1}, {}, 10, 10, {"x": 1})


def said(chance, usual=LETTERS, words=6):
    """A comment of common words, the first letters of the alphabet the most common."""
    return " ".join(f"{letter}{letter}" for letter in chance.choices(usual, range(len(usual), 0, -1), k=words))


def comments(n, planted, seed=1):
    """Comments by band; `planted` maps a phrase to its share among promoters and among detractors."""
    chance, found = random.Random(seed), []
    for i in range(n):
        band = ("promoter", "passive", "detractor")[i % 3]
        extra = [
            phrase
            for phrase, (promoters, detractors) in planted.items()
            if chance.random() < {"promoter": promoters, "detractor": detractors}.get(band, 0.02)
        ]
        found.append((band, ". ".join([said(chance), *extra])))
    return found


def test_each_side_gets_what_it_says_more_often():
    found = rules.topics(comments(900, {"friendly": (0.3, 0.05), "rude": (0.03, 0.25), "phone": (0.2, 0.2)}))
    assert [topic.term for topic in found.promoters] == ["friendly"]
    assert [topic.term for topic in found.detractors] == ["rude"]
    assert found.promoters[0].z > 1.96
    assert found.detractors[0].z < -1.96
    assert found.promoters[0].first > found.promoters[0].second
    assert (found.n_promoters, found.n_detractors) == (300, 300)


def test_what_only_chance_sets_apart_is_no_topic():
    sets = [rules.topics(comments(900, {}, seed)) for seed in range(10)]
    assert sum(bool(found.promoters or found.detractors) for found in sets) <= 1


def test_a_phrase_takes_the_place_of_its_words():
    found = rules.topics(comments(600, {"waiting time": (0.02, 0.3)}))
    assert [topic.term for topic in found.detractors] == ["waiting time"]


def test_a_phrase_that_is_a_small_part_of_its_words_gives_way():
    planted = {"waiting": (0.02, 0.4), "time": (0.02, 0.4), "waiting time": (0.0, 0.06)}
    found = rules.topics(comments(900, planted))
    assert {topic.term for topic in found.detractors} == {"waiting", "time"}


def test_a_word_that_is_said_much_more_than_its_phrase_stays_beside_it():
    found = rules.topics(comments(900, {"waiting time": (0.02, 0.2), "time": (0.02, 0.5)}))
    assert {topic.term for topic in found.detractors} == {"time", "waiting time"}


@pytest.mark.parametrize(("said_by", "expected"), [(4, []), (5, ["rude"])])
def test_a_topic_needs_five_comments(said_by, expected):
    plain = [("promoter", "fine")] * 200 + [("detractor", "fine")] * 20
    found = rules.topics([*plain, *[("detractor", "rude")] * said_by])
    assert [topic.term for topic in found.detractors] == expected


def test_only_the_most_telling_topics_are_kept_strongest_first():
    planted = {f"bad{letter}": (0.01, share / 10) for share, letter in enumerate("pqrst", start=1)}
    found = rules.topics(comments(1_800, planted), most=3)
    assert [topic.term for topic in found.detractors] == ["badt", "bads", "badr"]


def test_no_comments_have_no_topics():
    found = rules.topics([])
    assert (found.promoters, found.detractors, found.n_promoters, found.n_detractors) == ((), (), 0, 0)
    assert rules.topics([("promoter", "great help")] * 50).promoters == ()  # nobody to compare with


def test_a_term_that_came_up_lately_is_emerging():
    chance = random.Random(2)
    before = [said(chance) for _ in range(600)] + ["app crash"] * 3
    recent = [said(chance) for _ in range(100)] + ["app crash"] * 12
    (found,) = rules.emerging(recent, before, 7, 70)
    assert (found.term, found.recent, found.before) == ("app crash", 12, 3)
    assert found.usual == pytest.approx(0.3)
    assert found.z >= 3


@pytest.mark.parametrize("times", range(4, 12))
def test_a_new_term_is_an_alarm_from_some_comments_on(times):
    found = rules.emerging(["outage"] * times + ["fine"] * (100 - times), ["fine"] * 400, 7, 28)
    assert [each.term for each in found] == (["outage"] if times >= 7 else [])


def test_more_answers_of_the_same_kind_are_no_alarm():
    assert rules.emerging(["slow"] * 50 + ["fine"] * 450, ["slow"] * 10 + ["fine"] * 90, 7, 28) == []


def test_chance_raises_hardly_an_alarm():
    chance = random.Random(4)
    looks = [
        rules.emerging([said(chance) for _ in range(150)], [said(chance) for _ in range(600)], 7, 28) for _ in range(10)
    ]
    assert sum(map(bool, looks)) <= 1


def test_without_a_past_nothing_is_emerging():
    assert rules.emerging(["outage"] * 50, [], 7, 28) == []
    assert rules.emerging([], ["outage"] * 50, 7, 28) == []
    with pytest.raises(ValueError, match="at least one day"):
        rules.emerging(["x"], ["y"], 0, 28)
