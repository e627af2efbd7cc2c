"""The certification report over many people: the page's time, and the file's rows per second and memory.

`python -m tests.bench.report [people …]` measures in this process, on SQLite or on the database at BENCH_DATABASE_URL.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event, insert, select, update

from app.accounts.models import Person
from app.accounts.operations.bulk import NewPerson, add_people
from app.certification import operations, queries
from app.certification.models import Certificate
from app.certification.rules import expiry
from app.core import clock, content
from app.core.db import db, writing
from app.learning.models import Course, CourseCompletion, CourseVersion
from app.quizzing.models import Attempt, Quiz, QuizVersion
from tests.engines import make_app, migrate
from tests.factories import make_person, sign_in

REPORT = "/reports/certification"
SPAN = 8  # people below each supervisor
DEPARTMENTS = [f"Department {number:02}" for number in range(20)]
VIEWS = (
    "",
    "?sort=expires",
    "?state=expired",
    "?department=Department+03",
    "?location=City+2",
    "?supervisor=B00000003",
)


@dataclass(frozen=True)
class Timing:
    """Milliseconds for one page, those of this process's processor alone, and the statements it sent."""

    address: str
    milliseconds: float
    processor: float
    statements: int


GIVEN = ("Ada", "Bo", "Chi", "Dara", "Emre", "Fay")
FAMILY = ("Nowak", "Okoye", "Patel", "Quist", "Rossi", "Silva", "Tanaka")


def load_people(count: int, now: datetime, seed: int = 7) -> None:
    """So many people in a tree, in every state of the first programme, with the facts that say so; not committed."""
    dice = random.Random(seed)
    people: list[NewPerson] = [
        {
            "employee_id": f"B{number:08}",
            "email": f"b{number}@bench.example",
            "given_name": dice.choice(GIVEN),
            "family_name": f"{dice.choice(FAMILY)}{number % 977}",
            "department": dice.choice(DEPARTMENTS),
            "location": f"City {dice.randrange(12)}",
            "job_role": f"Role {dice.randrange(9)}",
            "hire_date": None,
            "time_zone": "",
            "active": dice.random() > 0.03,
        }
        for number in range(count)
    ]
    managers = {f"B{number:08}": f"B{(number - 1) // SPAN:08}" for number in range(1, count)}
    ids = add_people(people, managers, now)
    load_facts(list(ids.values()), now, dice)


def load_facts(ids: list[int], now: datetime, dice: random.Random) -> None:
    """Completions, passes and certificates, then one recount."""
    terms = queries.all_terms()[0]
    courses = [
        db.session.execute(
            select(Course.id, CourseVersion.id)
            .join(CourseVersion, CourseVersion.course_id == Course.id)
            .where(Course.slug == slug, CourseVersion.is_current)
        ).one()
        for slug in terms.slugs("course")
    ]
    quiz, version = db.session.execute(
        select(Quiz.id, QuizVersion.id)
        .join(QuizVersion, QuizVersion.quiz_id == Quiz.id)
        .where(Quiz.slug == terms.slugs("quiz")[0], QuizVersion.is_current)
    ).one()
    completions: list[dict[str, Any]] = []
    attempts: list[dict[str, Any]] = []
    certificates: list[dict[str, Any]] = []
    for person in ids:
        at = now - timedelta(days=dice.randrange(420), minutes=dice.randrange(1440))
        kind = dice.random()
        done = len(courses) if kind < 0.55 else dice.randrange(len(courses)) if kind < 0.85 else 0
        completions += [
            {"person_id": person, "course_id": course, "course_version_id": course_version, "completed_at": at}
            for course, course_version in courses[:done]
        ]
        if done < len(courses):
            continue
        attempts.append(
            {"person_id": person, "quiz_id": quiz, "quiz_version_id": version, "number": 1, "seed": 1, "started_at": at,
             "submitted_at": at, "mark": 3600, "max_mark": 4000, "passed": True}
        )  # fmt: skip
        certificates.append(
            {"code": f"{person:022}", "person_id": person, "programme_id": terms.id, "cycle": 1, "holder_name": "Bench",
             "programme_title": terms.title, "issued_at": at, "issued_on": at.date(),
             "expires_on": expiry(at.date(), terms.valid_months), "evidence": []}
        )  # fmt: skip
    for table, rows in (
        (CourseCompletion.__table__, completions),
        (Attempt.__table__, attempts),
        (Certificate.__table__, certificates),
    ):
        for start in range(0, len(rows), 10_000):
            db.session.execute(insert(table), rows[start : start + 10_000])
    operations.recount(terms, now)


