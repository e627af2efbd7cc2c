"""What the pages of the rubric show: behaviours out of use, the history of one, and who is asked for what."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import Person
from app.coaching.models import Behaviour, BehaviourVersion, Observation, ObservedLevel
from app.core.db import db


@dataclass(frozen=True)
class History:
    """The versions of one behaviour, newest first: columns of each, its author's names, and `scored`."""

    versions: list[Any]

    @property
    def current(self) -> Any:
        return self.versions[0]

    @property
    def scored(self) -> int:
        """How many observations were scored with any of them."""
        return sum(version.scored for version in self.versions)


def find_behaviour(behaviour_id: int) -> Behaviour | None:
    """In use or retired. One statement."""
    return db.session.get(Behaviour, behaviour_id)


def retired_behaviours() -> list[Any]:
    """By name: id, name, retired_at. One statement."""
    statement = (
        select(Behaviour.id, BehaviourVersion.name, Behaviour.retired_at)
        .join(BehaviourVersion, BehaviourVersion.behaviour_id == Behaviour.id)
        .where(BehaviourVersion.is_current, Behaviour.retired_at.is_not(None))
        .order_by(BehaviourVersion.name, Behaviour.id)
    )
    return list(db.session.execute(statement))


def history_of(behaviour_id: int) -> History:
    """Every version, with the number of kept observations that were scored with it. Two statements."""
    counts = (
        select(ObservedLevel.version_id, func.count().label("scored"))
        .join(Observation, Observation.id == ObservedLevel.observation_id)
        .where(ObservedLevel.behaviour_id == behaviour_id, Observation.state == "kept")
        .group_by(ObservedLevel.version_id)
    )
    scored = {row.version_id: row.scored for row in db.session.execute(counts)}
    statement = (
        select(
            BehaviourVersion.id,
            BehaviourVersion.version,
            BehaviourVersion.name,
            BehaviourVersion.description,
            BehaviourVersion.levels,
            BehaviourVersion.written_at,
            Person.given_name,
            Person.family_name,
        )
        .outerjoin(Person, Person.id == BehaviourVersion.written_by_id)
        .where(BehaviourVersion.behaviour_id == behaviour_id)
        .order_by(BehaviourVersion.version.desc())
    )
    return History([Written(*row, scored=scored.get(row.id, 0)) for row in db.session.execute(statement)])


@dataclass(frozen=True)
class Written:
    """One version of a behaviour; its author is unknown for what a command wrote."""

    id: int
    version: int
    name: str
    description: str
    levels: list[str]
    written_at: Any
    given_name: str | None
    family_name: str | None
    scored: int
