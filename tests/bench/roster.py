"""How many roster lines a second: `python -m tests.bench.roster [LINES]` on a fresh SQLite database.

Prints lines/s for a first import, the same file again, and a file in which one line in twenty changed.
"""

import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from app.accounts import operations
from app.accounts.rules.roster_file import COLUMNS
from app.core import clock
from app.core.db import db
from tests.engines import make_app, migrate

SPAN = 8  # reports a supervisor has


def roster(lines: int, moved: int = 0, seed: int = 7) -> bytes:
    """A tree of so many people; every `moved`-th of them (none when 0) has another department and supervisor."""
    chosen = random.Random(seed)
    rows = [",".join(COLUMNS)]
    for number in range(1, lines + 1):
        manager = (number - 2) // SPAN + 1 if number > 1 else 0
        department = f"Department {number % 40}"
        if moved and number % moved == 0:
            manager, department = max(1, manager // 2), "Moved"
        rows.append(
            f"R{number:06},person{number}@company.example,Given{number % 900},Family{chosen.randrange(20_000)},"
            f"{f'R{manager:06}' if manager else ''},{department},Place {number % 25},Role {number % 30},2024-02-03,true"
        )
    return "\r\n".join(rows).encode()


def measure(name: str, lines: int, data: bytes) -> float:
    start = time.perf_counter()
    plan = operations.import_roster(data, clock.now(), by_administrator=True)
    db.session.commit()
    seconds = time.perf_counter() - start
    counts = ", ".join(f"{count:,} {outcome}" for outcome, count in plan.counts.items() if count)
    print(f"{name:<28} {seconds:6.2f} s  {lines / seconds:>9,.0f} lines/s   {counts}")
    return seconds


def main(lines: int = 50_000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        app: Any = make_app(Path(folder), f"sqlite:///{folder}/roster.db")
        migrate(app)
        with app.app_context():
            measure("first import", lines, roster(lines))
            measure("the same again", lines, roster(lines))
            measure("one in twenty moved", lines, roster(lines, moved=20))


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
