"""Pages over many responses: the company's page and the pivot at ten thousand and at five million.

`python -m tests.bench.scale [responses …]` measures in this process, on SQLite; the larger number must cost less than
GOAL times the smaller. Responses are made by the database itself, then counted by the same code as every import.
"""

import random
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event, text

from app.core import clock
from app.core.db import db, writing
from app.nps import operations
from app.nps.rules.responses import Given
from tests.engines import make_app, migrate
from tests.factories import make_person, sign_in

GOAL = 1.5
TEAMS, SERVED = 12, 10  # supervisors, and people below each
DAYS = 730
DRIVERS = ("Reached someone quickly", "Solved at the first contact", "Staff knew their trade", "Kind", "Told what next")
PAGES = {
    "company page": "/nps",
    "company, 12 months": "/nps?period=last-12-months",
    "teams (funnel)": "/nps/by/team",
    "pivot": "/nps/pivot?rows=touchpoint&columns=channel",
    "pivot, teams by touchpoint": "/nps/pivot?rows=team&columns=touchpoint",
}
NAMED_IN_GOAL = ("company page", "pivot")
COMMENT = "They solved it at once, but only after a long wait"  # of two responses out of five
# As many rows as asked, each like one of those that were recorded, at a random moment of two years.
MANY = """
INSERT INTO nps_response (source_id, external_id, version, fingerprint, score, responded_at, day, person_id, survey_id,
    touchpoint_id, channel_id, department_id, team_id, tier_id, segments, drivers, comment, sentiment, recorded_at)
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count),
    dice AS MATERIALIZED (
        SELECT n, 1 + abs(random()) % :models AS model, abs(random()) % :minutes AS minute FROM numbers
    )
SELECT source_id, 'm' || n, 1, randomblob(16), score, datetime(:begin, '+' || minute || ' minutes') || '.000000',
    date(:begin, '+' || minute || ' minutes'), person_id, survey_id, touchpoint_id, channel_id, department_id, team_id,
    tier_id, segments, drivers, CASE WHEN n % 5 < 2 THEN :comment END, CASE WHEN n % 5 < 2 THEN 0.3 END, recorded_at
FROM dice JOIN nps_response ON id = model
"""


def models(people: list[str], now: datetime, dice: random.Random) -> list[Given]:
    """Responses with every kind of label, for the others to be like."""
    return [
        Given(
            external_id=f"model {number}",
            score=min(10, max(0, round(dice.gauss(8, 2.4)))),
            responded_at=now - timedelta(minutes=dice.randrange(DAYS * 1440)),
            survey=dice.choice(("After contact", "Relationship")),
            touchpoint=f"Touchpoint {dice.randrange(8)}",
            channel=f"Channel {dice.randrange(5)}",
            tier=dice.choice(("Gold", "Silver", "Bronze")),
            employee=dice.choice(people),
            drivers={name: dice.randint(1, 5) for name in DRIVERS},
            segments={"Region": f"Region {dice.randrange(6)}", "Product": f"Product {dice.randrange(4)}"},
        )
        for number in range(3000)
    ]


def fill(count: int, now: datetime) -> None:
    """People, and so many responses about them; committed."""
    dice = random.Random(7)
    leads = [make_person(job_role="Supervisor", department=f"Department {team % 5}") for team in range(TEAMS)]
    served = [make_person(manager=lead, department=lead.department) for lead in leads for _ in range(SERVED)]
    source = operations.source_named("bench", now=now)
    operations.record(source, models([person.employee_id for person in served], now, dice), now)
    db.session.commit()
    known = db.session.execute(text("SELECT count(*) FROM nps_response")).scalar_one()
    begin = (now - timedelta(days=DAYS - 1)).replace(hour=0, minute=0, second=0).strftime("%Y-%m-%d %H:%M:%S")
    given = {"count": count - known, "models": known, "minutes": (DAYS - 1) * 1440, "begin": begin, "comment": COMMENT}
    db.session.execute(text(MANY), given)
    db.session.commit()
    operations.rebuild_tallies()
    db.session.commit()
    db.session.execute(text("ANALYZE"))
    db.session.commit()


def time_pages(client: FlaskClient, addresses: dict[str, str], times: int = 15) -> dict[str, tuple[float, int]]:
    """By name: the median of some requests in milliseconds after two to warm up, and the statements that it sent."""
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    found = {}
    for name, address in addresses.items():
        assert client.get(address).status_code == 200, address
        event.listen(db.engine, "before_cursor_execute", note)
        client.get(address)
        event.remove(db.engine, "before_cursor_execute", note)
        spent = []
        for _ in range(times):
            start = time.perf_counter()
            assert client.get(address).status_code == 200
            spent.append((time.perf_counter() - start) * 1000)
        found[name] = statistics.median(spent), len(seen)
        seen.clear()
    return found


def measure(count: int, folder: Path) -> dict[str, tuple[float, int]]:
    app: Any = make_app(folder, f"sqlite:///{folder / 'scale.db'}")
    migrate(app)
    with app.app_context():
        start = time.perf_counter()
        with writing():
            fill(count, clock.now().astimezone(UTC))
            viewer = make_person(roles=("champion",))
        print(f"{count:,} responses made and counted in {time.perf_counter() - start:.0f} s", flush=True)
        return time_pages(sign_in(app.test_client(), viewer), PAGES)


def main(*counts: int) -> None:
    results = {}
    for count in counts or (10_000, 5_000_000):
        with tempfile.TemporaryDirectory() as folder:
            results[count] = measure(count, Path(folder))
    least, most = min(results), max(results)
    print(f"\n{'page':<30}{f'ms at {least:,}':>16}{f'ms at {most:,}':>18}{'statements':>12}{'times':>8}")
    for name in PAGES:
        small, large = results[least][name], results[most][name]
        times = large[0] / small[0]
        goal = f"  goal {GOAL} {'reached' if times <= GOAL else 'MISSED'}" if name in NAMED_IN_GOAL else ""
        print(f"{name:<30}{small[0]:>16.1f}{large[0]:>18.1f}{large[1]:>12}{times:>8.2f}{goal}")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
