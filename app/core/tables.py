"""One way to sort, page and export a list.

Lists page by key: the address holds the sort values of the last row shown, so that page 2,000 costs what page 1
costs. The columns of a sort are NOT NULL, end with a unique one and have an index in that order.
"""

import base64
import binascii
import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Response, stream_with_context
from sqlalchemy import ColumnElement, Row, Select, tuple_
from sqlalchemy.orm import Session

_LARGEST = 2**31 - 1
Cell = str | int | float | date | datetime | None


@dataclass(frozen=True)
class Sort:
    """An order of rows. `columns` are ascending together, or descending together."""

    label: str
    columns: tuple[ColumnElement[Any], ...]


@dataclass(frozen=True)
class Page:
    """Some rows of a list, with cursors to the pages around it (None at the ends)."""

    rows: Sequence[Row[Any]]
    sort: str
    descending: bool
    next_cursor: str | None
    previous_cursor: str | None


def page(
    session: Session,
    statement: Select[Any],
    sorts: Mapping[str, Sort],
    args: Mapping[str, str],
    size: int = 50,
) -> Page:
    """One page of `statement` by the address's `sort` ("name" or "-name"), `after` and `before`. One statement.

    An unknown sort or a cursor that can't be read falls back to the first page of the default (first) sort.
    """
    asked = args.get("sort", "")
    descending = asked.startswith("-")
    name = asked.removeprefix("-")
    if name not in sorts:
        name, descending = next(iter(sorts)), False
    columns = sorts[name].columns
    backwards = "before" in args
    values = _read_cursor(args.get("before") or args.get("after"), columns)
    upwards = descending == backwards  # whether this statement walks towards larger values
    if values is not None:
        key, bound = tuple_(*columns), tuple_(*values)
        statement = statement.where(key > bound if upwards else key < bound)
    keys = [column.label(f"_key_{i}") for i, column in enumerate(columns)]
    statement = statement.add_columns(*keys)
    statement = statement.order_by(*(c.asc() if upwards else c.desc() for c in columns)).limit(size + 1)
    found = session.execute(statement).all()
    more, rows = len(found) > size, list(found[:size])
    if backwards and values is not None:
        rows.reverse()
        before_exists, after_exists = more, True
    else:
        before_exists, after_exists = values is not None, more
    return Page(
        rows=rows,
        sort=name,
        descending=descending,
        next_cursor=_cursor(rows[-1], len(columns)) if after_exists and rows else None,
        previous_cursor=_cursor(rows[0], len(columns)) if before_exists and rows else None,
    )


def _cursor(row: Row[Any], width: int) -> str:
    values = [getattr(row, f"_key_{i}") for i in range(width)]
    plain = [v.isoformat() if isinstance(v, date | datetime) else v for v in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _read_cursor(text: str | None, columns: Sequence[ColumnElement[Any]]) -> list[Any] | None:
    if not text:
        return None
    try:
        plain = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(plain, list) or len(plain) != len(columns):
            return None
        return [_as_type(value, column.type.python_type) for value, column in zip(plain, columns, strict=True)]
    except (binascii.Error, ValueError, TypeError, OverflowError):
        return None


def _as_type(value: Any, python_type: type) -> Any:
    if issubclass(python_type, datetime):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(value)
        return moment
    if issubclass(python_type, date):
        return date.fromisoformat(value)
    if not isinstance(value, python_type):
        raise TypeError(value)
    if (isinstance(value, str) and "\x00" in value) or (isinstance(value, int) and abs(value) > _LARGEST):
        raise ValueError(value)  # a place in the list that no database can hold
    return value


def safe_cell(value: Cell) -> Cell:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return "'" + value
    return value


def stream_csv(filename: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Rows as a CSV download, written as they are read: memory stays the same for any number of rows."""

    def lines() -> Iterator[str]:
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        buffer.write("\ufeff")  # Excel reads UTF-8 only when told so
        writer.writerow(header)
        for count, row in enumerate(rows, start=1):
            writer.writerow([safe_cell(cell) for cell in row])
            if count % 200 == 0:
                yield buffer.getvalue()
                buffer.seek(0)
                buffer.truncate()
        yield buffer.getvalue()

    response = Response(stream_with_context(lines()), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def in_batches(
    session: Session,
    statement: Select[Any],
    sort: Sort,
    size: int = 1000,
    prepare: Callable[[Sequence[Row[Any]]], Iterable[Any]] = lambda rows: rows,
) -> Iterator[Any]:
    """All rows of `statement`, read in batches by key; `prepare` may add to a batch what needs one more query."""
    after: str | None = None
    while True:
        batch = page(session, statement, {"all": sort}, {"after": after} if after else {}, size)
        yield from prepare(batch.rows)
        after = batch.next_cursor
        if after is None:
            return
