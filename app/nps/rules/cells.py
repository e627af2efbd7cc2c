"""How many promoters, passives and detractors there are in a cell: the only thing that a score is made of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

BANDS = ("promoter", "passive", "detractor")


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of responses by band. Cells add up; `whole - part` is the rest, which shares no answers with the part."""

    promoters: int = 0
    passives: int = 0
    detractors: int = 0

    @property
    def n(self) -> int:
        """All responses."""
        return self.promoters + self.passives + self.detractors

    def share(self, band: str) -> float:
        """Share of a band ("promoter", "passive", "detractor") in 0..1; 0 in an empty cell."""
        return tuple(self)[BANDS.index(band)] / self.n if self.n else 0.0

    def __iter__(self) -> Iterator[int]:
        """Promoters, passives, detractors, so that `score(*counts)` reads well."""
        return iter((self.promoters, self.passives, self.detractors))

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))

    def __sub__(self, other: "Counts") -> "Counts":
        return Counts(*(mine - theirs for mine, theirs in zip(self, other, strict=True)))


def adding_up(cells: Iterable[Counts]) -> Counts:
    """The sum of cells; no cells make an empty one."""
    return sum(cells, start=Counts())


def band(rating: int) -> str:
    """Band of a rating 0..10: "promoter" 9-10, "passive" 7-8, "detractor" 0-6 (a 6 is one).

    Raises ValueError for anything but a whole number in 0..10. Source: Reichheld 2003, The One Number You Need to Grow.
    """
    if rating not in range(11):
        raise ValueError(f"a rating is a whole number from 0 to 10, not {rating!r}")
    if rating >= 9:
        return "promoter"
    return "passive" if rating >= 7 else "detractor"


def count_bands(ratings: Iterable[int]) -> Counts:
    """Counts of ratings 0..10 in any order; ValueError as in `band`."""
    found = dict.fromkeys(BANDS, 0)
    for rating in ratings:
        found[band(rating)] += 1
    return Counts(*found.values())
