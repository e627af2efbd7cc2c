"""Which driver a team should look at first."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.nps.rules.cells import band
from app.nps.rules.drivers import MOST, ROWS, ROWS_A_DRIVER, enough, key_drivers

FEWEST = 10  # ratings before a driver is named at all
_POINTS = {"promoter": 100, "passive": 0, "detractor": -100}


@dataclass(frozen=True, slots=True)
class Rated:
    """One response: its score from 0 to 10, and its ratings from 0 (worst) to 1 (best) by driver."""

    score: int
    ratings: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Focus:
    """The driver to look at. `share` is its part of what the drivers explain, None where that can't be told.

    `mean` is from 0 to 1 over `n` ratings; `missing` says how many more complete responses would tell what matters.
    """

    driver: int
    mean: float
    n: int
    share: float | None
    missing: int = 0


def focus_of(rated: Sequence[Rated]) -> Focus | None:
    """The driver with the most to gain: importance (LMG, see `key_drivers`) times the room up to the best rating.

    With too few responses in which all drivers are rated, or when none goes along with the score, it is the one rated
    lowest. None unless some driver has FEWEST ratings.
    """
    numbers = Counter(driver for one in rated for driver in one.ratings)
    ranked = sorted(numbers, key=lambda driver: (-numbers[driver], driver))
    known = [driver for driver in ranked if numbers[driver] >= FEWEST][:MOST]
    if not known:
        return None
    means = {d: sum(one.ratings[d] for one in rated if d in one.ratings) / numbers[d] for d in known}
    lowest = min(known, key=lambda driver: (means[driver], driver))
    complete = [one for one in rated if all(driver in one.ratings for driver in known)]
    if not enough(len(complete), len(known)):
        missing = max(ROWS, ROWS_A_DRIVER * len(known)) - len(complete)
        return Focus(lowest, means[lowest], numbers[lowest], None, missing)
    shares = _shares(complete, known)
    best = max(known, key=lambda driver: (shares[driver] * (1 - means[driver]), -means[driver], -driver))
    if shares[best] * (1 - means[best]) <= 0:
        return Focus(lowest, means[lowest], numbers[lowest], None)
    return Focus(best, means[best], numbers[best], shares[best])


def _shares(complete: Sequence[Rated], known: Sequence[int]) -> dict[int, float]:
    """Each driver's part of what they explain together; nothing for one whose better ratings go with a lower score."""
    matrix = [[one.ratings[driver] for driver in known] for one in complete]
    found = key_drivers(matrix, [_POINTS[band(one.score)] for one in complete], resamples=0)
    rows = zip(known, found.shares, found.coefficients, strict=True)
    return {driver: share if coefficient > 0 else 0.0 for driver, share, coefficient in rows}
