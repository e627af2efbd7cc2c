"""What a session is prepared with: gaps, what the last one left, what customers said, what slices bring in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.accounts.models import Person
from app.coaching.models import Session
from app.coaching.queries import sessions
from app.coaching.queries.standing import Line, standing_of
from app.core import clock
from app.core.db import db
from app.core.matters import Matter, matters_of
from app.learning.queries import open_assignments
from app.nps.models import Response
from app.nps.queries.score_pages import newest_responses
from app.nps.queries.subjects import visible_responses

RESPONSES = 12  # looked through for good ones and others
SHOWN = 3  # of each


@dataclass(frozen=True)
class Agenda:
    """Filled in by itself; nobody has to look anything up before the talk."""

    lines: list[Line]
    last: Any  # the session held last, or None
    actions: Sequence[Any]  # open ones, and those that ended since
    good: list[Any]  # customers' responses
    other: list[Any]
    topics: Sequence[Any]
    matters: list[Matter]
    assignments: Sequence[Any]

    @property
    def gaps(self) -> list[Line]:
        return [line for line in self.lines if line.is_gap]


def agenda_of(session: Session, person: Person, viewer: Person, today: date) -> Agenda:
    """A fixed number of statements."""
    last = sessions.last_held(person.id, session)
    since = clock.today_in("", last.starts_at) if last else None
    responses = newest_responses(person.id, viewer, RESPONSES)
    return Agenda(
        lines=standing_of(person, today),
        last=last,
        actions=[one for one in sessions.actions_since(person.id, since) if one.session_id != session.id],
        good=[one for one in responses if one.score >= 9][:SHOWN],
        other=[one for one in responses if one.score <= 8][:SHOWN],
        topics=sessions.waiting_topics(person.id),
        matters=matters_of(person.id, today),
        assignments=open_assignments(person.id),
    )


def readable_responses(ids: Sequence[int], viewer: Person) -> Sequence[Any]:
    """Those of these responses that the viewer may read: id, score, responded_at, comment. One statement, or none."""
    if not ids:
        return []
    columns = (Response.id, Response.score, Response.responded_at, Response.comment)
    statement = select(*columns).where(Response.id.in_(ids), visible_responses(viewer))
    return db.session.execute(statement.order_by(Response.responded_at.desc(), Response.id)).all()
