"""Things that slices can point at without knowing them: a kind and a number or name lead to words and an address.

A slice registers a resolver for each of its kinds; who may not see a thing gets None for it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app

from app.core.registry import Registry

_KEY = "uplift.references"


@dataclass(frozen=True, slots=True)
class Reference:
    """One thing as another slice's page shows it. `text` is what it says, such as the words of a coaching action."""

    kind: str
    ref: str
    text: str
    href: str = ""


# For the given refs and the person who looks (None: the program itself), what is found and may be seen.
Resolver = Callable[[Sequence[str], Any], Sequence[Reference]]


def register_references(app: Flask, kind: str, resolver: Resolver) -> None:
    """Let `resolver(refs, viewer)` say what the things of this kind are. One resolver a kind."""
    resolvers: Registry[Resolver] = app.extensions[_KEY]
    resolvers.add(kind, resolver)


def knows(kind: str) -> bool:
    """Whether some slice has things of this kind."""
    return kind in current_app.extensions[_KEY]


def resolve(kind: str, refs: Sequence[str], viewer: Any) -> list[Reference]:
    """What these refs lead to, for this viewer; nothing for a kind that no slice has."""
    resolvers: Registry[Resolver] = current_app.extensions[_KEY]
    return list(resolvers.get(kind)(refs, viewer)) if refs and kind in resolvers else []


def init_app(app: Flask) -> None:
    app.extensions[_KEY] = Registry[Resolver]("kind of reference")
