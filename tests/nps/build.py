"""Scenes for tests: people, and responses in numbers that one can reckon with.

    agent = make_person()
    plant(50, 30, 20, day=date(2026, 3, 10), person=agent, touchpoint="Phone")

Everything is committed. What is not given is empty; `company_of(n)` makes a supervisor with n reports.
"""

import itertools
from datetime import UTC, date, datetime, time
from typing import Any

from app.accounts.models import Person
from app.core import clock
from app.core.db import db, writing
from app.nps import operations
from app.nps.rules.responses import Given, Outcome
from tests.factories import make_person

SCORES = {"promoter": 10, "passive": 8, "detractor": 3}
_numbers = itertools.count(1)


def given(score: int = 10, *, day: date | None = None, person: Person | None = None, **values: Any) -> Given:
    """One response at noon of a day (today unless said), about a person; further values are fields of `Given`."""
    values.setdefault("external_id", f"r{next(_numbers)}")
    values.setdefault("responded_at", datetime.combine(day or clock.now().date(), time(12), UTC))
    values.setdefault("employee", person.employee_id if person else "")
    return Given(score=score, **values)


def keep(*responses: Given, source: str = "tests") -> None:
    """Record these, as if that source had sent them; all of them must be new."""
    with writing():
        now = clock.now()
        recorded = operations.record(operations.source_named(source, now=now), responses, now)
        db.session.commit()
    assert [judged for judged in recorded.outcomes if judged.outcome is not Outcome.ADDED] == []


def plant(
    promoters: int = 0,
    passives: int = 0,
    detractors: int = 0,
    *,
    day: date | None = None,
    person: Person | None = None,
    **values: Any,
) -> None:
    """So many responses of each band, alike but for their scores."""
    counts = zip(SCORES.values(), (promoters, passives, detractors), strict=True)
    keep(*(given(score, day=day, person=person, **values) for score, count in counts for _ in range(count)))


def company_of(reports: int, **values: Any) -> tuple[Person, list[Person]]:
    """A supervisor and so many who report to them, named "Agent01 Report" and so on, in order of name."""
    lead = make_person(given_name="Lena", family_name="Lead", **values)
    people = [make_person(given_name=f"Agent{i:02}", family_name="Report", manager=lead) for i in range(1, reports + 1)]
    return lead, people
