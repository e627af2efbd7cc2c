"""What promoters and detractors talk about, and what has come up lately: words that set two sets of comments apart."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.core.intervals import false_discovery
from app.core.terms import terms_of

LEAST = 5  # comments with a term before it is a topic
TELLING = 1.96  # |z| of a topic
EMERGING = 3.0  # z of a topic that has come up; higher, since it raises an alarm
FALSE_SHARE = 0.10  # of the topics shown that may be chance: thousands of terms are looked at, so |z| alone misleads
PRIOR_SHARE = 0.2  # weight of the prior: each comment of the background counts for a fifth


@dataclass(frozen=True, slots=True)
class Topic:
    """A term with the numbers of comments that hold it; z > 0 when it is said more in the first set."""

    term: str
    z: float
    first: int
    second: int


def log_odds(
    first_counts: Mapping[str, int],
    second_counts: Mapping[str, int],
    n_first: int,
    n_second: int,
    prior_counts: Mapping[str, int] | None = None,
    *,
    n_prior: int | None = None,
) -> list[Topic]:
    """Every term with the z of its log-odds ratio between two sets of comments, the most typical of the first first.

    Counts are numbers of comments that hold the term, out of n_first and n_second. Monroe, Colaresi & Quinn 2008,
    Fightin' Words, Political Analysis 16: an informative Dirichlet prior, here a Beta for each term as counts are of
    comments rather than words; z = difference of the log-odds over its standard deviation. The prior is the background
    at a fifth of its weight: prior_counts out of n_prior comments, by default both sets together. Rare terms so come
    out near 0 rather than at the extremes, and one that a set never says has odds all the same. Terms that neither set
    holds are left out; equal z in alphabetical order. Raises ValueError for counts above the number of comments, and
    for prior_counts without n_prior.
    """
    if (prior_counts is None) != (n_prior is None):
        raise ValueError("the background's counts go with its number of comments")
    terms = first_counts.keys() | second_counts.keys()
    found = []
    for term in terms:
        first, second = first_counts.get(term, 0), second_counts.get(term, 0)
        if not (0 <= first <= n_first and 0 <= second <= n_second):
            raise ValueError(f"more comments say {term!r} than there are")
        if first + second == 0:
            continue
        if prior_counts is None or n_prior is None:
            held, comments = first + second, n_first + n_second
        else:
            held, comments = prior_counts.get(term, 0), n_prior
        # Half a comment each way keeps a term that the background does not know, or always has, from being impossible.
        yes, no = PRIOR_SHARE * (held + 0.5), PRIOR_SHARE * (comments - held + 0.5)
        one, its_variance = _log_odds(first + yes, n_first - first + no)
        two, other_variance = _log_odds(second + yes, n_second - second + no)
        found.append(Topic(term, (one - two) / math.sqrt(its_variance + other_variance), first, second))
    return sorted(found, key=lambda topic: (-topic.z, topic.term))


def _log_odds(yes: float, no: float) -> tuple[float, float]:
    return math.log(yes / no), 1 / yes + 1 / no


def exact_p(first: int, n_first: int, second: int, n_second: int) -> float:
    """Two-sided p of two shares, first out of n_first and second out of n_second, being alike: Fisher's exact test.

    Twice the smaller tail of the hypergeometric distribution, at most 1; so it holds for rare terms too, where z does
    not. Source: Fisher 1935, The Logic of Inductive Inference; doubling: Yates 1984.
    """
    if first * n_second < second * n_first:
        first, n_first, second, n_second = second, n_second, first, n_first
    held, n = first + second, n_first + n_second
    term = math.exp(_ways(held, first) + _ways(n - held, n_first - first) - _ways(n, n_first))
    tail = 0.0
    for found in range(first, min(held, n_first) + 1):
        tail += term
        term *= (held - found) * (n_first - found) / ((found + 1) * (n - held - n_first + found + 1))
        if term < tail * 1e-12:  # beyond the middle terms only get smaller
            break
    return min(1.0, 2 * tail)


def _ways(n: int, k: int) -> float:
    """Logarithm of the number of ways to choose k of n."""
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


@dataclass(frozen=True, slots=True)
class Topics:
    """The most telling terms of each side; `first` counts promoters' comments and `second` detractors' in both."""

    promoters: tuple[Topic, ...]
    detractors: tuple[Topic, ...]
    n_promoters: int  # comments
    n_detractors: int


def topics(comments: Iterable[tuple[str, str]], least: int = LEAST, most: int = 10) -> Topics:
    """What sets promoters' comments apart from detractors'; comments are (band, text), other bands only inform.

    Terms in at least `least` comments of their side with |z| of `log_odds` >= 1.96, background all comments, that also
    hold out against all the others looked at (`exact_p`, Benjamini-Hochberg, one in ten by chance); at most `most` for
    each side, the most telling first. A phrase takes the place of a word in it when it holds half of that word's
    comments, and gives way when it holds half of neither's, so that "waiting time" does not come three times.
    """
    counts: dict[str, Counter[str]] = {"promoter": Counter(), "detractor": Counter()}
    totals: Counter[str] = Counter()
    everything: Counter[str] = Counter()
    for band, text in comments:
        terms = terms_of(text)
        everything.update(terms)
        totals[band] += 1
        if band in counts:
            counts[band].update(terms)
    promoters, detractors = totals["promoter"], totals["detractor"]
    ranked = log_odds(
        counts["promoter"], counts["detractor"], promoters, detractors, everything, n_prior=sum(totals.values())
    )
    found = _beyond_chance(ranked, promoters, detractors, least)
    liked = [topic for topic in found if topic.z >= TELLING and topic.first >= least]
    disliked = [topic for topic in reversed(found) if topic.z <= -TELLING and topic.second >= least]
    return Topics(
        promoters=tuple(_without_parts(liked, counts["promoter"])[:most]),
        detractors=tuple(_without_parts(disliked, counts["detractor"])[:most]),
        n_promoters=promoters,
        n_detractors=detractors,
    )


def _beyond_chance(ranked: Sequence[Topic], n_first: int, n_second: int, least: int) -> list[Topic]:
    # The number of comments of both sets together says nothing about which side a term leans to.
    known = [topic for topic in ranked if topic.first + topic.second >= least]
    kept = false_discovery([exact_p(topic.first, n_first, topic.second, n_second) for topic in known], FALSE_SHARE)
    return [topic for topic, keep in zip(known, kept, strict=True) if keep]


def _without_parts(ranked: Sequence[Topic], comments: Mapping[str, int]) -> list[Topic]:
    telling = {topic.term for topic in ranked}
    dropped = set()
    for phrase in (topic.term for topic in ranked if " " in topic.term):
        parts = [word for word in phrase.split(" ") if word in telling]
        covered = [word for word in parts if 2 * comments[phrase] >= comments[word]]
        dropped.update(covered if covered or not parts else [phrase])
    return [topic for topic in ranked if topic.term not in dropped]


@dataclass(frozen=True, slots=True)
class Emerging:
    """A term that has come up: how many comments hold it, and how many would in so many days at the former pace."""

    term: str
    z: float
    recent: int
    before: int
    usual: float  # comments expected in a stretch as long as the recent one


def emerging(recent: Iterable[str], before: Iterable[str], days_recent: int, days_before: int) -> list[Emerging]:
    """Terms whose share of comments has grown lately, the clearest first; recent and before are comments' texts.

    At least LEAST recent comments, z of `log_odds` >= 3 and beyond chance as in `topics`, so that an alarm is rare;
    phrases and words as there. Shares of comments are compared, so that more responses alone raise no alarm; the days
    give the usual number beside the recent one. Without any comment before there is nothing to compare with and the
    list is empty. ValueError for days below 1.
    """
    if min(days_recent, days_before) < 1:
        raise ValueError("both stretches have at least one day")
    now, n_now = _document_counts(recent)
    then, n_then = _document_counts(before)
    found = _beyond_chance(log_odds(now, then, n_now, n_then), n_now, n_then, LEAST)
    up = [topic for topic in found if topic.z >= EMERGING and topic.first >= LEAST]
    return [
        Emerging(topic.term, topic.z, topic.first, topic.second, topic.second * days_recent / days_before)
        for topic in _without_parts(up, now)
    ]


def _document_counts(texts: Iterable[str]) -> tuple[Counter[str], int]:
    counts: Counter[str] = Counter()
    n = 0
    for text in texts:
        counts.update(terms_of(text))
        n += 1
    return counts, n
