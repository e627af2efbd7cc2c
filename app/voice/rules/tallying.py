"""What is counted of a closing wave, and which of the counts may be kept. Pure.

Not everybody answers every question, so the ledger is asked once more for each: by those who answered it. Then comes
what a group says with one voice. Where nearly all of a group gave the same answer (rules.confidentiality.near), the
number is kept no finer than the band that is shown of it, and other groups are kept from giving it away: with the whole
and all groups but one, anybody could subtract.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from app.voice.rules.confidentiality import K
from app.voice.rules.determined import Flags, combinations
from app.voice.rules.ledger import Cell, Decisions, Grid, Sizes, decide, shown
from app.voice.rules.questions import OTHER, Answers, Asked, Definition, is_given, tally_values

MINUTES = "_minutes"  # the key under which the time that people took is counted, for everyone only
ROW_ANSWERED = "{}="  # the value by which those are counted who answered one row of a matrix

_MANY = ("multiple", "process")  # kinds of which several answers can be given


@dataclass(frozen=True, slots=True)
class Kept:
    """One number that may be kept."""

    key: str  # the group's in the ledger
    question_key: str
    value: str
    n: int


@dataclass(slots=True)
class Counts:
    """Answers counted by the finest cell; nothing in it tells which belong together."""

    fields: tuple[str, ...]
    people: Counter[Cell] = field(default_factory=Counter)
    said: dict[str, dict[str, Counter[Cell]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Counter)))

    def add(self, definition: Definition, answers: Answers, segments: Mapping[str, str], minutes: str) -> None:
        """Count one person's answers."""
        cell = tuple(_known(definition, name, segments.get(name, OTHER)) for name in self.fields)
        self.people[cell] += 1
        if minutes:
            for value in ("", minutes):
                self.said[MINUTES][value][cell] += 1
        for question in definition.questions:
            answer = answers.get(question.key)
            for value in tally_values(question, answer):
                self.said[question.key][value][cell] += 1
            if question.kind == "matrix" and is_given(answer):
                for row in answer or ():
                    self.said[question.key][ROW_ANSWERED.format(row)][cell] += 1


def _known(definition: Definition, name: str, value: str) -> str:
    return value if value in definition.values.get(name, ()) else OTHER


def everything(definition: Definition, counts: Counts) -> Iterator[Kept]:
    """All counts for everyone, exact: of a survey that says whose answers they are."""
    for question_key in (*(one.key for one in definition.questions), MINUTES):
        for value, by_cell in counts.said[question_key].items():
            yield Kept("", question_key, value, by_cell.total())


def may_be_kept(definition: Definition, counts: Counts, grid: Grid, decisions: Decisions, k: int = K) -> Iterator[Kept]:
    """The counts of groups that the ledger shows (`decisions`), as far as each question may be shown in them."""
    sieve = _Sieve(grid, counts, shown(decisions), k)
    for question in definition.questions:
        yield from sieve.of(question)
    yield from sieve.of_minutes()


@dataclass(frozen=True, slots=True)
class _Item:
    """What is decided on by itself: a question, or a row of a matrix, by group."""

    question_key: str
    whole: str  # the value by which those are counted who answered it
    by_cell: Sizes  # those, as the grid has its columns
    total: Sizes  # those in each group
    people: dict[str, Sizes]  # by value, in each group

    def of_one_mind(self, k: int) -> Flags:
        """The groups in which nearly all who answered gave one answer."""
        return _of_one_mind(self.total, np.array(list(self.people.values())), k)


