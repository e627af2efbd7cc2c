"""How a text sounds, judged by VADER's list of English words."""

import enum
from functools import lru_cache

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

BAND = 0.05  # the authors' own: Hutto & Gilbert 2014, VADER: A Parsimonious Rule-based Model for Sentiment Analysis
_LONGEST = 4000  # characters that are judged; what a customer means is said by then


class Tone(enum.StrEnum):
    """The value is its name in an address."""

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


@lru_cache(maxsize=1)
def _analyzer() -> SentimentIntensityAnalyzer:
    return SentimentIntensityAnalyzer()


def compound(text: str) -> float:
    """VADER's compound score from -1 to 1. A text in another language has few words on the list and is near 0."""
    return float(_analyzer().polarity_scores(text[:_LONGEST])["compound"])


def tone_of(sentiment: float) -> Tone:
    """The tone of a compound score."""
    if sentiment >= BAND:
        return Tone.POSITIVE
    return Tone.NEGATIVE if sentiment <= -BAND else Tone.NEUTRAL
