"""What many texts talk about: words and pairs of words that come up again and again. Pure."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

LEAST = 5  # texts with a term before it is told
MOST = 12  # terms
POSITIVE, NEGATIVE = 0.05, -0.05  # VADER's compound from here on (Hutto & Gilbert 2014)
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_BREAK = re.compile(r"[^\w\s’'-]+")  # a pair of words does not go across punctuation
_GRAMMAR = """
    a about above after again all almost already also although always am an and another any anyone anything are aren't
    around as at away back be became because become been before being below between both but by came can can't cannot
    come could couldn't did didn't do does doesn't doing don't done down during each either else enough even ever every
    everyone everything few for from further get gets getting give given gives go goes going gone got had hadn't has
    hasn't have haven't having he her here hers him his how however i i'd i'll i'm i've if in instead into is isn't it
    it's its itself just keep know less let like lot lots made make makes many may me might mine more most much must my
    myself need needs neither never no nobody none nor not nothing now of off often on once one only onto or other
    others our ours ourselves out over own per please put quite rather really said same say see seem seems she should
    shouldn't since so some someone something sometimes still such take takes than that that's the their theirs them
    themselves then there there's these they they're they've thing things think this those though through to too
    towards under until up upon us use used very want was wasn't way we we'd we'll we're we've well went were weren't
    what when where whether which while who whom whose why will with within without won't would wouldn't yes yet you
    you'd you'll you're you've your yours
"""
_STOP = frozenset(_GRAMMAR.split())


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


def terms_of(text: str) -> frozenset[str]:
    """The words of a text, in lower case, and its pairs of neighbours; none that grammar alone asks for."""
    found = set()
    for part in _BREAK.split(text.casefold().replace("’", "'")):
        before = ""
        for word in _WORD.findall(part):
            kept = word.removesuffix("'s")
            if len(kept) < 3 or kept in _STOP or word in _STOP:
                before = ""
                continue
            found.add(kept)
            if before:
                found.add(f"{before} {kept}")
            before = kept
    return frozenset(found)


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
    known = list(sentiments)
    positive, negative = sum(one >= POSITIVE for one in known), sum(one <= NEGATIVE for one in known)
    return Tones(positive, len(known) - positive - negative, negative)
