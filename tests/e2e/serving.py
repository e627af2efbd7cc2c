"""The application as it is served: a real gunicorn over an instance folder of its own."""

import fcntl
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 40
_pause = threading.Event()  # never set: waiting on it passes the time between two looks


def environment(instance: Path, port: int, **settings: str) -> dict[str, str]:
    """Nothing of the settings of whoever runs the tests gets in."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
    return {
        **kept,
        "UPLIFT_ENV": "demo",
        "INSTANCE_PATH": str(instance),
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
        "SIGN_IN_LIMIT": "10000 per minute",
        **settings,
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_template(folder: Path) -> Path:
    """A prepared demo instance, made once for all workers of a run."""
    folder.mkdir(parents=True, exist_ok=True)
    ready = folder / "ready"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            with (folder / "prepare.log").open("w") as log:
                done = subprocess.run(
                    [sys.executable, "-m", "flask", "--app", "wsgi", "prepare"],
                    cwd=ROOT,
                    env=environment(folder / "instance", 8000),
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    check=False,
                    timeout=180,
                )
            if done.returncode != 0:
                raise RuntimeError((folder / "prepare.log").read_text()[-4000:])
            with closing(sqlite3.connect(folder / "instance" / "uplift.db")) as database:
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            ready.touch()
    return folder / "instance"


class Server:
    """One served instance. Its output goes to server.log in the folder beside the instance."""

    def __init__(self, folder: Path, template: Path, **settings: str) -> None:
        self.folder = folder
        self.instance = folder / "instance"
        self.settings = settings
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(template, self.instance)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def start(self) -> "Server":
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "wsgi:app"],
                cwd=ROOT,
                env=environment(self.instance, self.port, **self.settings),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        for _ in range(START_SECONDS * 20):
            if self._answers():
                return self
            if self.process.poll() is not None:
                break
            _pause.wait(0.05)
        self.stop()
        raise RuntimeError("the server did not start:\n" + self.log.read_text()[-4000:])

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:  # noqa: S310 - own server
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def kill(self) -> None:
        """As when the machine loses power: no process of the server has a last word."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=10)

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.kill()

    @contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        """The instance's database, for setting a scene that would take long by hand."""
        with closing(sqlite3.connect(self.instance / "uplift.db", timeout=15)) as connection:
            yield connection
            connection.commit()
