"""Values with the interval they are known within, and what they are compared with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.core.charts.marks import linked
from app.core.charts.words import number, shorten

Table = tuple[tuple[str, ...], tuple[tuple[object, ...], ...]]
UNKNOWN = "not known"
_NAME_LENGTH = 24  # characters of a benchmark's name that fit beside its value on the narrowest phone


@dataclass(frozen=True)
class Estimate:
    """A value with its interval. What can't be given is None: the interval, or the value too, whose `text` says why.

    `href` is where its label leads.
    """

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    text: str = ""
    href: str = ""

    @property
    def interval(self) -> tuple[float, float] | None:
        return None if self.value is None or self.low is None or self.high is None else (self.low, self.high)

    def words(self, unit: str) -> str:
        """ "34 (21 to 47)"."""
        return self.text or UNKNOWN if self.value is None else span_words(self.value, self.interval, unit)

    def cells(self, unit: str) -> tuple[str, ...]:
        """What a table shows: label, value, from and to."""
        low, high = self.interval or (None, None)
        value = self.words(unit) if self.value is None else cell(self.value, unit)
        return (linked(self.label, self.href), value, cell(low, unit), cell(high, unit))


@dataclass(frozen=True)
class Benchmark:
    """A plain line to compare with, and its name."""

    label: str
    value: float

    def words(self, unit: str) -> str:
        return f"{shorten(self.label, room=_NAME_LENGTH)}: {number(self.value)}{unit}"


def table_of(items: Sequence[Estimate], unit: str, head: str) -> Table:
    """The head and the rows of a chart's table."""
    return (head, "Value", "From", "To"), tuple(item.cells(unit) for item in items)


def with_column(table: Table, name: str, cells: Sequence[str]) -> Table:
    """The table with one more column."""
    header, rows = table
    return (*header, name), tuple((*row, text) for row, text in zip(rows, cells, strict=True))


def values_of(items: Iterable[Estimate], benchmark: Benchmark | None) -> list[float]:
    """Everything that an axis has to hold."""
    values = [v for item in items for v in (item.value, *(item.interval or ())) if v is not None]
    return [*values, benchmark.value] if benchmark else values


def span_words(value: float, interval: tuple[float, float] | None, unit: str) -> str:
    """ "34 (21 to 47)"; without an interval "34"."""
    around = f" ({number(interval[0])} to {number(interval[1])})" if interval else ""
    return f"{number(value)}{unit}{around}"


def cell(value: float | None, unit: str) -> str:
    return UNKNOWN if value is None else number(value) + unit


def runs(known: Sequence[bool]) -> list[range]:
    """The stretches without a gap: (True, False, True, True) is 0 to 0 and 2 to 3."""
    starts = [i for i, here in enumerate(known) if here and not (i and known[i - 1])]
    ends = [i + 1 for i, here in enumerate(known) if here and not (i + 1 < len(known) and known[i + 1])]
    return [range(start, end) for start, end in zip(starts, ends, strict=True)]
