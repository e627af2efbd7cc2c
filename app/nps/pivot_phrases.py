"""How the pivot names its rows, columns and cells, and where they lead."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.utils import secure_filename

from app.core.pages import address, plural
from app.core.tables import Page
from app.nps.pivot_forms import in_a_sentence
from app.nps.queries.pivot import BROADEST, PERSON, Asked, Part
from app.nps.queries.subjects import Kind
from app.nps.rules import ENOUGH
from app.nps.rules.pivoting import Cell, Grid, Key, Line, Sum, Verdict, by_size, in_months, lay_out

ALL, NOT_GIVEN = "All responses", "Not given"


@dataclass(frozen=True)
class Column:
    """A label that a table may show beside others."""

    id: int
    name: str
    n: int
    shown: bool


@dataclass(frozen=True)
class Table:
    """A pivot with its words. `columns_to_choose` is empty when there is room for all of them."""

    asked: Asked
    grid: Grid
    page: Page | None
    rows: Mapping[Key, str]
    columns: Mapping[Key, str]
    columns_to_choose: list[Column]
    complete: bool  # whether all rows are on this page

    @property
    def n(self) -> int:
        return self.grid.lines[-1].cells[-1].n

    @property
    def months(self) -> str:
        return in_months(self.asked.period)

    @property
    def title(self) -> str:
        """What the table shows: "NPS by touchpoint and channel, July to September 2026"."""
        across = f" and {in_a_sentence(self.asked.columns)}" if self.asked.columns else ""
        return f"NPS by {in_a_sentence(self.asked.rows)}{across}, {self.months}"

    @property
    def standing_out(self) -> str:
        """How many cells are above or below the rest."""
        if not self.grid.judged:
            return "No cell can be compared with the rest yet: there are too few responses in it or beside it."
        counts = {way: self.grid.marked(way) for way in (Verdict.ABOVE, Verdict.BELOW)}
        told = [f"{plural(n, 'cell is', 'cells are')} really {way} the rest" for way, n in counts.items() if n]
        if not told:
            return "No cell is really above or below the rest: what differs could well be chance."
        return f"{' and '.join(told)}. What else differs could well be chance."

    @property
    def notes(self) -> Iterator[str]:
        """How the table is to be read."""
        yield (
            f"A cell shows the score, the range in which its true value lies with 95% confidence, and the number of "
            f"responses. Below {ENOUGH} responses there is no score: it would say more about chance than about us."
        )
        yield (
            "▲ above and ▼ below mark cells that differ from all other responses of these months by more than chance "
            "explains. The cells of a page are tested together, so that at most one mark in twenty is a false alarm."
        )
        if not self.complete:
            yield "The last row counts all responses: those on the other pages, too, and those that are on none."
        yield "Figures are kept by month, so a period is made of whole months, twelve at most."

    def row(self, key: Key) -> str:
        return self.rows.get(key) or self._sum(key)

    def column(self, key: Key) -> str:
        return self.columns.get(key) or self._sum(key)

    def _sum(self, key: Key) -> str:
        if key == Sum.OTHERS:
            return plural(sum(not column.shown for column in self.columns_to_choose), "other")
        return ALL if key == Sum.ALL else NOT_GIVEN

    def page_of(self, row: Key) -> tuple[str, dict[str, Any]] | None:
        """Endpoint and arguments of the page about a row, where it counts the same responses."""
        if isinstance(row, Sum):
            return None
        if self.asked.rows == PERSON:
            return "nps.person", {"person_id": row, "period": self.asked.period.key}
        if self.asked.subject.kind is Kind.COMPANY:
            return "nps.label", {"label_id": row, "period": self.asked.period.key}
        return None

    def is_sum(self, key: Key) -> bool:
        return isinstance(key, Sum)

    def about(self, line: Line, cell: Cell) -> str:
        """What a cell is about, for those who meet it outside its table: "Phone, Chat"."""
        parts = [self.row(line.key)] if line.key != Sum.ALL else []
        parts += [self.column(cell.column)] if cell.column != Sum.ALL else []
        return ", ".join(parts) or ALL

    def comments(self, line: Line, cell: Cell) -> str:
        """Arguments of the list of a cell's responses; "" where no list can be narrowed to them."""
        if {line.key, cell.column} & {Sum.OTHERS, Sum.NOT_GIVEN}:
            return ""
        first, *others = self._subjects(line.key, cell.column)
        return address({"of": first, "second": others, "period": self.asked.period.key, "comments": "all"})

    def _subjects(self, row: Key, column: Key) -> Iterator[str]:
        by_person = row != Sum.ALL and self.asked.rows == PERSON
        if by_person:
            yield f"person:{row}"
        elif self.asked.subject.kind is Kind.PEOPLE:
            yield f"people:{self.asked.subject.id}"
        elif row == column == Sum.ALL:
            yield "company"
        if row != Sum.ALL and not by_person:
            yield f"label:{row}"
        if column != Sum.ALL:
            yield f"label:{column}"


def table(asked: Asked, part: Part, chosen: Iterable[int]) -> Table:
    """The table as it is shown, with the columns that were chosen if there are more than fit."""
    grid = lay_out(part.found, chosen)
    columns: list[Column] = []
    if Sum.OTHERS in grid.columns:
        totals: Any = part.found.column_totals
        columns = [
            Column(key, part.column_names[key], totals[key].n, key in grid.columns) for key in by_size(part.found)
        ]
    return Table(asked, grid, part.page, part.names, part.column_names, columns, part.found.complete)


def too_broad(asked: Asked) -> str:
    """Why there is no table."""
    name = asked.columns.name if asked.columns else ""
    return f"{name} has more than {BROADEST} values, too many to stand side by side"


def filename(asked: Asked) -> str:
    """The file's name; a segment may have any name, and not every name can be a file's."""
    across = f"-by-{asked.columns.key}" if asked.columns else ""
    whose = f"-people-{asked.subject.id}" if asked.subject.kind is Kind.PEOPLE else ""
    months = f"{asked.period.first:%Y-%m}-to-{asked.period.last:%Y-%m}"
    return secure_filename(f"nps{whose}-{asked.rows.key}{across}-{months}.csv")
