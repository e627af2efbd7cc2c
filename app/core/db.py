"""The database: one declarative base, names for every constraint, aware datetimes, SQLite set up for a server."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from flask import Flask, has_request_context, request
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, DateTime, Dialect, MetaData, Table, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass
from sqlalchemy.types import TypeDecorator

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LOCK_SECONDS = 15
LOADING = "loading"  # in the `info` of a connection to SQLite that is set up to load
# A negative cache size is in kilobytes; 40,000 pages are 160 MB of the write-ahead log.
_TO_LOAD = {"foreign_keys": 0, "temp_store": 2, "cache_size": -64_000, "mmap_size": 0, "wal_autocheckpoint": 40_000}
_writing: ContextVar[bool] = ContextVar("writing", default=False)
_loading: ContextVar[bool] = ContextVar("loading", default=False)


class UTCDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. A naive one is refused, so that no zone is ever guessed."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What a cursor's value becomes again: a decorator says `object` by itself."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime can't be stored; give it a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """The base of every table."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UTCDateTime}  # noqa: RUF012 - SQLAlchemy reads a plain class attribute


db = SQLAlchemy(metadata=Base.metadata, disable_autonaming=True)
migrate = Migrate(render_as_batch=True, compare_type=True)


def insert_for(table: type[Base] | Table) -> Any:
    """An INSERT that knows ON CONFLICT, in the dialect of the engine in use."""
    build = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    return build(table)


@contextmanager
def writing() -> Iterator[None]:
    """Outside a request: the transactions inside this block are going to write (see _begin_sqlite)."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


@contextmanager
def loading() -> Iterator[None]:
    """Set up SQLite's transactions that begin inside this block for a hundred thousand rows and more.

    Foreign keys are looked at once a value instead of once a row, which takes half as long where a row has eight of
    them. That holds for what core.bulk inserts; whatever else these transactions write is not looked at. Pages of
    indexes stay in memory until the commit, and a page that changes again and again is written back seldom.
    """
    _loading.set(True)
    try:
        yield
    finally:
        _loading.set(False)


@contextmanager
def reading() -> Iterator[Connection]:
    """A connection for a read that neither waits for SQLite's write lock nor holds it while a page goes on.

    Where this transaction reads anyway, it is the session's own.
    """
    if not _writes() or db.engine.dialect.name != "sqlite":
        yield db.session.connection()
        return
    with db.engine.connect().execution_options(reads_only=True) as connection:
        yield connection


def _writes() -> bool:
    return request.method not in SAFE_METHODS if has_request_context() else _writing.get()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    # SQLAlchemy's own BEGIN below replaces the driver's, which starts a transaction only at the first write.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
        f"busy_timeout = {LOCK_SECONDS * 1000}",
        "cache_size = -16000",
        "mmap_size = 268435456",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    """Take the write lock at the start of whatever may write.

    A transaction that read first and wrote later could find that another one wrote in between and would
    have to fail; waiting at the start is harmless. Pages that only read never wait.
    """
    if connection.dialect.name != "sqlite":
        return
    writes = _writes() and not connection.get_execution_options().get("reads_only")
    raw = connection.connection.dbapi_connection
    _set_up_to_load(raw, connection.info)
    if writes:
        _wait_for_write_lock(raw)
    else:
        raw.execute("BEGIN")


def _set_up_to_load(raw: sqlite3.Connection, info: dict[Any, Any]) -> None:
    """Or back to the usual. Foreign keys are switched only outside a transaction."""
    wanted = _loading.get()
    if wanted is (LOADING in info):
        return
    if wanted:
        info[LOADING] = {name: raw.execute(f"PRAGMA {name}").fetchone()[0] for name in _TO_LOAD}
    for name, value in (_TO_LOAD if wanted else info.pop(LOADING)).items():
        raw.execute(f"PRAGMA {name} = {value}")
    if not wanted:
        raw.execute("PRAGMA shrink_memory")


def _wait_for_write_lock(raw: sqlite3.Connection) -> None:
    """Begin to write as soon as nobody else does, within LOCK_SECONDS.

    The lock is held for a millisecond at a time, while SQLite's own waiting soon sleeps for tens of them.
    """
    give_up = time.monotonic() + LOCK_SECONDS
    raw.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                raw.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                    raise
                time.sleep(0.0005)
    finally:
        raw.execute(f"PRAGMA busy_timeout = {LOCK_SECONDS * 1000}")


def init_app(app: Flask) -> None:
    db.init_app(app)
    migrate.init_app(app, db, directory=str(app.config["MIGRATIONS_PATH"]))
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", _prepare_sqlite)
            event.listen(db.engine, "begin", _begin_sqlite)
