"""What follows from sums over groups of people, by linear algebra.

Who knows the sums over some groups knows every combination of them. The people come as *atoms*: those who are in the
same groups, whom no combination can tell apart. A group is a row of 0 and 1 over the atoms; what follows from the
groups is the row space of all of them.

The reckoning is exact, modulo a prime. A sum that follows among the fractions follows modulo the prime as well, unless
rows that are independent among the fractions are not so modulo the prime. For that a determinant of 0 and 1 has to be a
multiple of the prime: as a rule those of memberships are products of small numbers, and for any others it would be one
chance in four millions. Where the prime says that more follows than does, a group too many is hidden. So it is with
folding: wide matrices are folded into fewer columns by fixed random numbers: more may seem to follow then, never less.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Indices = NDArray[np.intp]

_PRIME = 4_194_301  # products of two residues, _INNER of them added up, stay below 2 ** 53 and so are exact
_INNER = 1024
_FEW_ROWS = 8
_MOST_AT_ONCE = 4000  # atoms of which a basis is written down
_SHADOWS = 6  # numbers of each atom: as many as a set can have atoms, and two to tell chance by
_MOST_FOR_THREE, _MOST_FOR_FOUR = 1000, 80  # atoms, up to which sets of so many are looked for
_SPARE = 16  # columns more than rows when folding
_SEED = 20260301


def given_away(members: Flags, sizes: NDArray[np.int64], k: int) -> list[Indices]:
    """For sets of fewer than k people whose sum, or a combination of it, follows from groups: those it is made of.

    `members` has a row for each group and a column for each atom, `sizes` the people of each atom. Every single atom
    that follows is found, every pair and, as far as there are not too many to try, every larger set. Where none is
    found the list is empty; where there are some it names at least one.
    """
    members, sizes = merged(members, sizes)
    heavy = sizes >= k
    if heavy.all() or not len(members):
        return []
    # What is made of fewer than k people has nothing of an atom of k: only combinations without those are left.
    free = _without(members[:, heavy])
    light = np.flatnonzero(~heavy)
    light = light[np.argsort(-sizes[light], kind="stable")]  # pivots are the larger ones, so that small sets stand out
    members, people = members[:, light], sizes[light]
    if len(light) <= _MOST_AT_ONCE:
        basis, pivots = _echelon(np.hstack([_times(free, members), free]), len(light))
        left, made_of = basis[:, : len(light)], basis[:, len(light) :]
        small = np.flatnonzero(((left != 0) @ people) < k)
        if len(small):
            return [np.flatnonzero(made_of[row]) for row in small]
    else:
        made_of, pivots = _part_of_basis(free, members)
    sets = _small_sets(_shadows(made_of, members, pivots), people, k)
    return [
        np.flatnonzero(made_of[[at for at, one in enumerate(pivots) if one in atoms]].any(axis=0)) for atoms in sets
    ]


def _part_of_basis(free: Numbers, members: Flags) -> tuple[Numbers, list[int]]:
    """What the rows of a basis are made of, and their pivots, without writing down the rows of so many atoms.

    Some atoms are enough when what all of them come to, at random, follows from theirs.
    """
    random = np.random.default_rng(_SEED)
    order, count = random.permutation(members.shape[1]), members.shape[1]
    check = _times(free, _times(members, _residues(random, count, 2)))
    enough = 2 * len(free)
    while True:
        chosen = np.sort(order[:enough])
        rows = np.hstack([_times(free, members[:, chosen]), check, free])
        basis, pivots = _echelon(rows, len(chosen) + check.shape[1])
        if max(pivots, default=0) < len(chosen) or enough >= count:
            return basis[:, -free.shape[1] :], [int(chosen[one]) for one in pivots]
        enough *= 2


def merged(members: Flags, sizes: NDArray[np.int64]) -> tuple[Flags, NDArray[np.int64]]:
    """The same with one column for all who are in the same groups, and none for nobody and for those in no group."""
    kept = (sizes > 0) & members.any(axis=0)
    members, sizes = members[:, kept], sizes[kept]
    if not len(sizes):
        return members, sizes
    packed = np.ascontiguousarray(np.packbits(members, axis=0).T)
    _, first, group = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    total = np.zeros(len(first), dtype=np.int64)
    np.add.at(total, group.ravel(), sizes)
    return members[:, first], total


def combinations(members: Flags, wanted: Flags) -> Iterator[Indices | None]:
    """For each wanted set of atoms (a row): the groups that it is made of, or None when it does not follow."""
    count = len(members)
    folded = _folded(np.vstack([members, wanted]).astype(float), count)
    basis, pivots = _echelon(np.hstack([folded[:count], np.eye(count)]), folded.shape[1])
    asked = np.hstack([folded[count:], np.zeros((len(wanted), count))])
    left = _mod(asked - _times(asked[:, pivots], basis))
    for row in left:
        yield None if row[: folded.shape[1]].any() else np.flatnonzero(row[folded.shape[1] :])


def _without(members: Flags) -> Numbers:
    """A basis of the combinations of groups in which these atoms have no part."""
    count = len(members)
    folded = _folded(members, count)
    width = folded.shape[1]
    basis, pivots = _echelon(np.hstack([folded, np.eye(count)]), width + count)
    return basis[np.asarray(pivots, dtype=np.intp) >= width][:, width:]


def _folded(rows: Numbers | Flags, rank: int) -> Numbers:
    """The rows with no more columns than it takes to tell them apart."""
    width = rank + _SPARE
    if rows.shape[1] <= width:
        return rows.astype(float)
    return _times(rows, _residues(np.random.default_rng(_SEED), rows.shape[1], width))


def _shadows(made_of: Numbers, members: Flags, pivots: list[int]) -> Numbers:
    """For each atom some numbers, at random among those by which the sums of all groups stay what they are.

    If everybody's answer were changed by the first of them nobody would notice. Atoms for which these numbers depend
    on each other (a zero, two multiples of each other) are those whom the sums tie together.
    """
    shadows = _residues(np.random.default_rng(_SEED), members.shape[1], _SHADOWS)
    shadows[pivots] = 0
    shadows[pivots] = _mod(-_times(made_of, _times(members, shadows)))
    return shadows


def _residues(random: np.random.Generator, rows: int, columns: int) -> Numbers:
    return random.integers(-(_PRIME // 2), _PRIME // 2, (rows, columns)).astype(float)


def _small_sets(shadows: Numbers, people: NDArray[np.int64], k: int) -> list[set[int]]:
    """The smallest sets of fewer than k people whose shadows depend on each other, by atoms."""
    count = len(shadows)
    found = [{int(one)} for one in np.flatnonzero(~shadows.any(axis=1))]
    found = found or [{a, b} for a, b in _twos(shadows) if people[a] + people[b] < k]
    if not found and count <= _MOST_FOR_THREE:
        found = [{*three} for three in _threes(shadows) if people[list(three)].sum() < k]
    if found or count > _MOST_FOR_FOUR:
        return found
    for one in np.flatnonzero(people + 3 <= k - 1):
        rest = _apart(shadows[one + 1 :], shadows[one])
        threes = [[at + int(one) + 1 for at in three] for three in _threes(rest)]
        found += [{int(one), *three} for three in threes if people[three].sum() + people[one] < k]
    return found


def _apart(shadows: Numbers, one: Numbers) -> Numbers:
    """What is left of the others where one atom's shadow is taken for nothing."""
    at = int(np.flatnonzero(one)[0])
    return np.delete(_mod(shadows - np.outer(_mod(shadows[:, at] * _inverse(one[at])), one)), at, axis=1)


