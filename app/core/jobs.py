"""Background work by huey: periodic jobs, in one server process by default, in its own process when asked.

huey only wakes a job; whatever must not be lost is a row in the database (see outbox): a killed worker loses nothing.
"""

import fcntl
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from huey import MemoryHuey, RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer

from app.core import outbox
from app.core.db import writing

logger = logging.getLogger(__name__)
_KEY = "uplift.jobs"


class Jobs:
    """The jobs of one application."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.by_name: dict[str, Callable[[], Any]] = {}
        self._running: dict[str, threading.Lock] = {}
        self.huey = self._make_huey()
        self._run_now = self.huey.task(name="run-now")(self.run)

    def _make_huey(self) -> Any:
        if self.app.config["JOBS"] == "immediate":
            return MemoryHuey("uplift", immediate=True)
        if self.app.config["REDIS_URL"]:
            return RedisHuey("uplift", url=self.app.config["REDIS_URL"])
        return SqliteHuey("uplift", filename=str(Path(self.app.instance_path) / "jobs.db"), fsync=False)

    def add_periodic(self, name: str, job: Callable[[], Any], *, minutes: int) -> None:
        """Run `job` every so many minutes (1 to 59) inside an application context."""
        if name in self.by_name:
            raise ValueError(f"job {name!r} is registered already")
        self.by_name[name], self._running[name] = job, threading.Lock()
        self.huey.periodic_task(crontab(minute=f"*/{minutes}"), name=name)(lambda: self.run(name))

    def run(self, name: str) -> Any:
        """Do the job, unless this process is at it: a long one would pile up, minute after minute."""
        lock = self._running[name]
        if not lock.acquire(blocking=False):
            return None
        try:
            with self.app.app_context(), writing():
                return self.by_name[name]()
        finally:
            lock.release()

    def wake(self, name: str) -> None:
        """Have the job done now instead of at its next minute; called after the commit of what it is to find.

        A queue that can't be reached only costs the minute.
        """
        if name not in self.by_name:
            raise KeyError(name)
        try:
            self._run_now(name)
        except Exception:
            logger.exception("job %s was not woken", name)


class EmbeddedConsumer(Consumer):
    """huey's consumer as threads of a server process, which keeps its own signal handlers."""

    def _set_signal_handlers(self) -> None:
        pass


def jobs_of(app: Flask) -> Jobs:
    return app.extensions[_KEY]


def wake(app: Flask, name: str) -> None:
    """Have a job done now (see Jobs.wake)."""
    jobs_of(app).wake(name)


def start_embedded(app: Flask) -> bool:
    """Run the jobs in this server process, unless a sibling process does so already."""
    if app.config["JOBS"] != "embedded":
        return False
    lock = (Path(app.instance_path) / "jobs.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return False
    app.extensions["uplift.jobs.lock"] = lock  # kept open: the lock falls with the process
    # Two, so that a long import keeps no mail waiting.
    EmbeddedConsumer(jobs_of(app).huey, workers=2, periodic=True).start()
    logger.info("background jobs run in this process")
    return True


def init_app(app: Flask) -> None:
    jobs = app.extensions[_KEY] = Jobs(app)
    jobs.add_periodic("send-outbox", outbox.drain, minutes=1)
