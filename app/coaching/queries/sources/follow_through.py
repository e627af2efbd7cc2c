"""Whether what was agreed is done by its day, as a measure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, case, func, or_, select

from app.coaching.models import Action
from app.core.db import db
from app.core.estimates import Tally, known_of
from app.core.measures import Cell, Day, Known, Measure

WINDOW = timedelta(days=365)
KEY = "follow-through"
ENOUGH = 3  # actions that were due before anybody judges
NEWEST = 3000  # actions of all people, that one person's are seen among
USUAL = 2500.0  # variance of a single action's 0 or 100 where half are done in time


class FollowThrough:
    """Share of a person's own actions done by their day; a core.measures.MeasureSource."""

    def measures(self) -> Sequence[Measure]:
        return [Measure(KEY, "Actions done in time", "%", 0, 100)]

    def known(self, keys: Sequence[str], people: Sequence[int], today: date) -> Mapping[Cell, Known]:
        """Two statements."""
        first = today - WINDOW
        own = _tallies(first, today, Action.owner_id.in_(people))
        newest = select(Action.id).where(*_due(first, today)).order_by(Action.id.desc()).limit(NEWEST)
        others = _tallies(first, today, Action.id.in_(newest))
        found = known_of(own, others, USUAL, ENOUGH)
        return {(person, KEY): known for person, known in found.items()}

    def days(self, keys: Sequence[str], people: Sequence[int], first: date, last: date) -> Mapping[Cell, list[Day]]:
        """One statement."""
        by = (Action.owner_id, Action.due_on)
        statement = select(*by, func.count(), _in_time()).where(*_due(first, last), Action.owner_id.in_(people))
        found: dict[Cell, list[Day]] = defaultdict(list)
        for person, day, n, done in db.session.execute(statement.group_by(*by).order_by(Action.due_on)):
            found[person, KEY].append(Day(day, n, 100.0 * done, 100.0**2 * done))
        return found


def _in_time() -> Any:
    kept = and_(Action.state == "done", Action.closed_on <= Action.due_on)
    return func.sum(case((kept, 1), else_=0))


def _due(first: date, last: date) -> tuple[Any, ...]:
    """Actions of the one coached that were due, or done before they were; what was dropped is not counted."""
    ended = or_(Action.due_on < last, Action.state == "done")
    return (Action.owner_id == Action.person_id, Action.state != "dropped", Action.due_on >= first, ended)


def _tallies(first: date, last: date, *conditions: Any) -> dict[int, Tally]:
    statement = select(Action.owner_id, func.count(), _in_time()).where(*_due(first, last), *conditions)
    rows = db.session.execute(statement.group_by(Action.owner_id))
    return {person: Tally(n, 100.0 * done, 100.0**2 * done) for person, n, done in rows}
