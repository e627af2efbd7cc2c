"""The ledger of a closed wave: which groups may be shown, decided once for everybody. Pure.

Groups are everyone, the values of one field, and pairs of values of two fields; nothing finer is ever shown. They are
gone through in an order that depends on their sizes and names alone, so that who asks, when, and for what first, make
no difference.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from app.voice.rules.confidentiality import FLOOR, K, Refusal, release_key, visible_groups
from app.voice.rules.determined import Flags, given_away

Sizes = NDArray[np.int64]
Cell = tuple[str, ...]  # a value of each field: the finest groups there are
MOST_GROUPS = 700  # more than four fields of ten values make; what follows from them is worked out for all together
LONGEST_KEY = 400  # characters that the ledger has room for


@dataclass(frozen=True, slots=True)
class Group:
    """Everyone (no fields), or those who share a value of one field or of two: places of fields, and values."""

    at: tuple[int, ...]
    values: tuple[str, ...]

    def without(self, drop: int) -> "Group":
        """The whole that one of its two fields cuts it out of."""
        return Group(self.at[:drop] + self.at[drop + 1 :], self.values[:drop] + self.values[drop + 1 :])


@dataclass(frozen=True, slots=True)
class Family:
    """The groups that one field cuts a group into, as places in the grid."""

    parent: int
    children: tuple[int, ...]


class Grid:
    """The groups that could be shown, and who is in them: a row for each group, a column for each finest cell.

    Groups of fewer than k people are left out. The others stand in the order in which they are decided on: everyone,
    those of one field, those of two; the larger first, then by name. After MOST_GROUPS none is asked about any more.
    """

    def __init__(self, fields: Sequence[str], cells: Mapping[Cell, int], k: int = K) -> None:
        self.fields = tuple(fields)
        self.cells = tuple(cells)
        self.sizes: Sizes = np.array(list(cells.values()), dtype=np.int64)
        self.groups = self._largest(cells, k)
        self.places = {group: place for place, group in enumerate(self.groups)}
        self.members: Flags = np.zeros((len(self.groups), len(self.cells)), dtype=bool)
        for column, cell in enumerate(self.cells):
            rows = [self.places[group] for group in _groups_of(cell) if group in self.places]
            self.members[rows, column] = True

    def _largest(self, cells: Mapping[Cell, int], k: int) -> tuple[Group, ...]:
        people: Counter[Group] = Counter()
        for cell, n in cells.items():
            for group in _groups_of(cell):
                people[group] += n
        enough = [group for group, n in people.items() if n >= k and len(self._key(group)) <= LONGEST_KEY]
        enough.sort(key=lambda group: (len(group.at), -people[group], group.at, group.values))
        return tuple(enough[:MOST_GROUPS])

    def _key(self, group: Group) -> str:
        return release_key({self.fields[at]: value for at, value in zip(group.at, group.values, strict=True)})

    def key(self, place: int) -> str:
        """The group's name in the ledger."""
        return self._key(self.groups[place])

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """Every way in which one field cuts everyone, or a group of one field, into groups."""
        found: dict[tuple[int, int], list[int]] = defaultdict(list)
        for place, group in enumerate(self.groups):
            for drop, at in enumerate(group.at):
                found[self.places[group.without(drop)], at].append(place)
        return tuple(Family(parent, tuple(children)) for (parent, _), children in found.items())

    def counts(self, by_cell: Mapping[Cell, int]) -> Sizes:
        """Numbers by cell as the grid has its columns."""
        return np.array([by_cell.get(cell, 0) for cell in self.cells], dtype=np.int64)

    def people(self, sizes: Sizes) -> Sizes:
        """How many are in each group, by the people in each cell."""
        groups, cells = self._memberships
        return np.bincount(groups, weights=sizes[cells], minlength=len(self.groups)).astype(np.int64)

    @cached_property
    def _memberships(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        groups, cells = np.nonzero(self.members)
        return groups, cells


def _groups_of(cell: Cell) -> Iterator[Group]:
    """All groups that a cell is in."""
    places = range(len(cell))
    for width in (0, 1, 2):
        for at in combinations(places, width):
            yield Group(at, tuple(cell[one] for one in at))


Decisions = list[Refusal | None]


def decide(grid: Grid, sizes: Sizes, among: Flags | None = None, k: int = K) -> Decisions:
    """Why each group of the grid is refused; None for those that are shown. `sizes` are the people in each cell.

    `among` are the groups that may be shown at all: those of the whole ledger where a question is decided on that not
    everybody answered. The others count as hidden.

    1. k people at least are in a group.
    2. Hidden people of each whole that it is a part of are nobody or k at least: the rest of the whole (`remainder`),
       and hidden groups beside it together (`sibling`). This holds within wholes that are hidden themselves, too: their
       figures may follow from others.
    3. Any two groups that are shown differ by nobody or by k people at least.
    4. No combination of all that is shown leaves fewer than k people, see rules.determined.
    """
    if k < FLOOR:
        raise ValueError(f"k is {FLOOR} at least")
    people = grid.people(sizes)
    allowed = np.ones(len(grid.groups), dtype=bool) if among is None else among
    decisions: Decisions = [None if n >= k and ok else Refusal.FEW for n, ok in zip(people, allowed, strict=True)]
    for family in grid.families:
        _hide_beside(family, people, decisions, k)
    _hide_close(grid, sizes, decisions, k)
    _hide_determined(grid, sizes, decisions, k)
    return decisions


def shown(decisions: Decisions) -> Flags:
    return np.array([one is None for one in decisions], dtype=bool)


def _hide_beside(family: Family, people: Sizes, decisions: Decisions, k: int) -> None:
    whole = int(people[family.parent])
    # Groups that are refused already are among the hidden ones; names are padded so that ties go by the grid's order.
    open_ones = {f"{place:09}": int(people[place]) for place in family.children if decisions[place] is None}
    kept = visible_groups(open_ones, whole, k)
    for name, n in open_ones.items():
        if name not in kept:
            decisions[int(name)] = Refusal.REMAINDER if 0 < whole - n < k else Refusal.SIBLING


def _hide_close(grid: Grid, sizes: Sizes, decisions: Decisions, k: int) -> None:
    """Hide what differs by fewer than k people from a group that comes earlier in the order."""
    places = [place for place, one in enumerate(decisions) if one is None]
    there = sizes > 0
    members = grid.members[places][:, there].astype(float)
    shared = (members * sizes[there]) @ members.T
    own = np.diag(shared)
    differ = own[:, None] + own[None, :] - 2 * shared
    close = (differ > 0) & (differ < k)
    kept = np.zeros(len(places), dtype=bool)
    for at, place in enumerate(places):
        if (close[at] & kept).any():
            decisions[place] = Refusal.DIFFERENCE
        else:
            kept[at] = True


def _hide_determined(grid: Grid, sizes: Sizes, decisions: Decisions, k: int) -> None:
    """Hide the last group, in the order, of each combination that gives people away, until there is none."""
    order = [place for place, one in enumerate(decisions) if one is None]
    while found := given_away(grid.members[order], sizes, k):
        last = {int(combination.max()) for combination in found}
        for at in last:
            decisions[order[at]] = Refusal.DETERMINED
        order = [place for at, place in enumerate(order) if at not in last]
