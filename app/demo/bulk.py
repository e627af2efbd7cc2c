"""Inserts of hundreds of thousands of rows: the driver's own, with each column's conversion looked up once."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import JSON, Column, Dialect, Table

from app.core.db import Base, db

Convert = Callable[[Any], Any]
SHORT = 100  # characters of a JSON value that is likely to come again


def insert_rows(model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same keys. Constraints hold as ever; defaults are not filled in."""
    table = cast("Table", model.__table__)
    connection = db.session.connection()
    columns = [table.c[name] for name in rows[0]]
    marks = ", ".join("?" if connection.dialect.paramstyle == "qmark" else "%s" for _ in columns)
    names = ", ".join(column.name for column in columns)
    converters = [(column.name, _converter(column, connection.dialect)) for column in columns]
    values = [tuple(convert(row[name]) if convert else row[name] for name, convert in converters) for row in rows]
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", values)  # noqa: S608 - our names


def _converter(column: Column[Any], dialect: Dialect) -> Convert | None:
    convert = cast("Convert | None", column.type.dialect_impl(dialect).bind_processor(dialect))
    return _remembered(convert) if convert and isinstance(column.type, JSON) else convert


def _remembered(convert: Convert) -> Convert:
    """The same few answers and orders of options come again and again; writing each as JSON once is much quicker."""
    known: dict[str, Any] = {}

    def remembering(value: Any) -> Any:
        key = repr(value)
        if len(key) > SHORT:
            return convert(value)
        if key not in known:
            known[key] = convert(value)
        return known[key]

    return remembering
