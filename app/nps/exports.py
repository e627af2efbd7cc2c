"""Tables as rows of a file."""

from collections.abc import Iterable, Iterator, Mapping

from app.core.tables import Cell
from app.nps.pivot_phrases import NOT_GIVEN
from app.nps.queries.pivot import Part
from app.nps.rules import ENOUGH, Counts, score
from app.nps.rules.pivoting import Key, Sum, rest, row_of, whole_row

PIVOT_HEADER = ("row", "column", "promoters", "passives", "detractors", "n", "nps", "low", "high", "enough")


def pivot_rows(parts: Iterable[Part]) -> Iterator[tuple[Cell, ...]]:
    """Every cell with responses, in the order of PIVOT_HEADER. They add up to all responses of the months."""
    told: dict[Key, Counts] = {}
    whole: dict[Key, Counts] = {}
    names: Mapping[Key, str] = {}
    for part in parts:
        whole, names = whole_row(part.found), part.column_names
        for row in part.found.rows:
            cells = row_of(part.found, row)
            yield from _lines(part.names[row], cells, names)
            told = {column: told.get(column, Counts()) + counts for column, counts in cells.items()}
    left = {column: rest(counts, [told.get(column, Counts())]) for column, counts in whole.items()}
    yield from _lines(NOT_GIVEN, left, names)


def _lines(row: str, cells: Mapping[Key, Counts], names: Mapping[Key, str]) -> Iterator[tuple[Cell, ...]]:
    by_one = len(cells) == 1  # a table by one dimension has nothing but sums
    for column, counts in cells.items():
        if counts.n and (by_one or column != Sum.ALL):
            yield row, "" if by_one else names.get(column, NOT_GIVEN), *counts, counts.n, *_score(counts)


def _score(counts: Counts) -> tuple[Cell, ...]:
    if counts.n < ENOUGH:
        return None, None, None, "no"
    found = score(*counts)
    return round(found.nps, 1), round(found.low, 1), round(found.high, 1), "yes"
