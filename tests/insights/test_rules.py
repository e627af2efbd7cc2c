from datetime import date

import pytest

from app.insights.rules import Card, Urgency, first_cards, share


def card(title: str, urgency: Urgency, due: date | None = None) -> Card:
    return Card(urgency, title, "", "Open", "/", due)


def test_at_most_three_cards_are_shown_and_the_most_urgent_come_first():
    cards = [
        card("calm", Urgency.CALM),
        card("next", Urgency.NEXT),
        card("overdue", Urgency.OVERDUE),
        card("running", Urgency.RUNNING),
    ]
    assert [c.title for c in first_cards(cards)] == ["running", "overdue", "next"]


def test_among_equally_urgent_cards_the_earlier_due_date_comes_first_and_no_date_last():
    cards = [
        card("none", Urgency.SOON),
        card("later", Urgency.SOON, date(2026, 5, 2)),
        card("sooner", Urgency.SOON, date(2026, 5, 1)),
    ]
    assert [c.title for c in first_cards(cards)] == ["sooner", "later", "none"]


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (0, 0, "0%"),
        (0, 10, "0%"),
        (1, 1000, "less than 1%"),
        (1, 3, "33%"),
        (999, 1000, "99%"),
        (1000, 1000, "100%"),
    ],
)
def test_a_share_never_rounds_to_none_or_all(part: int, whole: int, words: str):
    assert share(part, whole) == words
