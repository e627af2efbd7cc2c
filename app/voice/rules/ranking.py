"""What weighs most on the board: how many meet a blocker, how often, and what customers care about, with uncertainty.

The score of a blocker is reach × occurrences a month × the weight of the customer driver that it touches: roughly how
often in a month somebody meets it, counted more where customers' scores go with what it touches. None of the three is
known exactly, so a score has an interval, and a place on the board is a range of places.

- Reach, the reporter and all who vote, is a count of those who came by: a Poisson count, whose mean lies between
  quantiles of a gamma distribution with shape reach + 1/2 (Jeffreys' interval; Brown, Cai & DasGupta 2003, Statistica
  Sinica 13).
- A frequency is a word that people choose, and means anything from half to twice as much.
- A driver's weight is its share of what all of them explain of the score (LMG) with its bootstrap interval.

The logarithm of a score is the sum of three logarithms, whose intervals are joined by recovering their variances
(MOVER; Zou & Donner 2008, Statistics in Medicine 27): the distances from the estimates add up as squares, on each side
for itself. Two blockers are told apart when the interval of the difference of their logarithms leaves out zero; where
both touch the same driver, its weight is the same for both and drops out. Places follow from these pairs, as in
Goldstein & Spiegelhalter 1996, J. R. Statist. Soc. A 159; they are not made wider for the many pairs that are compared.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from app.core.intervals import quantile, z_of

OCCURRENCES = {  # a month, for each person who meets it
    "daily": 21.0,  # a month has 21 working days
    "weekly": 4.3,  # and 4.3 weeks
    "monthly": 1.0,
    "rarely": 0.25,  # a few times a year
}
FACTOR_OF_A_WORD = 2.0  # "weekly" is said of what happens twice a week or twice a month
CONFIDENCE = 0.90
LEAST = 0.01  # of a weight: nothing that customers rate is surely worth nothing, and nothing has no logarithm
FACTOR_UNKNOWN = 3.0  # where a weight is not known, it may be a third of the average or three times as much
_STORED = 0.95  # confidence of the intervals that drivers' weights come with
_NARROWER = z_of(CONFIDENCE) / z_of(_STORED)
_EXACT, _HALVINGS, _CLOSE = 100.0, 80, 1e-12

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A positive number and between what it may well lie."""

    value: float
    low: float
    high: float

    @property
    def below(self) -> float:
        """How far its logarithm reaches down."""
        return math.log(self.value / self.low)

    @property
    def above(self) -> float:
        """How far its logarithm reaches up."""
        return math.log(self.high / self.value)


