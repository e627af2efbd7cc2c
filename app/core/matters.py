"""What is worth talking about with a person: slices bring it in, a coaching session's agenda is made of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Flask, current_app

from app.core.registry import Registry

_KEY = "uplift.matters"


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing to talk about, in words that both sides may read."""

    kind: str  # "certificate", "kudos"
    text: str
    href: str = ""
    due: date | None = None


MatterSource = Callable[[int, date], Sequence[Matter]]


def register_matters(app: Flask, name: str, source: MatterSource) -> None:
    """Let `source(person_id, today)` bring in what there is to talk about with a person."""
    sources: Registry[MatterSource] = app.extensions[_KEY]
    sources.add(name, source)


def matters_of(person_id: int, today: date) -> list[Matter]:
    """Everything that slices bring in about a person."""
    sources: Registry[MatterSource] = current_app.extensions[_KEY]
    return [matter for _, source in sources.items() for matter in source(person_id, today)]


def init_app(app: Flask) -> None:
    app.extensions[_KEY] = Registry[MatterSource]("source of matters")