def _twos(shadows: Numbers) -> Iterator[tuple[int, int]]:
    """Two atoms each whose shadows are multiples of each other; those that begin with zero are left out."""
    there = np.flatnonzero(shadows[:, 0])
    for a, b in _alike(_marks(shadows[there].T)[None, :]):
        yield int(there[a[1]]), int(there[b[1]])


def _threes(shadows: Numbers) -> Iterator[tuple[int, int, int]]:
    """Three atoms each whose shadows lie in a plane: seen from the first, the other two lie in one direction."""
    first = shadows.T[0]
    seen = [_mod(np.outer(first, one) - np.outer(one, first)) for one in shadows.T[1:4]]  # by the atom it is seen from
    marks = _marks(np.array([np.triu(one, 1) for one in seen]))
    for a, b in _alike(np.where(np.triu(seen[0], 1) != 0, marks, np.nan)):
        yield a[0], a[1], b[1]


def _marks(numbers: Numbers) -> Numbers:
    """The same number for multiples of each other: the second and third as parts of the first."""
    parts = _mod(numbers[1:3] * _inverses(numbers[0]))
    return np.asarray(parts[0] * _PRIME + parts[1], dtype=float)


def _alike(marks: Numbers) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """The places of equal marks in each row, two by two."""
    order = np.argsort(marks, axis=1, kind="stable")
    ordered = np.take_along_axis(marks, order, axis=1)
    for row, at in zip(*np.nonzero(np.diff(ordered, axis=1) == 0), strict=True):
        yield (int(row), int(order[row, at])), (int(row), int(order[row, at + 1]))


