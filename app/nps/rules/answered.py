"""Which drivers can be analysed together: different surveys ask about different ones."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.nps.rules.drivers import MOST, enough

SHARE = 0.25  # of all responses with ratings that a set of drivers needs, so that a small survey does not speak for all


@dataclass(frozen=True, slots=True)
class Together:
    """Drivers by their ids, ascending, that `n` responses have all rated; `left_out` are rated by others."""

    drivers: tuple[int, ...]
    n: int
    left_out: tuple[int, ...]


def answered_together(patterns: Mapping[frozenset[int], int]) -> Together:
    """The largest set of drivers answered together; `patterns` says how many responses rate just these ids of drivers.

    Of the sets that some response has rated: the one with the most drivers among those with complete rows enough for an
    analysis and a quarter of all responses; where there is none, the one with the most rows. At most 12 drivers, those
    rated most often.
    """
    patterns = {rated: n for rated, n in patterns.items() if rated}
    counts: Counter[int] = Counter()
    for pattern, n in patterns.items():
        counts.update(dict.fromkeys(pattern, n))
    if not counts:
        return Together((), 0, ())
    sets = {tuple(sorted(_most_rated(pattern, counts))) for pattern in patterns}
    found = [(drivers, sum(n for rated, n in patterns.items() if rated >= set(drivers))) for drivers in sets]
    rows = sum(patterns.values())
    usable = [(drivers, n) for drivers, n in found if enough(n, len(drivers)) and n >= SHARE * rows]
    if usable:
        drivers, n = max(usable, key=lambda one: (len(one[0]), one[1], one[0]))
    else:
        drivers, n = max(found, key=lambda one: (one[1], len(one[0]), one[0]))
    return Together(drivers, n, tuple(sorted(counts.keys() - set(drivers))))


def _most_rated(pattern: frozenset[int], counts: Counter[int]) -> Sequence[int]:
    return sorted(pattern, key=lambda driver: (-counts[driver], driver))[:MOST]
