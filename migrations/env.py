"""How Alembic reaches the application's tables and engine."""

from typing import Any

from alembic import context
from flask import current_app

from app.core.db import Base, UTCDateTime

config = context.config


def include_object(thing: Any, name: str | None, kind: str, reflected: bool, _compare_to: Any) -> bool:
    """Leave out what the migrations make by hand: the full-text index and its shadow tables."""
    return not (reflected and kind in {"table", "index"} and (name or "").startswith("search_fts"))


def render_item(kind: str, thing: Any, autogen_context: Any) -> str | bool:
    """Write plain column types: a migration must not change when the application's own types do."""
    if kind == "type" and isinstance(thing, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run_migrations() -> None:
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # Batch migrations rebuild tables: references are checked once, at the end.
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys = OFF")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_object=include_object,
            render_item=render_item,
            render_as_batch=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        if connection.dialect.name == "sqlite":
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"the migration left broken references: {broken[:5]}")
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys = ON")


run_migrations()
