import random

import pytest

from app.nps.rules.attention import FEWEST, Focus, Rated, focus_of
from app.nps.rules.quoting import parts_of, plain, without_names

NAMES = parts_of(["Anna-Lena Öztürk", "Mark Will", "J. O'Neill", "Zoë van der Berg", "José"])


class TestWithoutNames:
    @pytest.mark.parametrize(
        ("text", "masked"),
        [
            ("Anna solved it at once.", "[name] solved it at once."),
            ("thanks anna, and ANNA again", "thanks [name], and [name] again"),
            ("Anna's patience", "[name]'s patience"),
            ("Anna-Lena Öztürk was great", "[name] was great"),
            ("Ms. Ozturk called", "Ms. [name] called"),
            ("Jose and Zoe", "[name] and [name]"),
            ("O’Neill or O'Neill", "O’[name] or O'[name]"),
            ("Annabel is someone else", "Annabel is someone else"),
            ("I will mark it; Mark did", "I will mark it; [name] did"),
            ("Nobody named", "Nobody named"),
            ("Write to me.too@mail.example.com please", "Write to [address] please"),
            ("See https://example.com/anna?x=1 there", "See [address] there"),
            ("Call +49 (30) 123-456 or 0049301234567", "Call [number] or [number]"),
            ("Order 4711 took 10 days, 24/7", "Order 4711 took 10 days, 24/7"),
            ("", ""),
        ],
    )
    def test_what_would_tell_who_was_meant_is_masked(self, text, masked):
        assert without_names(text, NAMES) == masked

    def test_initials_mask_nothing(self):
        assert without_names("J is a letter", NAMES) == "J is a letter"

    def test_a_huge_comment_is_masked_in_no_time(self):
        for text in ("a@" * 20_000, "1 " * 20_000, "Anna " * 20_000, "https://" * 10_000):
            assert "Anna" not in without_names(text, NAMES)

    def test_names_are_compared_without_capitals_and_accents(self):
        assert plain("JOSÉ") == "jose"


def rated(n, important, other, seed=3):
    """Responses whose score follows one driver (1) and not the other (2), rated around the means given."""
    random.seed(seed)
    found = []
    for _ in range(n):
        one, two = (min(1, max(0, random.gauss(mean, 0.2))) for mean in (important, other))
        found.append(Rated(min(10, max(0, round(10 * one + random.gauss(0, 1)))), {1: one, 2: two}))
    return found


class TestFocus:
    def test_the_driver_that_matters_is_chosen_though_another_is_rated_lower(self):
        focus = focus_of(rated(400, important=0.6, other=0.4))
        assert focus.driver == 1
        assert focus.share > 0.9
        assert focus.n == 400

    def test_one_without_room_is_not_chosen_however_much_it_matters(self):
        responses = [Rated(score, {1: 1.0, 2: rating}) for score, rating in [(10, 0.9), (3, 0.2), (8, 0.5)] * 100]
        assert focus_of(responses).driver == 2

    def test_one_whose_better_ratings_go_with_a_lower_score_is_not_chosen(self):
        turned = [Rated(10 - one.score, one.ratings) for one in rated(400, important=0.6, other=0.4)]
        assert focus_of(turned).driver == 2

    @pytest.mark.parametrize(("n", "missing"), [(149, 1), (150, None)])
    def test_with_too_few_responses_it_is_the_one_rated_lowest(self, n, missing):
        focus = focus_of(rated(n, important=0.6, other=0.4))
        if missing is None:
            assert (focus.driver, focus.missing) == (1, 0)
        else:
            assert (focus.driver, focus.share, focus.missing) == (2, None, missing)

    def test_when_nothing_goes_along_with_the_score_it_is_the_one_rated_lowest(self):
        same = [Rated(9, one.ratings) for one in rated(300, important=0.6, other=0.4)]
        assert focus_of(same) == Focus(2, pytest.approx(0.4, abs=0.03), 300, None)

    def test_a_few_ratings_are_none(self):
        assert focus_of([]) is None
        assert focus_of(rated(FEWEST - 1, 0.6, 0.4)) is None
        assert focus_of(rated(FEWEST, 0.6, 0.4)) is not None
        assert focus_of([Rated(9, {})] * 500) is None

    def test_a_driver_that_few_rated_is_left_aside(self):
        rare = [Rated(0, {1: 0.5, 2: 0.5, 3: 0.0})] * (FEWEST - 1)
        assert focus_of(rated(400, 0.6, 0.4) + rare).driver == 1
