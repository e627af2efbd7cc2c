"""A table by one or two dimensions, some rows at a time: of the company, or of the people below a supervisor."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Select, select

from app.core.db import db
from app.core.tables import Page, Sort, in_batches, page
from app.nps.models import Dimension, Label
from app.nps.queries.pivot.asking import PERSON, Asked, Counted, Split
from app.nps.queries.pivot.company import Company
from app.nps.queries.pivot.people import PeopleBelow
from app.nps.queries.subjects import Kind, Subject
from app.nps.rules.dimensions import FIXED
from app.nps.rules.pivoting import Found, Key

BROADEST = 200  # labels that can stand side by side; rows may be any number
BATCH = 200  # rows of a file that are read at once


class TooBroad(Exception):
    """The dimension of the columns has more than BROADEST labels, too many to stand side by side."""


class Source(Protocol):
    """Where the figures come from."""

    def rows(self) -> tuple[Select[Any], Sort]:
        """Ids and names of the rows, and their order."""

    def columns(self, most: int) -> dict[int, str]:
        """Ids and names of the columns, at most so many."""

    def counted(self, rows: Sequence[int], columns: Sequence[int] | None) -> Counted:
        """The figures of some rows."""


@dataclass(frozen=True)
class Part:
    """Some rows of a table, with the names of rows and columns."""

    found: Found
    names: Mapping[Key, str]
    column_names: Mapping[Key, str]
    page: Page | None = None


def splits(subject: Subject) -> list[Split]:
    """What the responses of a subject can be split by; the people only where they are below someone. One statement."""
    used = select(Label.id).where(Label.dimension_id == Dimension.id).exists()
    dimensions = select(Dimension.id, Dimension.key, Dimension.name).where(Dimension.key != "company", used)
    order = {key: position for position, key in enumerate(FIXED)}
    found = sorted(
        (Split(row.key, row.name, row.id) for row in db.session.execute(dimensions)),
        key=lambda split: (order.get(split.key, len(order)), split.name),
    )
    return [*found, PERSON] if subject.kind is Kind.PEOPLE else found


def pivot_page(asked: Asked, args: Mapping[str, str]) -> Part:
    """The rows after the address's `after` or before its `before`, in order of name. Raises TooBroad."""
    source = _source(asked)
    columns = _columns(source, asked)
    statement, by_name = source.rows()
    shown = page(db.session(), statement, {"name": by_name}, args)
    complete = shown.next_cursor is None and shown.previous_cursor is None
    return _part(source, shown.rows, columns, complete=complete, shown=shown)


def whole_pivot(asked: Asked) -> Iterator[Part]:
    """The whole table, some rows at a time. Raises TooBroad at once."""
    source = _source(asked)
    columns = _columns(source, asked)
    statement, by_name = source.rows()
    return in_batches(
        db.session(), statement, by_name, BATCH, lambda rows: [_part(source, rows, columns, complete=False)]
    )


def _source(asked: Asked) -> Source:
    return PeopleBelow(asked) if asked.subject.kind is Kind.PEOPLE else Company(asked)


def _columns(source: Source, asked: Asked) -> dict[int, str] | None:
    if asked.columns is None:
        return None
    columns = source.columns(BROADEST + 1)
    if len(columns) > BROADEST:
        raise TooBroad(asked.columns.name)
    return columns


def _part(
    source: Source,
    rows: Sequence[Any],
    columns: dict[int, str] | None,
    *,
    complete: bool,
    shown: Page | None = None,
) -> Part:
    names: dict[Key, str] = {row.id: row.name for row in rows}
    ids = [row.id for row in rows]
    counted = source.counted(ids, None if columns is None else list(columns))
    found = Found(
        rows=ids,
        row_totals=counted.rows,
        whole=counted.whole,
        complete=complete,
        columns=None if columns is None else list(columns),
        column_totals=counted.columns,
        cells=counted.cells,
    )
    return Part(found, names, dict((columns or {}).items()), shown)
