"""The score of blockers as an expression to sort by, and where each of them stands among all that are open."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Float, Select, and_, case, cast, func, literal, select

from app.core.db import db
from app.voice.models import Blocker, DriverWeight, Process
from app.voice.rules import ranking
from app.voice.rules.ranking import Load, Place, Weights

OPEN = ("new", "understood", "planned", "in_progress")
# What a blocker touches is said of itself, or follows from its process.
DRIVER: ColumnElement[int | None] = func.coalesce(Blocker.driver_id, Process.driver_id)
ON_THE_BOARD = and_(Blocker.state != "draft", Blocker.merged_into_id.is_(None))
IS_OPEN = and_(Blocker.state.in_(OPEN), Blocker.merged_into_id.is_(None))


def weights() -> Weights:
    """What each customer driver weighs, as worked out last night. One statement."""
    rows = db.session.execute(select(DriverWeight.driver_id, DriverWeight.weight, DriverWeight.low, DriverWeight.high))
    return ranking.weights_of({row.driver_id: (row.weight, row.low, row.high) for row in rows})


def joined(statement: Any) -> Select[Any]:
    """The statement over blockers with what DRIVER and `score` need beside them."""
    found: Select[Any] = statement.outerjoin(Process, Process.id == Blocker.process_id)
    return found


def score(known: Weights) -> ColumnElement[float]:
    """What rules.ranking.score gives, of a statement that is `joined`."""
    often = case(ranking.OCCURRENCES, value=Blocker.frequency, else_=0.0)
    weight: ColumnElement[Any] = literal(known.average, Float)
    if known.known:
        weight = case({driver: one.value for driver, one in known.known.items()}, value=DRIVER, else_=known.average)
    return cast(Blocker.votes + 1, Float) * cast(often, Float) * cast(weight, Float)


def load_of(row: Any) -> Load:
    """Of a row that has votes, frequency and driver_id."""
    return Load(row.votes + 1, row.frequency, row.driver_id)


def places(rows: Iterable[Any], known: Weights) -> dict[int, Place]:
    """Where the open ones of these rows (id, state, votes, frequency, driver_id) stand. One statement."""
    wanted = [row for row in rows if row.state in OPEN]
    if not wanted:
        return {}
    found = ranking.places([load_of(row) for row in wanted], _all_loads(), known)
    return {row.id: place for row, place in zip(wanted, found, strict=True)}


def _all_loads() -> dict[Load, int]:
    """How many open blockers there are of each load: far fewer rows than blockers."""
    columns = (Blocker.votes, Blocker.frequency, DRIVER.label("driver_id"))
    statement = joined(select(*columns, func.count().label("number")).select_from(Blocker))
    grouped = statement.where(IS_OPEN).group_by(Blocker.votes, Blocker.frequency, DRIVER)
    return {load_of(row): row.number for row in db.session.execute(grouped)}
