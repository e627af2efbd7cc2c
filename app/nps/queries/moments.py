"""A period as a condition that the indexes of responses know."""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_

from app.nps.models import Response
from app.nps.rules import Period

_DAY = timedelta(days=1)


def within(period: Period) -> ColumnElement[bool]:
    """Condition on Response: its day lies in the period.

    Also on the moment, which is what the indexes hold; a day begins at another moment in each time zone.
    """
    first, last = _midnight(period.first - _DAY), _midnight(period.last + 2 * _DAY)
    return and_(Response.responded_at.between(first, last), Response.day.between(period.first, period.last))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