@dataclass(frozen=True, slots=True)
class Load:
    """What a blocker's score follows from. `driver` is an id; None where it touches none, or none is known."""

    reach: int
    frequency: str
    driver: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a blocker may stand among so many: "1 to 4 of 26"."""

    first: int
    last: int
    of: int


@dataclass(frozen=True)
class Weights:
    """The weight of each driver that has one, and what counts for all others."""

    known: Mapping[int, Estimate]
    average: float

    def of(self, driver: int | None) -> Estimate:
        if driver is not None and driver in self.known:
            return self.known[driver]
        return Estimate(self.average, self.average / FACTOR_UNKNOWN, self.average * FACTOR_UNKNOWN)


def weights_of(stored: Mapping[int, tuple[float, float, float]]) -> Weights:
    """Weights from what is kept: weight, low and high at 95%, for each driver; without any, all weigh the same."""
    known = {driver: _weight(*given) for driver, given in stored.items()}
    average = sum(one.value for one in known.values()) / len(known) if known else 1.0
    return Weights(known, average)


def _weight(weight: float, low: float, high: float) -> Estimate:
    """At CONFIDENCE, as if its logarithm were normal."""
    value, low, high = (max(LEAST, one) for one in (weight, low, high))
    return Estimate(value, value * (low / value) ** _NARROWER, value * (high / value) ** _NARROWER)


def score(load: Load, weights: Weights) -> Estimate:
    """Reach × frequency × weight, with its interval."""
    own, weight = _own(load), weights.of(load.driver)
    value = own.value * weight.value
    below, above = math.hypot(own.below, weight.below), math.hypot(own.above, weight.above)
    return Estimate(value, value * math.exp(-below), value * math.exp(above))


def occurrences(load: Load) -> Estimate:
    """How often in a month somebody meets it."""
    return _own(load)


@lru_cache(maxsize=4096)
def _own(load: Load) -> Estimate:
    """The part of a score that a blocker shares with no other: reach and frequency."""
    reach, word = reach_of(load.reach), math.log(FACTOR_OF_A_WORD)
    value = load.reach * OCCURRENCES[load.frequency]
    below, above = math.hypot(reach.below, word), math.hypot(reach.above, word)
    return Estimate(value, value * math.exp(-below), value * math.exp(above))


def reach_of(n: int) -> Estimate:
    """How many meet it, from those who said so; ValueError for nobody."""
    if n < 1:
        raise ValueError("whoever reports a blocker meets it")
    tail = (1 - CONFIDENCE) / 2
    return Estimate(float(n), gamma_quantile(tail, n + 0.5), gamma_quantile(1 - tail, n + 0.5))


@lru_cache(maxsize=4096)
def gamma_quantile(probability: float, shape: float) -> float:
    """Quantile of the gamma distribution with this shape and scale 1; 0 < probability < 1.

    Exact up to a shape of 100, beyond that by Wilson & Hilferty 1931, whose error there is less than 1 in 10,000.
    """
    part = 1 / (9 * shape)
    rough = shape * max(0.0, 1 - part + quantile(probability) * math.sqrt(part)) ** 3
    if shape > _EXACT:
        return rough
    low, high = 0.0, 2 * rough + 5
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _gamma_share(shape, middle) < probability else (low, middle)
    return (low + high) / 2


def _gamma_share(shape: float, x: float) -> float:
    """The regularised lower incomplete gamma function P(shape, x) by its series (DLMF 8.11.4)."""
    if x <= 0:
        return 0.0
    term = total = 1 / shape
    at = shape
    while term > _CLOSE * total:
        at += 1
        term *= x / at
        total += term
    return total * math.exp(shape * math.log(x) - x - math.lgamma(shape))


def places(loads: Sequence[Load], among: Mapping[Load, int], weights: Weights) -> list[Place]:
    """Where each of `loads` may stand among all that are on the board, given as how many there are of each load.

    Its first place is behind all that surely weigh more, its last one before all that surely weigh less.
    """
    others = list(among)
    if not others:
        return [Place(1, 1, 1) for _ in loads]
    numbers = np.array([among[one] for one in others])
    theirs = _columns(others, weights)
    total, found = int(numbers.sum()), []
    for load in loads:
        mine = _columns([load], weights)[:, 0]
        same = np.array([load.driver is not None and one.driver == load.driver for one in others])
        more = int(numbers[_surely_more(theirs, mine[:, np.newaxis], same)].sum())
        less = int(numbers[_surely_more(mine[:, np.newaxis], theirs, same)].sum())
        found.append(Place(1 + more, max(1 + more, total - less), total))
    return found


def _columns(loads: Sequence[Load], weights: Weights) -> Floats:
    """For each load: logarithm of the score, how far its own part reaches down and up, and how far the weight does."""
    parts = [(_own(load), weights.of(load.driver)) for load in loads]
    return np.array(
        [
            (math.log(own.value * weight.value), own.below, own.above, weight.below, weight.above)
            for own, weight in parts
        ]
    ).T


def _surely_more(one: Floats, other: Floats, same_driver: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Whether the interval of the logarithms' difference lies above zero."""
    of_weights = np.where(same_driver, 0.0, one[3] ** 2 + other[4] ** 2)
    return one[0] - other[0] > np.sqrt(one[1] ** 2 + other[2] ** 2 + of_weights)
