"""Fixtures for every test. A test that takes `app` runs on SQLite and on PostgreSQL, each time with its own data."""

import gc
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.pool import NullPool

from app.core import content
from app.core.db import db
from tests.engines import PostgresEngine, SqliteEngine, make_app, migrate

_numbers = itertools.count(1)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine_name" in metafunc.fixturenames:
        only_sqlite = metafunc.definition.get_closest_marker("sqlite_only") is not None
        names = ["sqlite"] if only_sqlite else ["sqlite", "postgresql"]
        metafunc.parametrize("engine_name", names, scope="session")


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest) -> str:
    return getattr(request.config, "workerinput", {}).get("workerid", "main")


@pytest.fixture(scope="session")
def engines(tmp_path_factory: pytest.TempPathFactory, worker: str) -> Iterator[Callable[[str], Any]]:
    """engine by name, started when first asked for."""
    started: dict[str, Any] = {}

    def get(name: str) -> Any:
        if name not in started:
            sqlite = name == "sqlite"
            started[name] = SqliteEngine(tmp_path_factory.mktemp(name)) if sqlite else PostgresEngine(worker)
        return started[name]

    yield get
    if "postgresql" in started:
        started["postgresql"].stop()


@pytest.fixture(scope="session")
def templates(engines: Callable[[str], Any], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], str]:
    """Name of a prepared database to copy: "migrated" is empty, "shipped" holds the shipped content."""
    made: set[tuple[str, str]] = set()

    def prepare(engine_name: str, kind: str) -> str:
        if (engine_name, kind) not in made:
            engine = engines(engine_name)
            url = engine.create(kind) if kind == "migrated" else engine.clone(prepare(engine_name, "migrated"), kind)
            app = make_app(tmp_path_factory.mktemp(kind), url)
            if kind == "migrated":
                migrate(app)
            else:
                with app.app_context():
                    content.sync_all(app, app.config["CONTENT_PATH"])
                    db.session.commit()
            _close(app)
            engine.remember(kind)
            made.add((engine_name, kind))
            # What is there by now stays, so that later collections need not go through it.
            gc.collect()
            gc.freeze()
        return kind

    return prepare


def _close(app: Any) -> None:
    with app.app_context():
        db.session.remove()
        if db.engine.dialect.name == "sqlite":  # everything into the one file that is copied
            raw = db.engine.raw_connection()
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            raw.close()
        db.engine.dispose()


@pytest.fixture
def fresh_app(
    engine_name: str, engines: Callable[[str], Any], templates: Callable[[str, str], str], tmp_path: Path
) -> Iterator[Callable[..., Any]]:
    """Builds an application over its own copy of a template database: fresh_app("shipped", SETTING=…)."""
    engine, opened = engines(engine_name), []

    def build(kind: str = "migrated", **settings: Any) -> Any:
        name = f"t{next(_numbers)}"
        url = engine.copy(templates(engine_name, kind), name)
        options = {"poolclass": NullPool} if engine_name == "postgresql" else {}
        app = make_app(tmp_path / name, url, SQLALCHEMY_ENGINE_OPTIONS=options, **settings)
        opened.append((app, name))
        return app

    yield build
    for app, name in opened:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        if engine_name == "postgresql":
            # Connections caught in a cycle with a traceback go now. Later the server would have closed them, and the
            # log of that, written by the collector at any moment, upsets whatever is being compiled then.
            gc.collect()
        engine.drop(name)


@pytest.fixture
def app(fresh_app: Callable[..., Any]) -> Iterator[Any]:
    """An application over a migrated, empty database, with its context pushed."""
    built = fresh_app("migrated")
    with built.app_context():
        yield built


@pytest.fixture
def shipped_app(fresh_app: Callable[..., Any]) -> Iterator[Any]:
    """An application that holds the shipped courses, quizzes and programme, with its context pushed."""
    built = fresh_app("shipped")
    with built.app_context():
        yield built


@pytest.fixture
def count_statements() -> Callable[[], Any]:
    """`with count_statements() as seen:` collects the SQL statements sent inside the block."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return counting
