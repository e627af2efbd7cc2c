"""What waits too long: blockers without a word from anyone who could fix them, and those whose day went by."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.core import tables
from app.core.db import db
from app.voice.models import Blocker, Process
from app.voice.queries import ranking
from app.voice.queries.board import silo
from app.voice.queries.home import UNANSWERED_DAYS
from app.voice.queries.ranking import IS_OPEN

UNANSWERED, LATE = "unanswered", "late"
_OWNER = aliased(Person)
_COLUMN: Any = Blocker.__table__.c
_SORTS = {
    UNANSWERED: tables.Sort("Reported", (_COLUMN.reported_on, _COLUMN.id)),
    LATE: tables.Sort("Target day", (_COLUMN.target_on, _COLUMN.id)),
}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many nobody answered in time, and how many are past their target day."""

    unanswered: int
    late: int


def _is(which: str, today: date) -> ColumnElement[bool]:
    if which == LATE:
        return and_(IS_OPEN, Blocker.target_on < today)
    since = today - timedelta(days=UNANSWERED_DAYS)
    waits = and_(Blocker.state == "new", Blocker.answered_on.is_(None), Blocker.reported_on < since)
    return and_(waits, Blocker.merged_into_id.is_(None))


def counts(today: date) -> Counts:
    """One statement."""
    unanswered, late = (func.count(Blocker.id).filter(_is(which, today)) for which in (UNANSWERED, LATE))
    row = db.session.execute(select(unanswered.label("unanswered"), late.label("late")).where(IS_OPEN)).one()
    return Counts(row.unanswered, row.late)


def _statement(which: str, today: date) -> Select[Any]:
    columns = (
        Blocker.id,
        Blocker.title,
        Blocker.state,
        Blocker.frequency,
        Blocker.votes,
        Blocker.reported_on,
        Blocker.target_on,
        Process.name.label("process"),
        silo.label("silo"),
        (_OWNER.given_name + " " + _OWNER.family_name).label("owner"),
    )
    statement = ranking.joined(select(*columns).select_from(Blocker))
    return statement.outerjoin(_OWNER, _OWNER.id == Blocker.owner_id).where(_is(which, today))


def listed(which: str, today: date, args: Mapping[str, str], size: int = 50) -> tables.Page:
    """One page of those that wait, the longest first. One statement."""
    places = {name: args[name] for name in ("after", "before") if name in args}
    return tables.page(db.session(), _statement(which, today), {which: _SORTS[which]}, places, size)


def everything(which: str, today: date) -> Iterator[Any]:
    """All of them, for a file."""
    return tables.in_batches(db.session(), _statement(which, today), _SORTS[which])
