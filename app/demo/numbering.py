"""Ids that are given to rows before they are written, so that other rows can refer to them."""

from typing import Any

from sqlalchemy import func, select, text

from app.core.db import Base, db


def next_id(model: type[Base]) -> int:
    """The id after the highest that is there."""
    column: Any = model.__table__.c.id
    return (db.session.scalar(select(func.max(column))) or 0) + 1


def count_on(model: type[Base], following: int) -> None:
    """PostgreSQL counts apart from the rows: let it go on after ids that were given."""
    if db.engine.dialect.name == "postgresql":
        statement = text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :following, false)")
        db.session.execute(statement, {"table": model.__tablename__, "following": following})
