from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from app.core.db import db
from app.demo import loading, responses
from tests.engines import make_app

NOW = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
PEOPLE = 130
RESPONSES = 12_000  # as many as the whole demo has, so that what is planted stands out from chance


@pytest.fixture(scope="session")
def loaded(
    engine_name: str, engines: Callable[[str], Any], templates: Callable[[str, str], str], tmp_path_factory: Any
) -> Iterator[Any]:
    """An application that holds the demo, made once an engine: the tests take back what they write."""
    engine = engines(engine_name)
    url = engine.copy(templates(engine_name, "shipped"), "demo")
    app = make_app(tmp_path_factory.mktemp("demo"), url)
    with app.app_context():
        loading.load(PEOPLE, 7, NOW, count=RESPONSES)
        db.session.commit()
        responses.read(NOW)
        db.session.commit()
    yield app
    with app.app_context():
        db.engine.dispose()
    engine.drop("demo")


@pytest.fixture
def demo(loaded: Any) -> Iterator[Any]:
    with loaded.app_context():
        yield loaded
        db.session.rollback()
