"""Comments that can be shown to a whole team or office: without names, newest first."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, union_all
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.core.db import db
from app.nps.models import CustomerContact, Label, Response
from app.nps.queries.subjects import Subject, in_period, of_subject, visible_responses
from app.nps.rules import Period
from app.nps.rules.quoting import parts_of, without_names

SHORTEST, LONGEST = 20, 400  # characters: a comment that says something, and that is read in passing


class Tone(enum.Enum):
    """Who says it."""

    PRAISE = "promoters"
    CONCERN = "passives and detractors"


@dataclass(frozen=True)
class Quote:
    """A comment with what may be told of it. It is customers' text: escape it."""

    id: int
    text: str
    touchpoint: str
    day: date
    score: int


def quotes(subject: Subject, viewer: Person, period: Period, tones: Sequence[Tone], limit: int) -> list[list[Quote]]:
    """The newest comments of each tone in a period, of those that the viewer may read. A statement a tone, and one.

    Comments that are very short or long are left out. What names the customer, whoever served or a colleague of theirs,
    and addresses and numbers, are masked.
    """
    found = [db.session.execute(_newest(subject, viewer, period, tone, limit)).all() for tone in tones]
    rows = [row for group in found for row in group]
    names = parts_of(db.session.scalars(_names(rows))) if rows else frozenset()
    return [[_quote(row, names) for row in group] for group in found]


def _newest(subject: Subject, viewer: Person, period: Period, tone: Tone, limit: int) -> Any:
    touchpoint = aliased(Label)
    length = func.length(Response.comment)
    # Both moments and days: the index knows moments, and a day begins at another moment in each time zone.
    first = datetime.combine(period.first - timedelta(days=1), time(), UTC)
    last = datetime.combine(period.last + timedelta(days=2), time(), UTC)
    return (
        select(
            Response.id,
            Response.comment,
            Response.day,
            Response.score,
            Response.person_id,
            Response.customer_key,
            touchpoint.name.label("touchpoint"),
        )
        .outerjoin(touchpoint, touchpoint.id == Response.touchpoint_id)
        .where(
            of_subject(subject),
            visible_responses(viewer),
            Response.comment.is_not(None),
            length.between(SHORTEST, LONGEST),
            _said_by(tone),
            Response.responded_at.between(first, last),
            in_period(period.first, period.last),
        )
        .order_by(Response.responded_at.desc(), Response.id.desc())
        .limit(limit)
    )


def _said_by(tone: Tone) -> ColumnElement[bool]:
    return Response.score >= 9 if tone is Tone.PRAISE else Response.score <= 8


def _names(rows: Sequence[Any]) -> Any:
    """Full names of those who may be meant: who served, who has the same supervisor, the supervisor, the customer."""
    served = [row.person_id for row in rows if row.person_id is not None]
    customers = [row.customer_key for row in rows if row.customer_key is not None]
    above = aliased(Person)
    supervisors = select(above.manager_id).where(above.id.in_(served), above.manager_id.is_not(None))
    colleagues = select((Person.given_name + " " + Person.family_name).label("name")).where(
        or_(Person.id.in_(served), Person.manager_id.in_(supervisors), Person.id.in_(supervisors))
    )
    contacts = select(CustomerContact.name).where(CustomerContact.customer_key.in_(customers))
    return union_all(colleagues, contacts)


def _quote(row: Any, names: frozenset[str]) -> Quote:
    return Quote(row.id, without_names(row.comment, names), row.touchpoint or "", row.day, row.score)
