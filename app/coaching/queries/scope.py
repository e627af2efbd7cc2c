"""Whose records of coaching someone may see, as a condition in the statement."""

from typing import Any

from sqlalchemy import ColumnElement, or_

from app.accounts.models import Person
from app.accounts.queries import everyone_below


def records_seen_by(viewer: Person, whose: Any, author: Any = None) -> ColumnElement[bool]:
    """Condition on the column of the one coached (and of the author): one's own, one's people's, one's own writing.

    It asks who reports to whom today: a former supervisor keeps what they wrote and sees nothing of what came later.
    """
    conditions = [whose == viewer.id, whose.in_(everyone_below(viewer.id))]
    if author is not None:
        conditions.append(author == viewer.id)
    return or_(*conditions)
