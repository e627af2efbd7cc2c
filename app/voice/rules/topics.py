"""What many texts talk about: words and pairs of words that come up again and again. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from app.core.sentiment import Tone, tone_of
from app.core.terms import terms_of

LEAST = 5  # texts with a term before it is told
MOST = 12  # terms


@dataclass(frozen=True, slots=True)
class Term:
    """A word or a pair of words, and in how many texts it stands."""

    words: str
    texts: int


@dataclass(frozen=True, slots=True)
class Tones:
    """How many texts sound positive, negative or neither."""

    positive: int
    neutral: int
    negative: int


def topics(texts: Iterable[str], least: int = LEAST, most: int = MOST) -> list[Term]:
    """The terms that most texts have, `least` of them at least; equally many in alphabetical order.

    A pair takes the place of a word in it that stands alone in less than half of its texts.
    """
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(terms_of(text))
    known = {term: n for term, n in counts.items() if n >= least}
    covered = {
        word for pair, n in known.items() if " " in pair for word in pair.split(" ") if 2 * n > known.get(word, 0)
    }
    ranked = sorted((-n, term) for term, n in known.items() if term not in covered)
    return [Term(term, -n) for n, term in ranked[:most]]


def tones(sentiments: Iterable[float]) -> Tones:
    """How texts sound, by bands at +-.05 of VADER's compound."""
    counts = Counter(map(tone_of, sentiments))
    return Tones(counts[Tone.POSITIVE], counts[Tone.NEUTRAL], counts[Tone.NEGATIVE])
