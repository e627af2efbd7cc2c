"""Browser tests: Debian's Chromium, driven against the application as it is served."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.e2e.serving import Server, make_template

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TIMEOUT_MS = 15_000
Visit = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


def chromium() -> str | None:
    """The browser to drive: the one named by CHROMIUM, else what the system has."""
    given = os.environ.get("CHROMIUM")
    return given or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def base_url() -> None:
    """Every page is told its server; the plugin's own fixture of this name warns on this version of pytest."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    found = chromium()
    if found is None:
        pytest.skip("no Chromium here: install Debian's package chromium, or name one in CHROMIUM")
    return {**browser_type_launch_args, "executable_path": found, "args": ARGUMENTS}


@pytest.fixture(scope="session")
def template_instance(tmp_path_factory: pytest.TempPathFactory, worker: str) -> Path:
    """A demo instance to copy, shared by all workers of this run."""
    base = tmp_path_factory.getbasetemp()
    return make_template((base if worker == "main" else base.parent) / "demo-template")


@pytest.fixture(scope="session")
def served(template_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo, for tests that leave the people as they are."""
    server = Server(tmp_path_factory.mktemp("served"), template_instance).start()
    yield server
    server.stop()


@pytest.fixture
def own_server(template_instance: Path, tmp_path: Path) -> Iterator[Server]:
    """A demo of the test's own, not started, for tests that change what people have done."""
    server = Server(tmp_path / "own", template_instance)
    yield server
    server.stop()


@pytest.fixture
def visit(new_context: Callable[..., BrowserContext]) -> Iterator[Visit]:
    """Opens a page in a browser of its own: visit(server, javascript=False, width=390, dark=True).

    Whatever a page says against the content security policy, and every error in a script, makes the test fail.
    """
    complaints: list[str] = []

    def open_page(server: Server, *, width: int = 1280, dark: bool = False, javascript: bool = True) -> Page:
        context = new_context(
            base_url=server.url,
            viewport={"width": width, "height": 900 if width > 600 else 800},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        context.set_default_timeout(TIMEOUT_MS)
        watch(context, complaints)
        return context.new_page()

    yield open_page
    assert not complaints, "\n".join(complaints)


def watch(context: BrowserContext, complaints: list[str]) -> None:
    context.on(
        "console",
        lambda message: (
            complaints.append(f"{message.page.url if message.page else ''}: {message.text}")
            if "Content Security Policy" in message.text
            else None
        ),
    )
    context.on("weberror", lambda error: complaints.append(f"script error: {error.error}"))