def _mod(values: Numbers) -> Numbers:
    """The residues next to zero, in place."""
    times = values * (1 / _PRIME)
    np.rint(times, out=times)
    times *= _PRIME
    values -= times
    return values


def _times(left: Numbers | Flags, right: Numbers | Flags) -> Numbers:
    """The product modulo the prime, some columns at a time: no sum leaves the numbers that a float holds exactly."""
    total = np.zeros((left.shape[0], right.shape[1]))
    for at in range(0, left.shape[1], _INNER):
        part = slice(at, at + _INNER)
        total += left[:, part].astype(float) @ right[part].astype(float)
        _mod(total)
    return total


def _inverse(value: float) -> float:
    return float(pow(int(value) % _PRIME, -1, _PRIME))


def _inverses(values: Numbers) -> Numbers:
    """The inverse of each, by Fermat: its power of the prime less two."""
    found, power, bits = np.ones_like(values), values.copy(), _PRIME - 2
    while bits:
        if bits & 1:
            found = _mod(found * power)
        power, bits = _mod(power * power), bits >> 1
    return found


def _echelon(rows: Numbers, width: int) -> tuple[Numbers, list[int]]:
    """The reduced row echelon form, and the column of each row's pivot, all within the first `width` columns.

    Rows without a pivot there are dropped. By halves, so that most of it is a few large products of matrices.
    """
    if len(rows) <= _FEW_ROWS:
        return _reduced(rows.copy(), width)
    half = len(rows) // 2
    upper, first = _echelon(rows[:half], width)
    lower = _mod(rows[half:] - _times(rows[half:, first], upper))
    lower, second = _echelon(lower, width)
    upper = _mod(upper - _times(upper[:, second], lower))
    return np.vstack([upper, lower]), first + second


def _reduced(block: Numbers, width: int) -> tuple[Numbers, list[int]]:
    """A few rows in reduced form, those with a pivot only."""
    kept, pivots = list[int](), list[int]()
    for row in range(len(block)):
        filled = np.flatnonzero(block[row, :width])
        if not len(filled):
            continue
        pivot = int(filled[0])
        block[row] = _mod(block[row] * _inverse(block[row, pivot]))
        amounts = block[:, pivot].copy()
        amounts[row] = 0
        block = _mod(block - np.outer(amounts, block[row]))
        kept.append(row)
        pivots.append(pivot)
    return block[kept], pivots
