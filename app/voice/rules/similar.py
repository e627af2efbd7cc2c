"""How alike two texts are: by the groups of three letters that they share, as PostgreSQL’s pg_trgm counts them."""

import re
from functools import lru_cache

ALIKE = 0.3  # from here on a title is offered
CONTAINED = 0.6  # of the letters of what was typed, within a longer text
SHORTEST = 3  # letters of a word that is looked up by itself
MOST_WORDS = 6  # looked up by themselves, the longest first
_OFTEN_TEXT = """
    about after again all also and any are because been before but can cannot customer customers does every for from
    get gets had has have how into its more most much must nor not off one only our out over some than that the their
    them then there they this too until use very was way were what when where which while who will with you your
"""
_OFTEN = frozenset(_OFTEN_TEXT.split())


def words_of(text: str) -> list[str]:
    """The words of a text, lower-cased, in their order."""
    return re.findall(r"[^\W_]+", text.lower())


@lru_cache(maxsize=8192)
def trigrams(text: str) -> frozenset[str]:
    """The groups of three letters of each word, which counts as having two blanks before it and one behind."""
    padded = (f"  {word} " for word in words_of(text))
    return frozenset(word[at : at + 3] for word in padded for at in range(len(word) - 2))


def similarity(left: str, right: str) -> float:
    """From 0.0 to 1.0: the shared part of all groups of letters that either text has."""
    one, other = trigrams(left), trigrams(right)
    return len(one & other) / len(one | other) if one and other else 0.0


@lru_cache(maxsize=8192)
def _padded(text: str) -> str:
    return f"  {'  '.join(words_of(text))} "


def contained(words: str, text: str) -> float:
    """From 0.0 to 1.0: the part of the groups of letters of `words` that a longer text has somewhere."""
    wanted, padded = trigrams(words), _padded(text)
    return sum(one in padded for one in wanted) / len(wanted) if wanted else 0.0


def telling_words(text: str) -> list[str]:
    """The words that tell what a text is about, the longest first; each once."""
    found = {word for word in words_of(text) if len(word) >= SHORTEST and word not in _OFTEN}
    return sorted(found, key=lambda word: (-len(word), word))[:MOST_WORDS]


@lru_cache(maxsize=8192)
def _told(text: str) -> str:
    """The text without words that stand in every other one; all of it when there are no others."""
    return " ".join(word for word in words_of(text) if word not in _OFTEN) or text


def likeness(typed: str, title: str, happens: str, held: float) -> float:
    """How near a blocker is to what is typed; below ALIKE it is not offered.

    `held` is the part of the telling words that the full-text search finds in it.
    """
    told, other = _told(typed), _told(title)
    wanted = trigrams(told)
    in_title = len(wanted & trigrams(other)) / len(wanted) if wanted else 0.0
    inside = max(in_title, contained(told, happens))
    by_text = ALIKE + (inside - CONTAINED) / 2 if inside >= CONTAINED else 0.0
    by_words = ALIKE + (held - 0.5) / 2 if held > 0.5 else 0.0
    return max(similarity(told, other), by_text, by_words)
