"""The reporting tree as a mapping from each person to their supervisor (an empty value at the top)."""

from collections.abc import Mapping
from typing import TypeVar

K = TypeVar("K")


def cycles(managers: Mapping[K, K | None]) -> list[list[K]]:
    """Every circle, each once, from a person upwards to the one who reports to them. Linear in the people."""
    done: set[K] = set()
    found: list[list[K]] = []
    for start in managers:
        path: list[K] = []
        place: dict[K, int] = {}
        here: K | None = start
        while here and here not in done and here in managers and here not in place:
            place[here] = len(path)
            path.append(here)
            here = managers[here]
        if here and here in place:
            found.append(path[place[here] :])
        done.update(path)
    return found


def levels(managers: Mapping[K, K | None]) -> dict[K, int]:
    """How many stand above each person. People in a circle, or below one, are left out."""
    known: dict[K, int] = {}
    for start in managers:
        path: list[K] = []
        seen: set[K] = set()
        here: K | None = start
        while here and here not in known and here in managers and here not in seen:
            seen.add(here)
            path.append(here)
            here = managers[here]
        if here in seen:
            continue
        level = known.get(here, -1) if here else -1
        for person in reversed(path):
            level += 1
            known[person] = level
    return known


def closure(managers: Mapping[K, K | None]) -> set[tuple[K, K, int]]:
    """(above, below, distance) for every pair on a reporting line, and each person with themselves."""
    rows: set[tuple[K, K, int]] = set()
    for person in managers:
        above: K | None = person
        distance = 0
        while above:
            rows.add((above, person, distance))
            above, distance = managers.get(above), distance + 1
    return rows
