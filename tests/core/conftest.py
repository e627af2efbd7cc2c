"""An application with a page for whatever a test of the core needs; most of these tests never touch the database."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint
from werkzeug.serving import make_server

from app.core.db import db
from tests.e2e.conftest import base_url, browser_type_launch_args  # noqa: F401 - the browser, as the journeys use it
from tests.engines import make_app


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """build(address=view, …, SETTING=…): an application that has these views, over a database that is not there."""
    built = []

    def make(views: dict[str, Callable[..., Any]] | None = None, **settings: Any) -> Any:
        folder = tmp_path / f"app{len(built)}"
        app = make_app(folder, f"sqlite:///{tmp_path / 'none.db'}", **settings)
        pages = Blueprint("probe", __name__, template_folder=str(tmp_path))
        for number, (rule, view) in enumerate((views or {}).items()):
            pages.add_url_rule(rule, f"view{number}", view, methods=["GET", "POST"])
        app.register_blueprint(pages)
        built.append(app)
        return app

    yield make
    for app in built:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def site(build: Callable[..., Any]) -> Any:
    """The application as it is, without further views."""
    return build()


@pytest.fixture
def served() -> Iterator[Callable[[Any], str]]:
    """served(app): the address at which the application answers a browser until the test ends."""
    running = []

    def serve(app: Any) -> str:
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()
