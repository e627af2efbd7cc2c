"""How many responses a second: `python -m tests.bench.responses [ROWS] [--shuffled]`, by command line, on fresh SQLite.

A file as survey tools write it (a random id, a comment on two of five, five drivers, two segments, who served, a
customer's key on three of five) is imported in a process of its own, then again. Prints rows/s and the memory.
"""

import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.accounts.operations.bulk import NewPerson, add_people
from app.core import clock
from app.core.db import db, writing
from tests.engines import make_app, migrate

PEOPLE, SPAN, DAYS = 2000, 10, 730
CUSTOMERS = 400_000
GOAL = 20_000  # rows a second
GROWTH = 64  # megabytes, at most, from a tenth of the file to its end
CHUNK = 10_000
DRIVERS = ("Solved at first contact", "Friendliness", "Waiting time", "Knowledge", "Follow-up")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
WORDS = [
    "the",
    "agent",
    "was",
    "very",
    "friendly",
    "and",
    "solved",
    "my",
    "problem",
    "at",
    "once",
    "but",
    "I",
    "had",
    "to",
    "wait",
    "far",
    "too",
    "long",
    "on",
    "the",
    "line",
    "before",
    "anyone",
    "answered",
    "and",
    "then",
    "they",
    "asked",
    "the",
    "same",
    "question",
    "three",
    "times",
    "which",
    "should",
    "not",
    "happen",
    "when",
    "you",
    "pay",
    "so",
    "much",
]
VALUES = {
    "survey": ("Relationship", "After a contact", "After a purchase"),
    "touchpoint": ("Phone support", "Onboarding", "Billing", "Delivery", "Renewal", "Shop", "Repair", "Complaint"),
    "channel": ("Phone", "Chat", "E-mail", "Shop", "App"),
    "tier": ("Gold", "Silver", "Bronze"),
    "region": ("North", "South", "East", "West", "Centre"),
    "product": ("Fibre", "Mobile", "TV", "Bundle", "Landline", "Business"),
}
MAPPING = """\
name: Bench
source: bench
columns:
  external_id: external_id
  score: score
  responded_at: responded_at
  comment: comment
  survey: survey
  touchpoint: touchpoint
  channel: channel
  tier: tier
  employee: employee
  customer_key: customer_key
segments: {Region: region, Product: product}
drivers:
"""


def write_file(path: Path, rows: int, *, shuffled: bool = False, seed: int = 7) -> None:
    """A CSV file of so many responses, in the order of time unless shuffled."""
    dice = random.Random(seed)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        fixed = ("external_id", "responded_at", "score", "comment", "employee", "customer_key")
        writer.writerow([*fixed, *VALUES, *(f"d{number}" for number in range(len(DRIVERS)))])
        for begin in range(0, rows, CHUNK):
            writer.writerows(_rows(dice, begin, min(CHUNK, rows - begin), rows, shuffled))


def _rows(dice: random.Random, begin: int, count: int, total: int, shuffled: bool) -> Iterator[list[object]]:
    start, step = datetime(2024, 7, 1, tzinfo=UTC), timedelta(days=DAYS) / total
    scores = dice.choices(range(11), (3, 1, 1, 2, 2, 5, 6, 12, 20, 22, 26), k=count)
    labels = [dice.choices(values, range(len(values), 0, -1), k=count) for values in VALUES.values()]
    ratings = [dice.choices(("1", "2", "3", "4", "5", ""), (1, 2, 4, 6, 6, 3), k=count) for _ in DRIVERS]
    for place in range(count):
        number = dice.randrange(total) if shuffled else begin + place
        yield [
            "R_" + "".join(dice.choices(LETTERS, k=15)),
            (start + number * step).strftime("%Y-%m-%d %H:%M:%S"),
            scores[place],
            " ".join(dice.choices(WORDS, k=dice.randint(5, 40))) if dice.random() < 0.4 else "",
            f"B{dice.randrange(PEOPLE // SPAN, PEOPLE):05}",
            f"C{dice.randrange(CUSTOMERS):06}" if dice.random() < 0.6 else "",
            *(column[place] for column in labels),
            *(column[place] for column in ratings),
        ]


def write_mapping(path: Path) -> None:
    drivers = [f"  - {{name: {name}, column: d{number}}}" for number, name in enumerate(DRIVERS)]
    path.write_text(MAPPING + "\n".join(drivers) + "\n", encoding="utf-8")


