"""Background work by huey: periodic jobs, in one server process by default, in its own process when asked.

huey only wakes a job; whatever must not be lost is a row in the database (see outbox): a killed worker loses nothing.
"""

import fcntl
import logging
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
        self.huey = self._make_huey()

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
        self.by_name[name] = job
        self.huey.periodic_task(crontab(minute=f"*/{minutes}"), name=name)(lambda: self.run(name))

    def run(self, name: str) -> Any:
        with self.app.app_context(), writing():
            return self.by_name[name]()


class EmbeddedConsumer(Consumer):
    """huey's consumer as threads of a server process, which keeps its own signal handlers."""

    def _set_signal_handlers(self) -> None:
        pass


def jobs_of(app: Flask) -> Jobs:
    return app.extensions[_KEY]


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
    EmbeddedConsumer(jobs_of(app).huey, workers=1, periodic=True).start()
    logger.info("background jobs run in this process")
    return True


def init_app(app: Flask) -> None:
    jobs = app.extensions[_KEY] = Jobs(app)
    jobs.add_periodic("send-outbox", outbox.drain, minutes=1)
