"""What is written in coaching: sentences of coaching_sentences.txt, filled in. Pure."""

import random
import re
from functools import cache
from pathlib import Path

_BEGINNING = re.compile(r"^[a-z]")


def pick(heading: str, rng: random.Random, **filled: str) -> str:
    """One of the sentences under a heading, its gaps filled, with a capital at the beginning."""
    text = rng.choice(sentences()[heading])
    for name, value in filled.items():
        text = text.replace(f"{{{name}}}", value)
    return _BEGINNING.sub(lambda found: found[0].upper(), text)


def work_of(department: str, rng: random.Random) -> str:
    """An interaction that people of a department have."""
    known = sentences()
    return rng.choice(known.get(f"work {department}") or known["work other"])


@cache
def sentences() -> dict[str, tuple[str, ...]]:
    """Sentences by heading."""
    found: dict[str, list[str]] = {}
    for line in Path(__file__).with_name("coaching_sentences.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            heading = line.strip("[]")
        elif line and not line.startswith("#"):
            found.setdefault(heading, []).append(line)
    return {heading: tuple(lines) for heading, lines in found.items()}
