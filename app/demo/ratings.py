"""How a customer rates an occasion: drivers first, the score from them. Pure; the truth is in app/demo/truth.py."""

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass

from app.demo import truth
from app.demo.truth import DRIVERS, Touchpoint

_OWN = math.sqrt(1 - truth.HALO**2)  # what is left to a driver beside the overall impression


@dataclass(frozen=True)
class Rated:
    """What someone thinks, before anything is left out: ratings 1 to 5 by the driver's key and the score."""

    ratings: dict[str, int]
    score: int

    @property
    def band(self) -> str:
        return "promoter" if self.score >= 9 else "passive" if self.score >= 7 else "detractor"


def rate(shifts: Mapping[str, float], points: float, rng: random.Random) -> Rated:
    """Drivers moved by `shifts` around their means, and the score that they lead to, moved by `points`."""
    impression = rng.gauss(0, 1)
    ratings, score = {}, truth.BASE + points + rng.gauss(0, truth.NOISE)
    for driver in DRIVERS:
        felt = truth.HALO * impression + _OWN * rng.gauss(0, 1)
        rating = _within(1, driver.mean + shifts.get(driver.key, 0.0) + driver.spread * felt, 5)
        ratings[driver.key] = rating
        score += driver.weight * (rating - driver.mean)
    return Rated(ratings, _within(0, score, 10))


def satisfaction(rated: Rated, rng: random.Random) -> int:
    """The answer to "how satisfied are you", 0 to 10: close to the score, and kinder."""
    return _within(0, 0.8 * rated.score + 2.0 + rng.gauss(0, 0.9), 10)


def shifts_of(touchpoint: Touchpoint, department: str, days_ago: int, app: bool, points: float) -> dict[str, float]:
    """How far each driver is from its mean on an occasion, with a team's or person's points on top."""
    weights = {driver.key: driver.weight for driver in DRIVERS}
    causes = [touchpoint.shifts, {key: points * share / weights[key] for key, share in truth.THROUGH.items()}]
    if department == "Support" and days_ago <= truth.IMPROVED_DAYS_AGO:
        causes.append(truth.IMPROVED)
    if department == "Stores" and days_ago <= truth.DIPPED_DAYS_AGO:
        causes.append(truth.DIPPED)
    if app:
        causes.append(truth.APP_TROUBLE)
    return {key: sum(cause.get(key, 0.0) for cause in causes) for key in weights}


def _within(least: int, value: float, most: int) -> int:
    return min(most, max(least, round(value)))
