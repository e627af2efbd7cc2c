"""Facts travel between slices here: in order, per application, inside the publisher's transaction."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app

E = TypeVar("E")
_KEY = "uplift.bus"


def subscribe(app: Flask, event_type: type[E], listener: Callable[[E], None]) -> None:
    """Have `listener` called with every published fact of exactly this type."""
    board: dict[type, list[Callable[[Any], None]]] = app.extensions.setdefault(_KEY, defaultdict(list))
    board[event_type].append(listener)


def publish(event: object) -> None:
    """Tell every listener, in the order they subscribed. A listener that raises undoes the whole transaction."""
    for listener in current_app.extensions.get(_KEY, {}).get(type(event), ()):
        listener(event)
