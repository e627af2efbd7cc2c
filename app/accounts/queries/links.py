"""One-time links and what has become of them."""

import enum
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import aliased

from app.accounts.models import AccessLink, LinkPurpose, Person
from app.core.db import db


class LinkState(enum.StrEnum):
    OPEN = "open"
    UNKNOWN = "unknown"  # we never made it
    USED = "used"
    SUPERSEDED = "superseded"  # a newer one was sent
    EXPIRED = "expired"
    CLOSED = "closed"  # the person has left


def superseded() -> ColumnElement[bool]:
    """Whether a newer link of any purpose was made for the same person."""
    newer = aliased(AccessLink)
    return exists(select(newer.id).where(newer.person_id == AccessLink.person_id, newer.id > AccessLink.id))


def find_link(
    purpose: LinkPurpose, link_id: int | None, now: datetime
) -> tuple[LinkState, AccessLink | None, Person | None]:
    """The link, its person, and whether it can be used. One statement."""
    if link_id is None:
        return LinkState.UNKNOWN, None, None
    statement = (
        select(AccessLink, Person, superseded().label("superseded"))
        .join(Person, Person.id == AccessLink.person_id)
        .where(AccessLink.id == link_id, AccessLink.purpose == purpose)
    )
    row = db.session.execute(statement).one_or_none()
    if row is None:
        return LinkState.UNKNOWN, None, None
    link, person, newer = row
    if not person.active:
        state = LinkState.CLOSED
    elif link.used_at is not None:
        state = LinkState.USED
    elif newer:
        state = LinkState.SUPERSEDED
    elif link.expires_at <= now:
        state = LinkState.EXPIRED
    else:
        state = LinkState.OPEN
    return state, link, person


def has_open_link(person_id: int, now: datetime) -> bool:
    """Whether a link was sent to this person that still works."""
    statement = select(AccessLink.id).where(
        AccessLink.person_id == person_id, AccessLink.used_at.is_(None), AccessLink.expires_at > now
    )
    return db.session.scalar(statement.limit(1)) is not None
