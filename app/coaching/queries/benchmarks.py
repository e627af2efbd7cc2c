"""The benchmarks that hold, and the behaviours that they make part of someone's rubric."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from app.accounts.models import Person
from app.coaching.models import Behaviour, BehaviourVersion, Benchmark
from app.coaching.rules.benchmarks import InForce, Version, holds_for, newest_begun
from app.core.db import db

BEHAVIOUR = "behaviour"  # the source of measures that the rubric's behaviours are
_PERSON: Any = Person


def versions(*conditions: ColumnElement[bool]) -> list[Version]:
    """Versions of benchmarks as the rules take them. One statement."""
    columns = (Benchmark.id, Benchmark.metric, Benchmark.job_role, Benchmark.lead_id)
    more = (Benchmark.starts_on, Benchmark.target, Benchmark.reason)
    return [Version(*row) for row in db.session.execute(select(*columns, *more).where(*conditions))]


def versions_begun(today: date, leads: Sequence[int] = ()) -> list[Version]:
    """All versions of the company's benchmarks that have begun, and those of these supervisors. One statement."""
    whose = or_(Benchmark.lead_id.is_(None), Benchmark.lead_id.in_(leads)) if leads else Benchmark.lead_id.is_(None)
    return versions(Benchmark.starts_on <= today, whose)


def in_force(people: Sequence[Any], today: date) -> dict[int, dict[str, InForce]]:
    """By person's id and metric what holds today; `people` have id, job_role and manager_id. One statement.

    Metrics are in the order of their keys.
    """
    leads = sorted({person.manager_id for person in people if person.manager_id is not None})
    begun = newest_begun(versions_begun(today, leads), today)
    metrics = sorted({metric for metric, _, _ in begun})
    found: dict[int, dict[str, InForce]] = {}
    for person in people:
        held = ((metric, holds_for(begun, metric, person.job_role, person.manager_id)) for metric in metrics)
        found[person.id] = {metric: one for metric, one in held if one is not None}
    return found


def behaviour_key(behaviour_id: int) -> str:
    """The key of a behaviour's measure."""
    return f"{BEHAVIOUR}:{behaviour_id}"


def behaviour_id(metric: str) -> int | None:
    """The behaviour whose measure this is."""
    source, _, number = metric.partition(":")
    return int(number) if source == BEHAVIOUR and number.isdigit() else None


def current_behaviours() -> list[Any]:
    """The behaviours in use, by name: id, key, version_id, version, name, description, levels. One statement."""
    statement = (
        select(
            Behaviour.id,
            Behaviour.key,
            BehaviourVersion.id.label("version_id"),
            BehaviourVersion.version,
            BehaviourVersion.name,
            BehaviourVersion.description,
            BehaviourVersion.levels,
        )
        .join(BehaviourVersion, BehaviourVersion.behaviour_id == Behaviour.id)
        .where(BehaviourVersion.is_current, Behaviour.retired_at.is_(None))
        .order_by(BehaviourVersion.name, Behaviour.id)
    )
    return list(db.session.execute(statement))


def rubric_of(person: Any, today: date) -> list[Any]:
    """The behaviours that this person is observed on: those with a benchmark for them. Rows as `current_behaviours`.

    Two statements.
    """
    held = {behaviour_id(metric) for metric in in_force([person], today)[person.id]}
    return [behaviour for behaviour in current_behaviours() if behaviour.id in held]
