"""Many rows in one statement: the driver's own executemany, over columns that are converted one after the other.

For hundreds of thousands of rows, where what SQLAlchemy does for each row takes most of the time.
"""

import gc
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import (
    ARRAY,
    JSON,
    Column,
    ColumnElement,
    Date,
    Dialect,
    LargeBinary,
    Table,
    Text,
    func,
    select,
)
from sqlalchemy import cast as cast_to

from app.core.db import LOADING, Base, UTCDateTime, db

Convert = Callable[[Any], Any]
Columns = Sequence[Sequence[Any]]
SHORT = 100  # characters of a JSON value that is likely to come again
MOST_REMEMBERED = 50_000


@contextmanager
def many_objects() -> Iterator[None]:
    """Let hundreds of thousands of rows come and go without a look for cycles, of which they have none.

    The collector goes through all that is there each time many more objects came than went, which takes a sixth of an
    import's time. It is off for the whole process, so that a server lets it look between two batches.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _look_at_references(table: Table, names: Sequence[str], columns: Columns) -> None:
    connection = db.session.connection()
    if not connection.info.get(LOADING):
        return  # the database looks at them itself
    for name, column in _pairs(names, columns):
        for key in table.c[name].foreign_keys:
            values, target = set(column) - {None}, key.column
            named = f"SELECT count(*) FROM {target.table.name} WHERE {target.name} IN (SELECT value FROM json_each(?))"  # noqa: S608 - our names
            there = connection.exec_driver_sql(named, (json.dumps(list(values)),)).scalar_one() if values else 0
            if there < len(values):
                raise ValueError(f"{table.name}.{name} refers to rows of {target.table.name} that are not there")


def insert_rows(model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same keys. Constraints hold as ever; defaults are not filled in."""
    names = tuple(rows[0])
    insert_columns(model, names, [[row[name] for row in rows] for name in names])


def insert_columns(
    model: type[Base], names: Sequence[str], columns: Columns, converted: Collection[str] = frozenset()
) -> None:
    """Insert rows that are given as columns. Those named in `converted` hold what the driver takes."""
    table = _table(model)
    _look_at_references(table, names, columns)
    ready = [
        column if name in converted else _convert(table.c[name], column) for name, column in _pairs(names, columns)
    ]
    _execute(_insert(table, names), ready)


def add_up(model: type[Base], keys: Sequence[str], sums: Sequence[str], columns: Columns) -> None:
    """Add to the sums kept under each key, the primary key; a key that is new begins with them.

    The columns are those of the key, then the amounts. Each key comes once, and no amount is negative: a constraint
    looks at what is to be inserted before it turns out that the row is there.
    """
    table, names = _table(model), [*keys, *sums]
    _look_at_references(table, names, columns)
    added = ", ".join(f"{name} = {table.name}.{name} + excluded.{name}" for name in sums)
    statement = f"{_insert(table, names)} ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {added}"
    _execute(statement, [_convert(table.c[name], column) for name, column in _pairs(names, columns)])


def take_away(model: type[Base], keys: Sequence[str], sums: Sequence[str], columns: Columns) -> None:
    """Change the sums kept under each key by amounts of either sign; rows that come to nothing go.

    The columns are as for `add_up`. Every key is there: nothing can be taken away from what never was added.
    """
    table, mark = _table(model), _mark()
    ready = [_convert(table.c[name], column) for name, column in _pairs([*keys, *sums], columns)]
    key_columns, amounts = ready[: len(keys)], ready[len(keys) :]
    found = " AND ".join(f"{name} = {mark}" for name in keys)
    changes = ", ".join(f"{name} = {name} + {mark}" for name in sums)
    nothing = " AND ".join(f"{name} = 0" for name in sums)
    _execute(f"UPDATE {table.name} SET {changes} WHERE {found}", [*amounts, *key_columns])  # noqa: S608 - our names
    _execute(f"DELETE FROM {table.name} WHERE {found} AND {nothing}", key_columns)  # noqa: S608 - our names


def among(column: Any, values: Sequence[str]) -> ColumnElement[bool]:
    """Condition: the column has one of these texts, thousands of them in one parameter."""
    if db.session.connection().dialect.name == "postgresql":
        return cast("ColumnElement[bool]", column == func.any(cast_to(list(values), ARRAY(Text))))
    listed = func.json_each(json.dumps(values)).table_valued("value")
    return cast("ColumnElement[bool]", column.in_(select(listed.c.value)))


def _table(model: type[Base]) -> Table:
    return cast("Table", model.__table__)


def _pairs(names: Sequence[str], columns: Columns) -> Sequence[tuple[str, Sequence[Any]]]:
    return list(zip(names, columns, strict=True))


def _mark() -> str:
    return "?" if db.session.connection().dialect.paramstyle == "qmark" else "%s"


def _insert(table: Table, names: Sequence[str]) -> str:
    quote = db.engine.dialect.identifier_preparer.quote  # a name may be a word of SQL
    marks = ", ".join([_mark()] * len(names))
    return f"INSERT INTO {table.name} ({', '.join(map(quote, names))}) VALUES ({marks})"  # noqa: S608 - our names


def _execute(statement: str, columns: Columns) -> None:
    rows = list(zip(*columns, strict=True))
    if rows:
        db.session.connection().exec_driver_sql(statement, rows)


def _convert(column: Column[Any], values: Sequence[Any]) -> Sequence[Any]:
    convert = _converter(column, db.session.connection().dialect)
    if convert is None or not values:
        return values
    if values.count(values[0]) == len(values):  # such as the moment at which all of them were recorded
        return [convert(values[0])] * len(values)
    return list(map(convert, values))


def _converter(column: Column[Any], dialect: Dialect) -> Convert | None:
    """What turns a value of this column into the driver's; None where it takes the value as it is."""
    if isinstance(column.type, LargeBinary):
        return None
    if dialect.name == "sqlite" and isinstance(column.type, UTCDateTime):
        return _sqlite_moment
    convert = cast("Convert | None", column.type.dialect_impl(dialect).bind_processor(dialect))
    if convert and isinstance(column.type, Date):
        return _Remembered(convert).__getitem__
    return _remembered(convert) if convert and isinstance(column.type, JSON) else convert


def _sqlite_moment(value: datetime | None) -> str | None:
    """As SQLAlchemy writes it, in a fraction of the time."""
    if value is None:
        return None
    if value.tzinfo is not UTC:
        if value.tzinfo is None:
            raise ValueError("a naive datetime can't be stored; give it a time zone")
        value = value.astimezone(UTC)
    return value.replace(tzinfo=None).isoformat(" ", "microseconds")


class _Remembered(dict[Any, Any]):
    """The same few days come again and again."""

    def __init__(self, convert: Convert) -> None:
        super().__init__()
        self._convert = convert

    def __missing__(self, value: Any) -> Any:
        self[value] = self._convert(value)
        return self[value]


def _remembered(convert: Convert) -> Convert:
    """The same few answers and orders of options come again and again; writing each as JSON once is much quicker."""
    known: dict[str, Any] = {}

    def remembering(value: Any) -> Any:
        key = repr(value)
        if len(key) > SHORT:
            return convert(value)
        if key not in known:
            if len(known) > MOST_REMEMBERED:
                known.clear()
            known[key] = convert(value)
        return known[key]

    return remembering
