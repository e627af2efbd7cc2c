"""What can be measured of a person, whoever measures it: slices and plugins register where measures come from.

Coaching sets benchmarks on measures and never asks which slice a number comes from.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist
from typing import Protocol

from flask import Flask, current_app

from app.core.registry import Registry

_KEY = "uplift.measures"


@dataclass(frozen=True, slots=True)
class Measure:
    """Something known of a person. `key` names it for good: "nps", "behaviour:3"."""

    key: str
    name: str
    unit: str  # "levels", "points" or "%"
    low: float  # the least and the most that a benchmark may ask for
    high: float
    decimals: int = 0  # that its values are told with
    # Estimated from observations that vary by chance; otherwise a fact of the day, such as a certificate.
    sampled: bool = True
    # Of a fact that is either so or not: how its benchmark reads, "valid".
    wanted: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one person's measure on a day.

    Of a fact only `value` and `words`. Of a sampled measure: n observations with the mean `value`, pulled towards the
    mean of all people to `estimate`, and how people (`between`) and single observations of one person (`within`)
    vary, as variances. `missing` observations are needed before anybody judges.
    """

    n: int = 0
    missing: int = 0
    value: float | None = None
    estimate: float | None = None
    variance: float = 0.0  # of the true value around the estimate
    mean: float | None = None
    between: float = 0.0
    within: float = 0.0
    words: str = ""
    until: date | None = None  # the last day on which a fact holds

    def probability_below(self, target: float) -> float:
        """Probability 0..1 that the true value lies below a target: the normal posterior; of a fact 0 or 1."""
        if self.estimate is None or self.variance <= 0:
            return float(self.value is not None and self.value < target)
        return NormalDist(self.estimate, math.sqrt(self.variance)).cdf(target)


@dataclass(frozen=True, slots=True)
class Day:
    """The observations of one person on one day: how many, their sum and the sum of their squares."""

    day: date
    n: int
    total: float
    squares: float


Cell = tuple[int, str]  # a person's id and a measure's key


class MeasureSource(Protocol):
    """Where some measures come from. Each method takes as many statements for one person as for a thousand."""

    def measures(self) -> Sequence[Measure]:
        """The measures there are now."""

    def known(self, keys: Sequence[str], people: Sequence[int], today: date) -> Mapping[Cell, Known]:
        """What is known of these people today; a cell without any observation may be left out."""

    def days(self, keys: Sequence[str], people: Sequence[int], first: date, last: date) -> Mapping[Cell, list[Day]]:
        """The observations of sampled measures from `first` to `last`, oldest first."""


def register_measures(app: Flask, name: str, source: MeasureSource) -> None:
    """Let a source give measures; their keys are its name, or begin with its name and a colon."""
    sources: Registry[MeasureSource] = app.extensions[_KEY]
    sources.add(name, source)


def all_measures() -> dict[str, Measure]:
    """Every measure by its key, in the order in which sources were registered."""
    sources: Registry[MeasureSource] = current_app.extensions[_KEY]
    return {measure.key: measure for _, source in sources.items() for measure in source.measures()}


def known(keys: Sequence[str], people: Sequence[int], today: date) -> dict[Cell, Known]:
    """What is known of these people's measures; keys of which no source is there any more are left out."""
    found: dict[Cell, Known] = {}
    if people:
        for source, own in _by_source(keys):
            found.update(source.known(own, people, today))
    return found


def days(keys: Sequence[str], people: Sequence[int], first: date, last: date) -> dict[Cell, list[Day]]:
    """The single days of these people's measures."""
    found: dict[Cell, list[Day]] = {}
    if people:
        for source, own in _by_source(keys):
            found.update(source.days(own, people, first, last))
    return found


def _by_source(keys: Sequence[str]) -> list[tuple[MeasureSource, list[str]]]:
    sources: Registry[MeasureSource] = current_app.extensions[_KEY]
    asked = [
        (source, [key for key in keys if key == name or key.startswith(name + ":")]) for name, source in sources.items()
    ]
    return [(source, own) for source, own in asked if own]


def init_app(app: Flask) -> None:
    app.extensions[_KEY] = Registry[MeasureSource]("source of measures")
