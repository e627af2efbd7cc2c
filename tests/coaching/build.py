"""Scenes for tests of coaching: a rubric, benchmarks, observations and sessions, committed.

lead, people = company_of(3)                      # of tests.nps.build: job role "Agent"
empathy = behaviour("Shows empathy", target=3.5)  # with a benchmark for everyone
observe(people[0], lead, {empathy.id: 2}, on=date(2026, 3, 1))
"""

import itertools
import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from app.accounts.models import Person
from app.coaching.models import (
    Behaviour,
    BehaviourVersion,
    Benchmark,
    Observation,
    ObservedLevel,
    Session,
)
from app.core import clock
from app.core.db import db

LONG_AGO = date(2020, 1, 1)
_numbers = itertools.count(1)


def today() -> date:
    return clock.now().date()


def at_noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def behaviour(name: str = "", *, target: float | None = None, job_role: str = "", since: date = LONG_AGO) -> Behaviour:
    """A behaviour with five levels in words; with a benchmark when a target is given."""
    number = next(_numbers)
    made = Behaviour(key=f"behaviour-{number}")
    db.session.add(made)
    db.session.flush()
    words = ["Not seen", "Hardly", "Partly", "Well", "Very well"]
    name = name or f"Behaviour {number}"
    db.session.add(
        BehaviourVersion(behaviour_id=made.id, version=1, name=name, levels=words, written_at=at_noon(LONG_AGO))
    )
    db.session.commit()
    if target is not None:
        benchmark(f"behaviour:{made.id}", target, job_role=job_role, starts_on=since)
    return made


def benchmark(
    metric: str,
    target: float | None,
    *,
    job_role: str = "",
    lead: Person | None = None,
    starts_on: date = LONG_AGO,
    reason: str = "",
) -> Benchmark:
    made = Benchmark(
        metric=metric,
        job_role=job_role,
        target=target,
        lead_id=lead.id if lead else None,
        starts_on=starts_on,
        reason=reason or ("We want to be better at this" if lead else ""),
        set_at=at_noon(starts_on),
    )
    db.session.add(made)
    db.session.commit()
    return made


def observe(
    person: Person, observer: Person, levels: Mapping[int, int], *, on: date | None = None, **values: Any
) -> Observation:
    """A kept observation; further values are columns of Observation."""
    day = on or today()
    kind = "self" if person.id == observer.id else "supervisor"
    made = Observation(
        **{
            "token": uuid.uuid4().hex,
            "person_id": person.id,
            "observer_id": observer.id,
            "kind": kind,
            "observed_on": day,
            "state": "kept",
            "saved_at": at_noon(day),
            "kept_at": at_noon(day),
            **values,
        }
    )
    db.session.add(made)
    db.session.flush()
    for one, level in levels.items():
        version = select(BehaviourVersion.id).where(BehaviourVersion.behaviour_id == one, BehaviourVersion.is_current)
        version_id = db.session.scalar(version)
        assert version_id is not None
        db.session.add(ObservedLevel(observation_id=made.id, behaviour_id=one, version_id=version_id, level=level))
    db.session.commit()
    return made


def session_of(person: Person, supervisor: Person, *, at: datetime | None = None, **values: Any) -> Session:
    """A session, planned for tomorrow unless said otherwise; further values are columns of Session."""
    token = uuid.uuid4().hex
    made = Session(
        **{
            "token": token,
            "uid": f"{token}@uplift.test",
            "person_id": person.id,
            "supervisor_id": supervisor.id,
            "starts_at": at or clock.now() + timedelta(days=1),
            "created_at": clock.now(),
            **values,
        }
    )
    db.session.add(made)
    db.session.commit()
    return made