def time_report(client: FlaskClient, address: str = REPORT, times: int = 15) -> Timing:
    """The median of some requests, after one to warm up; the client is signed in."""
    seen: list[str] = []
    engine = db.engine

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    assert client.get(address).status_code == 200
    event.remove(engine, "before_cursor_execute", note)
    spent, busy = [], []
    for _ in range(times):
        start, busy_start = time.perf_counter(), time.process_time()
        assert client.get(address).status_code == 200
        spent.append((time.perf_counter() - start) * 1000)
        busy.append((time.process_time() - busy_start) * 1000)
    return Timing(address, statistics.median(spent), statistics.median(busy), len(seen))


def read_file(client: FlaskClient, address: str = REPORT + ".csv") -> tuple[int, float, float]:
    """Rows, seconds, and by how many MB this process's own memory grew at its peak, read away piece by piece."""
    start, before, peak, rows = time.perf_counter(), own_memory(), 0.0, -1
    for piece in client.get(address, buffered=False).response:
        rows += piece.count(b"\n")
        peak = max(peak, own_memory())
    return rows, time.perf_counter() - start, max(peak - before, 0)


def own_memory() -> float:
    """MB that belong to the process alone; pages of the database file that the system maps in are not counted."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon")) / 1024


def measure(count: int, folder: Path) -> None:
    url = os.environ.get("BENCH_DATABASE_URL") or f"sqlite:///{folder / f'{count}.db'}"
    app = make_app(folder, url)
    migrate(app)
    with app.app_context():
        with writing():
            content.sync_all(app, app.config["CONTENT_PATH"])
            start = time.perf_counter()
            load_people(count, clock.now())
            db.session.commit()
            viewer = make_person(roles=("hr",))
            db.session.commit()
            loaded = time.perf_counter() - start
            terms = queries.all_terms()[0]
            start = time.perf_counter()
            operations.recount(terms, clock.now())
            db.session.commit()
            recounted = time.perf_counter() - start
        print(f"{count:,} people: loaded in {loaded:.1f} s, recounted in {recounted:.2f} s")
        client = sign_in(app.test_client(), viewer)
        supervisor = db.session.scalars(select(Person).where(Person.employee_id == "B00000003")).one()
        db.session.execute(update(Person).where(Person.id == supervisor.id).values(active=True))
        db.session.commit()
        for view in VIEWS:
            show(view or "first page", time_report(client, REPORT + view))
        show("as the supervisor", time_report(sign_in(app.test_client(), supervisor)))
        sign_in(client, viewer)
        rows, seconds, grown = read_file(client)
        pace = f"{rows / seconds:,.0f} rows/s"
        print(f"  file: {rows:,} rows in {seconds:.2f} s, {pace}, peak memory grew by {grown:.1f} MB")


def show(name: str, timing: Timing) -> None:
    times = f"{timing.milliseconds:8.1f} ms {timing.processor:8.1f} ms of processor"
    print(f"  {name:28} {times} {timing.statements:3} statements")


if __name__ == "__main__":
    for wanted in [int(text) for text in sys.argv[1:]] or [1_000, 100_000]:
        with tempfile.TemporaryDirectory() as place:
            measure(wanted, Path(place))
