"""A table of scores by one or two dimensions: which months it covers, what adds up to what, which cells stand out."""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

from app.core.intervals import false_discovery
from app.nps.rules.cells import Counts, adding_up
from app.nps.rules.periods import Period, month_of, quarter_of, year_of
from app.nps.rules.scores import ENOUGH, Comparison, Score, compare, score_of

MOST_COLUMNS = 12  # what a screen holds; the rest is summed up as "others"
MOST_MONTHS = 12
_DAY = timedelta(days=1)
Place = TypeVar("Place")


class Sum(enum.StrEnum):
    """A row or column that is no label of its own."""

    OTHERS = "others"  # labels that have no column of their own
    NOT_GIVEN = "not given"  # responses without a label of this dimension
    ALL = "all"


Key = int | Sum  # a label's or a person's id, or a sum
Cells = Mapping[tuple[int, int], Counts]


class Verdict(enum.StrEnum):
    """How a cell compares with all other responses of the table."""

    ABOVE = "above"
    BELOW = "below"
    LIKE_THE_REST = "like the rest"  # the difference could well be chance
    NOT_ENOUGH = "not enough"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Cell:
    """The responses of one row and one column. `score` is there from ENOUGH responses on."""

    column: Key
    counts: Counts
    score: Score | None
    verdict: Verdict

    @property
    def n(self) -> int:
        return self.counts.n


