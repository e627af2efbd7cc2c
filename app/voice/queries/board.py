"""The board as a list: what fits a sentence, in one of some orders."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.core import search, tables
from app.core.db import db
from app.nps.models import Driver
from app.voice.models import STATES, Blocker, Process
from app.voice.queries import ranking
from app.voice.queries.ranking import DRIVER, IS_OPEN, ON_THE_BOARD
from app.voice.rules.ranking import Weights

ALL = "all"
_OWNER, _SELF = aliased(Person), Blocker.__table__.c
silo: ColumnElement[str] = case((Blocker.silo != "", Blocker.silo), else_=func.coalesce(Process.silo, ""))
_UNANSWERED_FIRST = case((and_(Blocker.state == "new", Blocker.answered_on.is_(None)), 0), else_=1)


@dataclass(frozen=True)
class Wanted:
    """Which blockers: in a state ("" those that are open, ALL every one), of a process, for a part of the company."""

    state: str = ""
    process_id: int | None = None
    silo: str = ""
    mine: bool = False
    words: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether anything is asked for but what everybody sees first."""
        return self != Wanted()


def sorts(known: Weights) -> dict[str, tables.Sort]:
    """The orders of the board, by name; the first is the usual one. Those of more first are named with a minus."""
    _id: Any = _SELF.id
    return {
        "rank": tables.Sort("Place", (-ranking.score(known), _id)),
        "reported": tables.Sort("Reported", (_SELF.reported_on, _id)),
        "met": tables.Sort("Reach", (_SELF.votes, _id)),
        "waiting": tables.Sort("Longest without an answer", (_UNANSWERED_FIRST, _SELF.reported_on, _id)),
    }


def conditions(wanted: Wanted, viewer_id: int) -> list[ColumnElement[bool]]:
    """What a blocker must be, in a statement with its process beside it."""
    found = [ON_THE_BOARD]
    if wanted.state in STATES:
        found.append(Blocker.state == wanted.state)
    elif wanted.state != ALL:
        found.append(IS_OPEN)
    if wanted.process_id is not None:
        found.append(Blocker.process_id == wanted.process_id)
    if wanted.silo:
        found.append(silo == wanted.silo)
    if wanted.mine:
        found.append(Blocker.owner_id == viewer_id)
    if wanted.words:
        refs = search.matching("blocker", wanted.words).subquery()
        found.append(cast(Blocker.id, String).in_(select(refs.c.ref)))
    return found


def _statement(wanted: Wanted, viewer_id: int) -> Select[Any]:
    columns = (
        Blocker.id,
        Blocker.title,
        Blocker.frequency,
        Blocker.votes,
        Blocker.state,
        Blocker.target_on,
        Blocker.reported_on,
        Blocker.answered_on,
        Process.name.label("process"),
        silo.label("silo"),
        DRIVER.label("driver_id"),
        Driver.name.label("driver"),
        (_OWNER.given_name + " " + _OWNER.family_name).label("owner"),
        func.coalesce(Blocker.reporter_id == viewer_id, False).label("own"),
    )
    statement = ranking.joined(select(*columns).select_from(Blocker)).outerjoin(_OWNER, _OWNER.id == Blocker.owner_id)
    return statement.outerjoin(Driver, Driver.id == DRIVER).where(*conditions(wanted, viewer_id))


def listed(wanted: Wanted, viewer_id: int, known: Weights, args: Mapping[str, str], size: int = 50) -> tables.Page:
    """One page of the board; `own` says whether the one who looks reported it by name. One statement."""
    return tables.page(db.session(), _statement(wanted, viewer_id), sorts(known), args, size)


def everything(wanted: Wanted, viewer_id: int, known: Weights, sort: str) -> Iterator[Any]:
    """All rows of the list in its order (a name of `sorts`, with a minus where it goes down), for a file."""
    statement, args = _statement(wanted, viewer_id), {"sort": sort}
    while True:
        batch = tables.page(db.session(), statement, sorts(known), args, 500)
        yield from batch.rows
        if batch.next_cursor is None:
            return
        args["after"] = batch.next_cursor


def count(wanted: Wanted, viewer_id: int) -> int:
    """How many fit. One statement."""
    statement = ranking.joined(select(func.count()).select_from(Blocker)).where(*conditions(wanted, viewer_id))
    found: int = db.session.execute(statement).scalar_one()
    return found


def drafts(person_id: int) -> int:
    """How many drafts wait for this person. One statement."""
    statement = select(func.count()).select_from(Blocker)
    mine = statement.where(Blocker.reporter_id == person_id, Blocker.state == "draft")
    return db.session.execute(mine).scalar_one()


def heaviest(known: Weights, most: int) -> Sequence[Any]:
    """The open ones that weigh most: id, title, state, votes, frequency, driver_id. One statement."""
    columns = (Blocker.id, Blocker.title, Blocker.state, Blocker.votes, Blocker.frequency, DRIVER.label("driver_id"))
    statement = ranking.joined(select(*columns).select_from(Blocker)).where(IS_OPEN)
    return db.session.execute(statement.order_by(ranking.score(known).desc(), Blocker.id).limit(most)).all()
