"""Which matters come first on a person's home page. Pure: facts in, cards out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum

MOST_CARDS = 3


class Urgency(IntEnum):
    """How soon a matter wants its person; the smaller comes first."""

    RUNNING = 0  # a clock is ticking
    OVERDUE = 1
    SOON = 2
    NEXT = 3  # the usual next step
    CALM = 4  # good to know


@dataclass(frozen=True)
class Card:
    """One matter: what it is, why it matters, and the one thing to do about it."""

    urgency: Urgency
    title: str
    text: str
    action: str
    href: str
    due: date | None = None
    tone: str = "neutral"  # good, watch, bad or neutral: the shape beside the title


def first_cards(cards: Iterable[Card], most: int = MOST_CARDS) -> list[Card]:
    """The most urgent cards, at most `most`; among equals the earlier due date, then the order given."""
    ordered = sorted(enumerate(cards), key=lambda pair: (pair[1].urgency, pair[1].due or date.max, pair[0]))
    return [card for _, card in ordered[:most]]


def share(part: int, whole: int) -> str:
    """A share in words that never rounds up to "all" or down to "none": "99%", "less than 1%"."""
    if whole <= 0 or part <= 0:
        return "0%"
    if part >= whole:
        return "100%"
    percent = round(100 * part / whole)
    if percent == 0:
        return "less than 1%"
    return f"{min(percent, 99)}%"


@dataclass(frozen=True)
class Happening:
    """Something that changed, for the list below the cards."""

    at: datetime
    text: str
    href: str = ""
