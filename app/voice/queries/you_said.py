"""What came of what people said: what was fixed, and what won't be, with the reason."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.core import tables
from app.core.db import db
from app.voice.models import Blocker, Process
from app.voice.queries import ranking
from app.voice.queries.ranking import DRIVER

FIXED, REFUSED = "fixed", "wont_fix"
_OWNER = aliased(Person)
_DAY: ColumnElement[Any] = func.coalesce(Blocker.fixed_on, Blocker.state_on)
_ID: Any = Blocker.__table__.c.id
_NEWEST = {"day": tables.Sort("Day", (_DAY, _ID))}


def listed(state: str, args: Mapping[str, str], size: int = 30) -> tables.Page:
    """What was fixed, or refused, the newest first: id, title, we_did, reason, votes, day, driver_id, process,
    owner. One statement."""
    columns = (
        Blocker.id,
        Blocker.title,
        Blocker.we_did,
        Blocker.reason,
        Blocker.votes,
        _DAY.label("day"),
        DRIVER.label("driver_id"),
        Process.name.label("process"),
        (_OWNER.given_name + " " + _OWNER.family_name).label("owner"),
    )
    statement = (
        ranking.joined(select(*columns).select_from(Blocker))
        .outerjoin(_OWNER, _OWNER.id == Blocker.owner_id)
        .where(Blocker.state == state, Blocker.merged_into_id.is_(None))
    )
    places = {name: args[name] for name in ("after", "before") if name in args}
    return tables.page(db.session(), statement, _NEWEST, {"sort": "-day", **places}, size)


def counts() -> dict[str, int]:
    """How many were fixed, and how many won't be. One statement."""
    statement = (
        select(Blocker.state, func.count().label("number"))
        .where(Blocker.state.in_([FIXED, REFUSED]), Blocker.merged_into_id.is_(None))
        .group_by(Blocker.state)
    )
    found = {row.state: row.number for row in db.session.execute(statement)}
    return {state: found.get(state, 0) for state in (FIXED, REFUSED)}
