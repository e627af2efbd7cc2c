"""Conditions on responses, put so that the newest that fit are found quickly whether few fit or many."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, case

from app.core.db import db
from app.nps.models import Response
from app.nps.queries import counts
from app.nps.queries.subjects import Kind, Subject
from app.nps.rules import Period
from app.nps.rules.dimensions import FIXED

MANY = 20_000  # responses; of more it is quicker to walk through the newest than to collect all that fit
_DAY = timedelta(days=1)
Part = tuple[int | None, ColumnElement[bool]]  # how many responses fit, where it is known and an index finds them


def within(period: Period) -> ColumnElement[bool]:
    """The response's day lies in the period.

    Also on the moment, which is what the indexes hold; a day begins at another moment in each time zone.
    """
    first, last = _midnight(period.first - _DAY), _midnight(period.last + 2 * _DAY)
    return and_(Response.responded_at.between(first, last), Response.day.between(period.first, period.last))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def size(subject: Subject, period: Period) -> int | None:
    """How many responses count for a subject that an index knows; None where none does. At most one statement."""
    if subject.kind is Kind.PERSON:
        return 0  # the index has them in the order of time
    if subject.kind is Kind.PEOPLE or (subject.kind is Kind.LABEL and subject.dimension not in FIXED):
        return counts.total(subject, period).n
    return None


def all_of(parts: Sequence[Part]) -> Iterator[ColumnElement[bool]]:
    """The conditions, of which the database begins with the one that the fewest fit, or else with the newest responses.

    PostgreSQL knows for itself how many fit. SQLite does not: it would rather collect and sort a million responses of a
    department than walk through the newest until there are fifty.
    """
    if db.engine.dialect.name == "postgresql":
        yield from (condition for _, condition in parts)
        return
    fewest = min((fit for fit, _ in parts if fit is not None and fit <= MANY), default=None)
    for fit, condition in parts:
        begins = fit is not None and fit == fewest
        yield condition if begins else case((condition, 1), else_=0) == 1  # no index knows the answer of a CASE
