"""Where people stand against the benchmarks that hold for them: the same lines for both sides of a talk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.accounts.models import Person
from app.coaching.models import Gap
from app.coaching.queries.benchmarks import behaviour_id, in_force
from app.coaching.queries.calibration import blocked_behaviours
from app.coaching.rules.benchmarks import InForce
from app.coaching.rules.gaps import Judgement, judge
from app.core import measures
from app.core.db import db
from app.core.measures import Known, Measure

_GAP = (Gap.id, Gap.person_id, Gap.metric, Gap.target, Gap.opened_on, Gap.coached_on, Gap.probability, Gap.n, Gap.value)


@dataclass(frozen=True)
class Line:
    """One measure of one person: what is asked, what is known, and what may be said of it."""

    measure: Measure
    held: InForce
    known: Known | None
    judgement: Judgement
    gap: Any = None  # columns of the open Gap, where there is one

    @property
    def is_gap(self) -> bool:
        """Likely below now; an open gap stays one until the benchmark is reached."""
        return self.judgement is Judgement.GAP or self.gap is not None


def standings(people: Sequence[Any], today: date) -> dict[int, list[Line]]:
    """Each person's lines, gaps first, else in the order of measures; `people` have id, job_role and manager_id.

    As many statements for one person as for a thousand: the benchmarks, the measures and where they come from.
    """
    held = in_force(people, today)
    named = measures.all_measures()
    ids = [person.id for person in people]
    keys = [key for key in named if any(key in held[one] for one in ids)]
    found = measures.known(keys, ids, today)
    gaps = {(row.person_id, row.metric): row for row in open_gaps(ids)}
    blocked = blocked_behaviours()

    def line(person: int, key: str) -> Line:
        one, known = held[person][key], found.get((person, key))
        judged = judge(known, one.target, blocked=behaviour_id(key) in blocked)
        return Line(named[key], one, known, judged, gaps.get((person, key)))

    lines = {person: [line(person, key) for key in keys if key in held[person]] for person in ids}
    return {person: sorted(found, key=lambda one: not one.is_gap) for person, found in lines.items()}


def standing_of(person: Any, today: date) -> list[Line]:
    """The lines of one person."""
    return standings([person], today)[person.id]


def open_gaps(people: Sequence[int]) -> list[Any]:
    """The open gaps of these people, oldest first. One statement."""
    statement = select(*_GAP).where(Gap.person_id.in_(people), Gap.closed_on.is_(None))
    return list(db.session.execute(statement.order_by(Gap.opened_on, Gap.id)))


def people_to_judge(after: int = 0, limit: int = 500) -> list[Any]:
    """The next active people by id: id, job_role, manager_id. One statement."""
    statement = select(Person.id, Person.job_role, Person.manager_id).where(Person.active, Person.id > after)
    return list(db.session.execute(statement.order_by(Person.id).limit(limit)))


def these_people(ids: Sequence[int]) -> list[Any]:
    """Those of these people who are active: id, job_role, manager_id. One statement."""
    statement = select(Person.id, Person.job_role, Person.manager_id).where(Person.active, Person.id.in_(ids))
    return list(db.session.execute(statement.order_by(Person.id)))