def load_people(folder: Path) -> None:
    app = make_app(folder, f"sqlite:///{folder / 'uplift.db'}")
    migrate(app)
    people: list[NewPerson] = [
        {
            "employee_id": f"B{number:05}",
            "email": f"b{number}@bench.example",
            "given_name": "Ada",
            "family_name": f"Nowak{number}",
            "department": f"Department {number // SPAN % 8}",
            "location": "",
            "job_role": "",
            "hire_date": None,
            "time_zone": "",
            "active": True,
        }
        for number in range(PEOPLE)
    ]
    managers = {f"B{number:05}": f"B{(number - 1) // SPAN:05}" for number in range(1, PEOPLE)}
    with app.app_context(), writing():
        add_people(people, managers, clock.now())
        db.session.commit()


@dataclass
class Run:
    """One import by command line: seconds, and the megabytes of its processes, pages that they share counted twice."""

    seconds: float
    output: str
    peak: float
    growth: float


def run(folder: Path, file: Path, mapping: Path) -> Run:
    """Import by the command line, and look at the process while it reads."""
    environment = os.environ | {
        "INSTANCE_PATH": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'uplift.db'}",
        "UPLIFT_ENV": "production",
        "SECRET_KEY": "bench",
        "JOBS": "worker",
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "nps", "import", str(file), "--mapping", str(mapping)]
    begun = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        peak, early = 0.0, 0.0
        while process.poll() is None:
            peak = max(peak, sum(_megabytes(pid, "VmRSS") for pid in (process.pid, *_children(process.pid))))
            if _position(process.pid, file) < file.stat().st_size / 10:
                early = peak
            time.sleep(0.02)
        output = process.stdout.read().decode() if process.stdout else ""
    if process.returncode:
        raise SystemExit(output)
    return Run(time.perf_counter() - begun, output.strip().splitlines()[-1], peak, peak - early)


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _megabytes(pid: int, what: str) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    line = next((line for line in status.splitlines() if line.startswith(what)), f"{what}: 0 kB")
    return int(line.split()[1]) / 1024


def _position(pid: int, file: Path) -> int:
    """How far the process has read the file; nowhere, while it is not open."""
    try:
        for link in Path(f"/proc/{pid}/fd").iterdir():
            if link.readlink() == file:
                told = Path(f"/proc/{pid}/fdinfo/{link.name}").read_text()
                return int(told.split()[1])
    except (OSError, ValueError, IndexError):
        pass
    return 0


def main(rows: int = 1_000_000, *, shuffled: bool = False) -> bool:
    """Whether every goal was reached."""
    with tempfile.TemporaryDirectory(prefix="uplift-bench-") as name:
        folder = Path(name).resolve()
        file, mapping = folder / "responses.csv", folder / "bench.yaml"
        load_people(folder)
        write_file(file, rows, shuffled=shuffled)
        write_mapping(mapping)
        print(f"{rows:,} responses, {file.stat().st_size / 1e6:,.0f} MB, SQLite", flush=True)
        first = run(folder, file, mapping)
        told = (rows / first.seconds >= GOAL, f"≥ {GOAL:,} rows/s")
        constant = (first.growth <= GROWTH, f"≤ {GROWTH} MB more")
        print(f"first import   {first.seconds:6.1f} s  {rows / first.seconds:>9,.0f} rows/s  {_said(*told)}")
        more = f"{first.growth:.0f} MB more than at a tenth of the file"
        print(f"its memory     {first.peak:6.0f} MB, {more}  {_said(*constant)}")
        print(f"               {first.output}", flush=True)
        again = run(folder, file, mapping)
        nothing = (f"0 added, 0 corrected, {rows:,} unchanged" in again.output, "0 changed")
        print(f"the same again {again.seconds:6.1f} s  {rows / again.seconds:>9,.0f} rows/s  {_said(*nothing)}")
        print(f"               {again.output}", flush=True)
    return told[0] and constant[0] and nothing[0]


def _said(reached: bool, goal: str) -> str:
    return f"{goal} {'reached' if reached else 'MISSED'}"


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    sys.exit(0 if main(*numbers, shuffled="--shuffled" in sys.argv) else 1)
