"""What customers rated before and after a fix: which months, how sure, in which words."""

import random
from datetime import date

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from app.core.db import db
from app.nps.models import Driver
from app.voice import board_phrases, fix_parts
from app.voice.queries import movements
from app.voice.queries.movements import Fix, moved_after
from app.voice.rules.movements import ENOUGH, Ratings, difference, windows
from tests.nps.build import given, keep
from tests.voice.board_build import blocker, process

FIXED, TODAY = date(2026, 3, 10), date(2026, 8, 1)
BEFORE = (date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1))
AFTER = (date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1))


def ratings(*values: int) -> Ratings:
    return Ratings(len(values), sum(values), sum(value * value for value in values))


class TestWindows:
    def test_at_most_three_whole_months_on_each_side_without_that_of_the_fix(self):
        found = windows(FIXED, TODAY)
        assert (found.before, found.after) == (BEFORE, AFTER)

    def test_a_month_counts_from_the_day_after_its_last(self):
        assert windows(FIXED, date(2026, 4, 30)).after == ()
        assert windows(FIXED, date(2026, 4, 30)).ready_on == date(2026, 4, 30)
        assert windows(FIXED, date(2026, 5, 1)).after == AFTER[:1]
        assert windows(FIXED, date(2026, 5, 1)).before == BEFORE[2:]
        assert windows(FIXED, date(2026, 6, 30)).after == AFTER[:2]
        assert windows(FIXED, date(2026, 7, 1)).after == AFTER

    def test_what_was_fixed_on_the_first_has_that_month_behind_it(self):
        found = windows(date(2026, 3, 1), date(2026, 4, 1))
        assert (found.before, found.after) == ((date(2026, 2, 1),), (date(2026, 3, 1),))

    def test_over_the_turn_of_the_year(self):
        found = windows(date(2025, 12, 31), date(2026, 3, 1))
        assert (found.before, found.after) == (
            (date(2025, 10, 1), date(2025, 11, 1)),
            (date(2026, 1, 1), date(2026, 2, 1)),
        )

    @settings(max_examples=80)
    @for_all(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 400))
    def test_sides_are_equally_long_and_apart(self, fixed_on, later):
        found = windows(fixed_on, date.fromordinal(fixed_on.toordinal() + later))
        assert len(found.before) == len(found.after) <= 3
        assert all(month < fixed_on.replace(day=1) for month in found.before)
        assert all(month >= fixed_on for month in found.after)


class TestDifference:
    def test_needs_enough_on_each_side(self):
        few, enough = ratings(*[3, 4] * 14, 4), ratings(*[3, 4] * 15)
        assert (few.n, enough.n) == (ENOUGH - 1, ENOUGH)
        assert difference(few, enough) is None
        assert difference(enough, few) is None
        assert difference(enough, enough).value == 0

    def test_ratings_that_all_agree_are_not_certain(self):
        found = difference(ratings(*[4] * 30), ratings(*[4] * 30))
        assert found.low < 0 < found.high

    def test_holds_nothing_to_be_different_about_nineteen_times_in_twenty(self):
        rng = random.Random(4)
        sides = [[ratings(*rng.choices(range(1, 6), k=60)) for _ in range(400)] for _ in range(2)]
        wrong = sum(difference(*pair).certain for pair in zip(*sides, strict=True))
        assert 8 <= wrong <= 34  # 20 expected


def rated(month: date, *, low: int, high: int) -> list:
    """So many ratings of 3 and of 5 of "Speed" in a month."""
    values = [3] * low + [5] * high
    return [given(8, day=month.replace(day=15), drivers={"Speed": one, "Manner": 4}) for one in values]


@pytest.fixture
def speed(app):
    for month in BEFORE:
        keep(*rated(month, low=20, high=10))
    for month in AFTER:
        keep(*rated(month, low=8, high=22))
    return db.session.query(Driver).filter_by(name="Speed").one()


def test_a_fix_is_told_with_how_sure_it_is(app, speed, count_statements):
    found = moved_after([Fix(1, speed.id, FIXED), Fix(2, speed.id, date(2026, 6, 2))], TODAY)
    moved = found[1]
    assert (moved.before.n, moved.after.n) == (90, 90)
    assert moved.difference.before == pytest.approx(3 + 2 / 3)
    assert moved.difference.after == pytest.approx(3 + 2 * 22 / 30)
    assert board_phrases.movement(moved) == "“Speed”: up 0.8 of 5; that is unlikely to be chance."
    assert "90 ratings" in board_phrases.based_on(moved)
    assert board_phrases.more_to_come(moved) == ""
    # The second has one whole month behind it, of which nobody rated anything yet.
    assert board_phrases.movement(found[2]) == f"“Speed”: too few ratings to compare; {ENOUGH} on each side are needed."
    early = moved_after([Fix(3, speed.id, date(2026, 7, 20))], TODAY)[3]
    assert board_phrases.movement(early) == (
        "“Speed”: too early to tell; the first whole month after the fix ends on 31 August 2026."
    )
    with count_statements() as seen:
        moved_after([Fix(n, speed.id, FIXED) for n in range(50)], TODAY)
    assert len(seen) == 2


@pytest.mark.sqlite_only
def test_the_page_of_a_blocker_tells_what_happened_since(app, speed, count_statements):
    billing = process("Billing", driver_id=speed.id)
    fixed = blocker(state="fixed", fixed_on=FIXED, process_id=billing.id)
    with app.test_request_context(), count_statements() as seen:
        part = fix_parts.after_fix(fixed)
    assert "“Speed”: up 0.8 of 5; that is unlikely to be chance." in part
    assert "this is association, not cause" in part
    assert len(seen) <= 5  # three, and what was forgotten after the commit
    with app.test_request_context():
        assert fix_parts.after_fix(blocker(state="planned", process_id=billing.id)) == ""
        assert fix_parts.after_fix(blocker(state="fixed")) == ""
        own = blocker(state="fixed", fixed_on=FIXED, driver_id=speed.id)
        assert "up 0.8 of 5" in fix_parts.after_fix(own)
    assert movements.after_one(own, TODAY).driver.name == "Speed"


def test_small_differences_have_two_decimals_and_none_are_called_none():
    assert [board_phrases.figure(one) for one in (0.31, 0.16, 0.149, 0.001)] == ["0.3", "0.2", "0.15", "0.00"]
    assert [board_phrases.signed(one, 1) for one in (0.31, -0.06, 0.04, 0.0)] == ["+0.3", "−0.1", "0", "0"]
    assert board_phrases.signed(-0.06, 2) == "−0.06"
