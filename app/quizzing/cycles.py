"""When a person's present cycle with a quiz began. A higher slice that has cycles says so; without one, never."""

from collections.abc import Callable
from datetime import datetime

from flask import Flask, current_app

CycleStart = Callable[[int, str], datetime | None]
_KEY = "uplift.quiz_cycles"


def set_cycle_start(app: Flask, start: CycleStart) -> None:
    """Let `start(person_id, quiz_slug)` say from when on attempts count; None means from the beginning."""
    app.extensions[_KEY] = start


def cycle_start(person_id: int, quiz_slug: str) -> datetime | None:
    """From when on attempts count against the limits. Attempts before it are history."""
    start: CycleStart | None = current_app.extensions.get(_KEY)
    return None if start is None else start(person_id, quiz_slug)
