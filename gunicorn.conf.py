"""How gunicorn serves Uplift. Settings of Uplift itself are in app/config.py; here is only what the server needs."""

import gc
import os
import sys
import threading
from pathlib import Path
from typing import Any

# Workers share the cores already: threads of linear algebra would only wait for each other. Read when numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

bind = f"127.0.0.1:{os.environ.get('PORT') or 8000}"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 4
worker_class = "gthread"
preload_app = True  # one import, shared by the workers
keepalive = 15
graceful_timeout = 20
accesslog = None
control_socket_disable = True  # two installations on one machine must not meet at one socket
if Path("/dev/shm").is_dir():  # noqa: S108 - memory for heartbeats, so that a slow disk never looks like a hung worker
    worker_tmp_dir = "/dev/shm"  # noqa: S108

JOBS_RETRY_SECONDS = 20.0


def pre_fork(_server: Any, worker: Any) -> None:
    """Leave nothing to a child that it must not share, and nothing loaded for its collector to go through again."""
    # A database connection can't be used by two processes.
    app = worker.app.wsgi()
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()
    # What was loaded stays for good. Looking through it for garbage would cost a request tens of milliseconds, again
    # and again, and would copy the memory that the processes share.
    gc.collect()
    gc.freeze()


def post_worker_init(worker: Any) -> None:
    """Background jobs run in one worker; the others stand by and take over when it ends."""
    # A thread that comes back from the database would wait 5 ms for its turn behind one that renders a page.
    sys.setswitchinterval(0.0005)
    from app.core.jobs import start_embedded

    app = worker.app.wsgi()
    if app.config.get("JOBS") != "embedded" or start_embedded(app):
        return

    def stand_by() -> None:
        waiting = threading.Event()
        while not start_embedded(app):
            waiting.wait(JOBS_RETRY_SECONDS)

    threading.Thread(target=stand_by, name="jobs-stand-by", daemon=True).start()
