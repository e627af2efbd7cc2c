"""The behaviours of the rubric as measures: levels that supervisors and peers observed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from app.coaching.models import LEVELS, Behaviour, BehaviourVersion, Observation, ObservedLevel
from app.coaching.queries.benchmarks import behaviour_id, behaviour_key
from app.coaching.queries.observations import counting
from app.core.db import db
from app.core.estimates import Tally, known_of
from app.core.measures import Cell, Day, Known, Measure

WINDOW = timedelta(days=180)  # that what someone does today is known from
ENOUGH = 3  # observations before anybody judges
USUAL = 0.64  # variance of one person's levels before any are known: 0.8 levels up or down
NEWEST = 2000  # observations of all people, that one person is seen among
_SUMS = (func.count(), func.sum(ObservedLevel.level), func.sum(ObservedLevel.level * ObservedLevel.level))


class Behaviours:
    """A core.measures.MeasureSource."""

    def measures(self) -> Sequence[Measure]:
        statement = (
            select(Behaviour.id, BehaviourVersion.name)
            .join(BehaviourVersion, BehaviourVersion.behaviour_id == Behaviour.id)
            .where(BehaviourVersion.is_current, Behaviour.retired_at.is_(None))
            .order_by(BehaviourVersion.name, Behaviour.id)
        )
        return [
            Measure(behaviour_key(row.id), row.name, "levels", 1, LEVELS, decimals=1)
            for row in db.session.execute(statement)
        ]

    def known(self, keys: Sequence[str], people: Sequence[int], today: date) -> Mapping[Cell, Known]:
        """Two statements: these people, and those they are seen among."""
        ids = [number for key in keys if (number := behaviour_id(key)) is not None]
        newest = (
            select(Observation.id)
            .where(counting(), Observation.observed_on.between(today - WINDOW, today))
            .order_by(Observation.observed_on.desc(), Observation.id.desc())
            .limit(NEWEST)
        )
        others = _tallies(ids, ObservedLevel.observation_id.in_(newest))
        within = Observation.observed_on.between(today - WINDOW, today)
        own = _tallies(ids, Observation.person_id.in_(people), within, counting())
        return {
            (person, behaviour_key(number)): known
            for number in ids
            for person, known in known_of(own[number], others[number], USUAL, ENOUGH).items()
        }

    def days(self, keys: Sequence[str], people: Sequence[int], first: date, last: date) -> Mapping[Cell, list[Day]]:
        """One statement."""
        ids = [number for key in keys if (number := behaviour_id(key)) is not None]
        by = (Observation.person_id, ObservedLevel.behaviour_id, Observation.observed_on)
        statement = (
            select(*by, *_SUMS)
            .join(Observation, Observation.id == ObservedLevel.observation_id)
            .where(ObservedLevel.behaviour_id.in_(ids), Observation.person_id.in_(people), counting())
            .where(Observation.observed_on.between(first, last))
            .group_by(*by)
            .order_by(Observation.observed_on)
        )
        found: dict[Cell, list[Day]] = defaultdict(list)
        for person, number, day, n, total, squares in db.session.execute(statement):
            found[person, behaviour_key(number)].append(Day(day, n, float(total), float(squares)))
        return found


def _tallies(ids: Sequence[int], *conditions: Any) -> dict[int, dict[int, Tally]]:
    """By behaviour and person."""
    by = (ObservedLevel.behaviour_id, Observation.person_id)
    statement = (
        select(*by, *_SUMS)
        .join(Observation, Observation.id == ObservedLevel.observation_id)
        .where(ObservedLevel.behaviour_id.in_(ids), *conditions)
        .group_by(*by)
    )
    found: dict[int, dict[int, Tally]] = {number: {} for number in ids}
    for number, person, n, total, squares in db.session.execute(statement):
        found[number][person] = Tally(n, float(total), float(squares))
    return found
