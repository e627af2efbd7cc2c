"""Closes the waves that are due, and is killed after everything is written and before it is committed."""

import os
import signal
from typing import Any

from app import create_app
from app.core import jobs
from app.voice.operations import closing


def main() -> None:
    close = closing.close_wave

    def close_and_die(*given: Any) -> bool:
        close(*given)
        os.kill(os.getpid(), signal.SIGKILL)
        return True

    closing.close_wave = close_and_die
    jobs.jobs_of(create_app()).run("voice-waves-close")


if __name__ == "__main__":
    main()