@dataclass(frozen=True, slots=True)
class Line:
    """A row: a cell for every column, in their order."""

    key: Key
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What was counted. Cells without responses are missing; columns are all that there are, in any order.

    `rows` may be some of all rows; only with all of them (`complete`) is it known what the table doesn't hold.
    `columns` is None for a table by one dimension.
    """

    rows: Sequence[int]
    row_totals: Mapping[int, Counts]
    whole: Counts
    complete: bool
    columns: Sequence[int] | None = None
    column_totals: Mapping[int, Counts] = field(default_factory=dict)
    cells: Cells = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grid:
    """The table as it is shown: every line has a cell for each of `columns`. `judged` cells had enough to compare."""

    columns: tuple[Key, ...]
    lines: tuple[Line, ...]
    judged: int

    def marked(self, verdict: Verdict) -> int:
        """How many cells have this verdict."""
        return sum(cell.verdict == verdict for line in self.lines for cell in line.cells)


def lay_out(found: Found, chosen: Iterable[int] = ()) -> Grid:
    """The table of what was counted, sums at its ends, with the cells marked that stand out.

    Columns are the `chosen` labels, else the largest, at most MOST_COLUMNS, largest first. Sums that are nothing
    ("not given" when all responses have a label) are left out. Every cell of two labels with ENOUGH responses is
    compared with all other responses, as is each row of a table by one dimension; Benjamini-Hochberg over these tests
    at 5%.
    """
    columns = columns_shown(found, chosen)
    table: dict[Key, dict[Key, Counts]] = {row: row_of(found, row, columns) for row in found.rows}
    whole = whole_row(found, columns)
    rows = dict(table)
    if found.complete:
        left = {column: rest(whole[column], [row[column] for row in table.values()]) for column in whole}
        if left[Sum.ALL].n:
            rows[Sum.NOT_GIVEN] = left
    rows[Sum.ALL] = whole
    kept = tuple(column for column in whole if column != Sum.NOT_GIVEN or any(row[column].n for row in rows.values()))
    own = [column for column in kept if found.columns is None or column not in set(Sum)]
    tested = {(row, column): table[row][column] for row in table for column in own}
    verdicts = judged(tested, found.whole)
    lines = (
        Line(key, tuple(_cell(column, row[column], verdicts.get((key, column))) for column in kept))
        for key, row in rows.items()
    )
    return Grid(kept, tuple(lines), len(verdicts))


def columns_shown(found: Found, chosen: Iterable[int] = ()) -> tuple[int, ...]:
    """The labels that get a column of their own."""
    ranked = by_size(found)
    wanted = set(chosen)
    return tuple([column for column in ranked if column in wanted] or ranked)[:MOST_COLUMNS]


def by_size(found: Found) -> list[int]:
    """Every column label, the one with the most responses first."""
    return sorted(found.columns or (), key=lambda column: -found.column_totals.get(column, Counts()).n)


def row_of(found: Found, row: int, columns: Sequence[int] | None = None) -> dict[Key, Counts]:
    """The cells of a row with its sums, for the `columns` given or all that there are."""
    cells = {column: found.cells.get((row, column), Counts()) for column in found.columns or ()}
    return _with_sums(found, cells, columns, found.row_totals.get(row, Counts()))


def whole_row(found: Found, columns: Sequence[int] | None = None) -> dict[Key, Counts]:
    """The sums of all rows, of those that are not in `found`, too."""
    cells = {column: found.column_totals.get(column, Counts()) for column in found.columns or ()}
    return _with_sums(found, cells, columns, found.whole)


def _with_sums(
    found: Found, cells: Mapping[int, Counts], columns: Sequence[int] | None, total: Counts
) -> dict[Key, Counts]:
    if found.columns is None:
        return {Sum.ALL: total}
    shown: dict[Key, Counts] = {column: cells[column] for column in (cells if columns is None else columns)}
    others = [counts for column, counts in cells.items() if column not in shown]
    if others:
        shown[Sum.OTHERS] = adding_up(others)
    return {**shown, Sum.NOT_GIVEN: rest(total, cells.values()), Sum.ALL: total}


def rest(whole: Counts, parts: Iterable[Counts]) -> Counts:
    """What is left of a whole. Never less than nothing: a response may come in between two reads."""
    return Counts(*(max(0, count) for count in whole - adding_up(parts)))


def _cell(column: Key, counts: Counts, verdict: Verdict | None) -> Cell:
    if counts.n == 0:
        return Cell(column, counts, None, Verdict.EMPTY)
    if counts.n < ENOUGH:
        return Cell(column, counts, None, Verdict.NOT_ENOUGH)
    return Cell(column, counts, score_of(counts), verdict or Verdict.LIKE_THE_REST)


def judged(cells: Mapping[Place, Counts], whole: Counts) -> dict[Place, Verdict]:
    """Which cells are really above or below the rest of `whole`; those too small to be compared are missing.

    Each cell against all other responses (they share none, so `compare` holds), both with ENOUGH of them;
    Benjamini-Hochberg at 5% over all cells tested.
    """
    rests = {place: rest(whole, [counts]) for place, counts in cells.items()}
    tests = {
        place: compare(counts, rests[place])
        for place, counts in cells.items()
        if min(counts.n, rests[place].n) >= ENOUGH
    }
    found = false_discovery([test.p for test in tests.values()])
    return {place: _verdict(test, real) for (place, test), real in zip(tests.items(), found, strict=True)}


def _verdict(test: Comparison, real: bool) -> Verdict:
    if not (real and test.significant):
        return Verdict.LIKE_THE_REST
    return Verdict.ABOVE if test.difference > 0 else Verdict.BELOW


def whole_months(period: Period) -> Period:
    """The months that a period touches; of more than MOST_MONTHS the last ones. Named as it was if it was whole."""
    last = month_of(period.last)
    first = max(period.first.replace(day=1), _months_before(last.first, MOST_MONTHS - 1))
    if (first, last.last) == (period.first, period.last):
        return period
    around = (month_of(first), quarter_of(first), year_of(first))
    whole = Period(first, last.last)
    return next((one for one in around if (one.first, one.last) == (whole.first, whole.last)), whole)


def in_months(period: Period) -> str:
    """A period of whole months in words: "September 2026", "July to September 2026", "May 2025 to April 2026"."""
    first, last = period.first, period.last
    if (first.year, first.month) == (last.year, last.month):
        return f"{last:%B} {last.year}"
    if first.year == last.year:
        whole_year = (first.month, last.month) == (1, 12)
        return f"{first.year}" if whole_year else f"{first:%B} to {last:%B} {last.year}"
    return f"{first:%B} {first.year} to {last:%B} {last.year}"


def latest_months(today: date) -> Period:
    """The twelve months that end with the one of today."""
    last = month_of(today)
    return Period(_months_before(last.first, MOST_MONTHS - 1), last.last)


def offered(today: date) -> dict[str, list[Period]]:
    """What can be chosen, newest first: the latest twelve months together, quarters, years, single months."""
    months, quarters = [month_of(today)], [quarter_of(today)]
    while len(months) < MOST_MONTHS:
        months.append(month_of(months[-1].first - _DAY))
    while len(quarters) < 5:
        quarters.append(quarter_of(quarters[-1].first - _DAY))
    years = [year_of(today), year_of(date(today.year - 1, 1, 1))]
    return {"Twelve months": [latest_months(today)], "Quarters": quarters, "Years": years, "Months": months}


def _months_before(month: date, count: int) -> date:
    year, index = divmod(month.year * 12 + month.month - 1 - count, 12)
    return date(year, index + 1, 1)
