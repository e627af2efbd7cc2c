"""A worker whose receiver hangs at the message "two", for a test that kills it there: python -m … FILE."""

import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app import create_app
from app.core import jobs, outbox


def main(told: Path) -> None:
    def sender(payload: Mapping[str, Any]) -> None:
        with told.open("a") as file:
            file.write(f"{payload['word']}\n")
        if payload["word"] == "two":
            threading.Event().wait()

    app = create_app()
    outbox.register_sender(app, "bell", sender)
    jobs.jobs_of(app).run("send-outbox")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