class _Sieve:
    def __init__(self, grid: Grid, counts: Counts, groups: Flags, k: int) -> None:
        self.grid, self.counts, self.groups, self.k = grid, counts, groups, k
        self._exact: dict[str, Flags] = {}  # of each question, the groups in which it is shown exactly
        self._decided: dict[bytes, Flags] = {grid.sizes.tobytes() + groups.tobytes(): groups}

    def of(self, question: Asked) -> Iterator[Kept]:
        """What is kept of one question.

        One that branching leads to is shown where the question that leads there is shown exactly: how many it was
        asked would tell what that one keeps back.
        """
        among = self._exact.get(question.shown_by, self.groups & False) if question.shown_by else self.groups
        item = self._item(question.key)
        allowed = self._allowed(item, among)
        if question.kind == "matrix":
            yield from self._write(item, "", item.total, allowed)
            for row in question.rows:
                yield from self._row(question, row.key, allowed)
            return
        exact, banded = self._exact_ones(item, allowed)
        self._exact[question.key] = exact
        if question.kind == "ranking":  # all places but one would tell the last: there is no band of an order
            banded &= False
        yield from self._values(item, exact, banded, apart=question.kind in _MANY)

    def _row(self, question: Asked, row: str, among: Flags) -> Iterator[Kept]:
        item = self._item(question.key, ROW_ANSWERED.format(row))
        yield from self._values(item, *self._exact_ones(item, self._allowed(item, among)))

    def of_minutes(self) -> Iterator[Kept]:
        """How long it took, for everyone only."""
        item = self._item(MINUTES)
        everyone = self.groups & (item.total >= self.k)
        everyone[1:] = False
        agreed = item.of_one_mind(self.k)
        yield from self._values(item, everyone & ~agreed, everyone & agreed)

    def _item(self, question_key: str, whole: str = "") -> _Item:
        said = self.counts.said[question_key]
        by_cell = self.grid.counts(said[whole])
        values = sorted(value for value in said if value != whole and value.startswith(whole))
        people = {value: self.grid.people(self.grid.counts(said[value])) for value in values}
        return _Item(question_key, whole, by_cell, self.grid.people(by_cell), people)

    def _allowed(self, item: _Item, among: Flags) -> Flags:
        """The groups in which the ledger shows a question, by those who answered it."""
        asked = item.by_cell.tobytes() + among.tobytes()
        if asked not in self._decided:
            self._decided[asked] = shown(decide(self.grid, item.by_cell, among, self.k))
        return self._decided[asked]

    def _exact_ones(self, item: _Item, allowed: Flags) -> tuple[Flags, Flags]:
        """The groups whose numbers may be kept as they are, and those that are of one mind and get a band.

        From the former nothing follows that is of one mind: no group, shown or hidden, and no rest of one beside the
        parts that are kept. Of a combination that makes such a one the last group goes, in the ledger's order.
        """
        there, agreed = item.by_cell > 0, item.of_one_mind(self.k)
        exact, groups = allowed & ~agreed, self.grid.members[agreed][:, there]
        while True:
            wanted = np.vstack([groups, *(one[there] for one in self._rests(item, exact))])
            order = np.flatnonzero(exact)
            if not len(wanted) or not len(order):
                break
            found = combinations(self.grid.members[order][:, there], wanted)
            last = [int(order[one.max()]) for one in found if one is not None]
            if not last:
                break
            exact[last] = False
        return exact, allowed & agreed

    def _rests(self, item: _Item, exact: Flags) -> Iterator[Flags]:
        """Of each group, by each field that divides it: who is in none of the parts that are kept, if of one mind."""
        members = self.grid.members
        kept = [[one for one in family.children if exact[one]] for family in self.grid.families]
        parts = [(family.parent, some) for family, some in zip(self.grid.families, kept, strict=True) if some]

        def rests(people: Sizes) -> list[int]:
            return [int(people[parent] - people[some].sum()) for parent, some in parts]

        agreed = _of_one_mind(
            np.array(rests(item.total)), np.array([rests(one) for one in item.people.values()]), self.k
        )
        for at in np.flatnonzero(agreed):
            parent, some = parts[at]
            yield members[parent] & ~members[some].any(axis=0)

    def _values(self, item: _Item, exact: Flags, banded: Flags, *, apart: bool = False) -> Iterator[Kept]:
        """The numbers of each answer: exact, or as far as the bands tell them.

        Of one mind means that nearly all gave an answer: it is the least that this may be, and what the others gave is
        left out. Where several can be given (`apart`) each is a question of its own: those of nearly nobody are left
        out, and others are exact.
        """
        yield from self._write(item, item.whole, item.total, exact | banded)
        slack = _near(item.total, self.k)
        for value, people in item.people.items():
            high = banded & (item.total - people <= slack)
            plain = (exact | banded) & ~high & (people > slack) if apart else exact
            yield from self._write(item, value, people, plain)
            yield from self._write(item, value, item.total - slack, high)

    def _write(self, item: _Item, value: str, people: Sizes, groups: Flags) -> Iterator[Kept]:
        for place in np.flatnonzero(groups & (people > 0)):
            yield Kept(self.grid.key(int(place)), item.question_key, value, int(people[place]))


def _of_one_mind(total: Sizes, people: Sizes, k: int) -> Flags:
    """Where nearly all of a total gave one of the answers (rows)."""
    if not len(people):
        return np.zeros(len(total), dtype=bool)
    return np.asarray((total >= k) & (total - people.max(axis=0) <= _near(total, k)), dtype=bool)


def _near(total: Sizes, k: int) -> Sizes:
    """rules.confidentiality.near of each."""
    return np.minimum(k - 1, np.maximum(1, total // 10))
