"""Named things that slices and plugins add: question types, metrics, senders."""

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """A mapping from a name to one thing, which refuses a second thing of the same name."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._things: dict[str, T] = {}

    def add(self, name: str, thing: T) -> T:
        if name in self._things:
            raise ValueError(f"{self.kind} {name!r} is registered already")
        self._things[name] = thing
        return thing

    def get(self, name: str) -> T:
        """The thing of that name. Raises LookupError that lists the names there are."""
        try:
            return self._things[name]
        except KeyError:
            known = ", ".join(sorted(self._things)) or "none"
            raise LookupError(f"no {self.kind} named {name!r} (there are: {known})") from None

    def __contains__(self, name: object) -> bool:
        return name in self._things

    def __iter__(self) -> Iterator[str]:
        return iter(self._things)

    def items(self) -> Iterator[tuple[str, T]]:
        return iter(self._things.items())
