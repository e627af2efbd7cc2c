"""Responses become counts: how many of each band by label, person, pair of labels and driver, by day and by month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
T = TypeVar("T")
_DENSE = 8  # times as many codes as rows may be counted without sorting the rows

LABELLED = ("department_id", "team_id", "touchpoint_id", "channel_id", "survey_id", "tier_id")


class Counted(NamedTuple):
    """What tallies look at in a response. Ids are None where there is nothing."""

    score: int
    day: date
    person_id: int | None
    department_id: int | None
    team_id: int | None
    touchpoint_id: int | None
    channel_id: int | None
    survey_id: int | None
    tier_id: int | None
    segments: tuple[int, ...]
    drivers: tuple[tuple[int, int], ...]  # ids and ratings


@dataclass(frozen=True)
class Dimensions:
    """What the labels belong to: the label of the company, the dimension of each column, that of segment labels."""

    company_label: int
    of_column: Mapping[str, int]  # by the names in LABELLED
    of_segment: Mapping[int, int]  # by a label's id


@dataclass(frozen=True)
class Sums:
    """Amounts under keys: `keys` has a row for each, sorted and unique; `amounts` a row beside each of them."""

    keys: Whole
    amounts: Whole

    def minus(self, other: "Sums") -> "Sums":
        """The differences, without those that are nothing."""
        keys = np.concatenate([self.keys, other.keys])
        amounts = np.concatenate([self.amounts, -other.amounts])
        if not len(keys):
            return self
        order = np.lexsort(keys.T[::-1])
        keys, amounts = keys[order], amounts[order]
        begins = np.flatnonzero(np.concatenate([[True], (keys[1:] != keys[:-1]).any(axis=1)]))
        keys, amounts = keys[begins], np.add.reduceat(amounts, begins)
        kept = amounts.any(axis=1)
        return Sums(keys[kept], amounts[kept])


@dataclass(frozen=True)
class Tally:
    """Sums under these keys; days and months are numbers as of date.toordinal(), a month's is its first day's.

    The amounts are promoters, passives and detractors; a driver's are n, the total and the squares' total.
    """

    label_day: Sums  # label, day
    person_day: Sums  # person, day
    person_month: Sums  # person, month
    pair_month: Sums  # first label, the second's dimension, month, second label
    driver_month: Sums  # label, month, driver

    def minus(self, other: "Tally") -> "Tally":
        return Tally(
            self.label_day.minus(other.label_day),
            self.person_day.minus(other.person_day),
            self.person_month.minus(other.person_month),
            self.pair_month.minus(other.pair_month),
            self.driver_month.minus(other.driver_month),
        )


def tally(columns: Sequence[Sequence[Any]], dimensions: Dimensions) -> Tally:
    """Count responses, given as the columns of Counted. Each counts under every label it has and under the company."""
    if not columns or not columns[0]:
        return Tally(*(Sums(_none(width), _none(3)) for width in (2, 2, 2, 4, 3)))
    table = _Table(columns, dimensions)
    return Tally(table.label_days(), *table.people(), table.pair_months(), table.driver_months())


@dataclass(frozen=True)
class _Coded:
    """A column of ids: the different ones in order, and for each row which of them it has. An id of 0 is none."""

    ids: Whole
    which: Whole

    @property
    def size(self) -> int:
        return len(self.ids)


class _Table:
    """The responses as columns of small numbers, so that several make one number to count by."""

    def __init__(self, columns: Sequence[Sequence[Any]], dimensions: Dimensions) -> None:
        scores, days, people, *labels, segments, drivers = columns
        self.n = len(scores)
        score = np.array(scores, dtype=np.int64)
        self.band = np.where(score >= 9, 0, np.where(score >= 7, 1, 2))
        self.day, self.month = _days_and_months(days)
        self.person = _coded(_ids(people))
        self.company = _Coded(np.array([dimensions.company_label]), np.zeros(self.n, dtype=np.int64))
        ids = {dimensions.of_column[name]: _ids(column) for name, column in zip(LABELLED, labels, strict=True)}
        ids.update(_segments(segments, dimensions.of_segment))
        self.labels = {dimension: _coded(column) for dimension, column in sorted(ids.items())}
        self.rated, self.driver, self.rating = _ratings(drivers)

    def label_days(self) -> Sums:
        return _joined([self._days_of(label, self.day) for label in (self.company, *self.labels.values())], 2)

    def people(self) -> tuple[Sums, Sums]:
        """By day and by month."""
        return _joined([self._days_of(self.person, self.day)], 2), _joined([self._days_of(self.person, self.month)], 2)

    def _days_of(self, what: _Coded, moment: _Coded) -> Sums:
        found, amounts = _bands(what.which * moment.size + moment.which, what.size * moment.size, self.band)
        which, when = np.divmod(found, moment.size)
        return _of_ids(np.stack([what.ids[which], moment.ids[when]], axis=1), amounts)

    def pair_months(self) -> Sums:
        month, parts = self.month, []
        for (_, first), (dimension, second) in combinations(self.labels.items(), 2):
            code = (first.which * month.size + month.which) * second.size + second.which
            found, amounts = _bands(code, first.size * month.size * second.size, self.band)
            front, second_label = np.divmod(found, second.size)
            first_label, when = np.divmod(front, month.size)
            of_dimension = np.full(len(found), dimension)
            keys = [first.ids[first_label], of_dimension, month.ids[when], second.ids[second_label]]
            parts.append(_of_ids(np.stack(keys, axis=1), amounts, also=3))
        return _joined(parts, 4)

    def driver_months(self) -> Sums:
        if not len(self.rated):
            return Sums(_none(3), _none(3))
        month, driver, parts = self.month, _coded(self.driver), []
        moment = month.which[self.rated] * driver.size + driver.which
        size = month.size * driver.size
        for label in (self.company, *self.labels.values()):
            code = label.which[self.rated] * size + moment
            found, amounts = _moments(code, label.size * size, self.rating)
            front, which = np.divmod(found, driver.size)
            label_of, when = np.divmod(front, month.size)
            keys = np.stack([label.ids[label_of], month.ids[when], driver.ids[which]], axis=1)
            parts.append(_of_ids(keys, amounts))
        return _joined(parts, 3)


def _days_and_months(days: Sequence[date]) -> tuple[_Coded, _Coded]:
    kinds, which = _kinds(days)
    numbers, place = np.unique([day.toordinal() for day in kinds], return_inverse=True)
    day = _Coded(numbers, place[which])
    firsts = [date.fromordinal(number).replace(day=1).toordinal() for number in numbers.tolist()]
    months, month_of_day = np.unique(firsts, return_inverse=True)
    return day, _Coded(months, month_of_day[day.which])


def _segments(segments: Sequence[tuple[int, ...]], dimension_of: Mapping[int, int]) -> dict[int, Whole]:
    """A column of labels for each dimension."""
    kinds, which = _kinds(segments)
    by_dimension: dict[int, Whole] = {}
    for number, labels in enumerate(kinds):
        for label in labels:
            of_kinds = by_dimension.setdefault(dimension_of[label], np.zeros(len(kinds), dtype=np.int64))
            of_kinds[number] = label
    return {dimension: of_kinds[which] for dimension, of_kinds in by_dimension.items()}


def _ratings(drivers: Sequence[tuple[tuple[int, int], ...]]) -> tuple[Whole, Whole, Whole]:
    """Each rating by itself: its row, driver and value."""
    kinds, which = _kinds(drivers)
    flat = np.array([pair for kind in kinds for pair in kind], dtype=np.int64).reshape(-1, 2)
    lengths = np.array([len(kind) for kind in kinds], dtype=np.int64)
    times = lengths[which]
    row = np.repeat(np.arange(len(which)), times)
    # Where the ratings of each row begin among those of the kinds, then how many further.
    begins = np.repeat((np.cumsum(lengths) - lengths)[which], times)
    further = np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times)
    driver, rating = flat[begins + further].T
    return row, driver, rating


def _kinds(values: Sequence[T]) -> tuple[list[T], Whole]:
    """The different values, and for each value which of them it is: there are few, and each is looked at once."""
    number_of = {value: number for number, value in enumerate(dict.fromkeys(values))}
    which = np.fromiter(map(number_of.__getitem__, values), dtype=np.int64, count=len(values))
    return list(number_of), which


def _none(width: int) -> Whole:
    return np.zeros((0, width), dtype=np.int64)


def _ids(ids: Sequence[int | None]) -> Whole:
    return np.array([one or 0 for one in ids], dtype=np.int64)


def _coded(ids: Whole) -> _Coded:
    if ids.max() > _DENSE * len(ids):
        return _Coded(*np.unique(ids, return_inverse=True))
    known = np.flatnonzero(np.bincount(ids))
    number_of = np.zeros(known[-1] + 1, dtype=np.int64)
    number_of[known] = np.arange(len(known))
    return _Coded(known, number_of[ids])


def _bands(code: Whole, size: int, band: Whole) -> tuple[Whole, Whole]:
    """The codes that occur, in order, and how many of each band they have. Codes are below `size`."""
    if size > _DENSE * len(code):
        found, which = np.unique(code, return_inverse=True)
        return found, np.bincount(which * 3 + band, minlength=len(found) * 3).reshape(-1, 3)
    counts = np.bincount(code * 3 + band, minlength=size * 3).reshape(-1, 3)
    found = np.flatnonzero(counts.any(axis=1))
    return found, counts[found]


def _moments(code: Whole, size: int, rating: Whole) -> tuple[Whole, Whole]:
    """The codes that occur, in order; how often, the total of their ratings and that of the squares."""
    found = np.arange(size)
    if size > _DENSE * len(code):
        found, code = np.unique(code, return_inverse=True)
    sums = np.stack([np.bincount(code, weights, len(found)) for weights in (None, rating, rating * rating)], axis=1)
    there = np.flatnonzero(sums[:, 0])
    return found[there], sums[there].astype(np.int64)


def _of_ids(keys: Whole, amounts: Whole, also: int = 0) -> Sums:
    """Without the keys that hold no id in their first column, or in another one."""
    kept = (keys[:, 0] > 0) & (keys[:, also] > 0)
    return Sums(keys[kept], amounts[kept])


def _joined(parts: Sequence[Sums], width: int) -> Sums:
    """All of them, in the order of their keys, which differ."""
    keys = np.concatenate([_none(width), *(part.keys for part in parts)])
    amounts = np.concatenate([_none(3), *(part.amounts for part in parts)])
    order = np.lexsort(keys.T[::-1])
    return Sums(keys[order], amounts[order])
