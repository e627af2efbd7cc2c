"""How the outside world hears: rows written with the facts, sent after the commit, at least once.

A row is leased before it is sent, so that two workers never send it at the same moment; a worker that dies
lets its lease run out. The key is stable, so that a receiver can drop a repeat.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app
from sqlalchemy import JSON, ColumnElement, Index, String, Text, UniqueConstraint, and_, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import Base, db, insert_for
from app.core.registry import Registry

Sender = Callable[[Mapping[str, Any]], None]
LEASE = timedelta(minutes=2)
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)
logger = logging.getLogger(__name__)
_KEY = "uplift.senders"


class OutboxMessage(Base):
    """One thing to tell the outside world, kept until it was told."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        UniqueConstraint("kind", "key"),
        Index("ix_outbox_message_due", "sent_at", "available_at"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(200))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    available_at: Mapped[datetime]
    leased_until: Mapped[datetime | None] = mapped_column(default=None)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text, default=None)
    sent_at: Mapped[datetime | None] = mapped_column(default=None)


def enqueue(kind: str, key: str, payload: Mapping[str, Any], now: datetime) -> None:
    """Write a message into the present transaction. The same kind and key a second time changes nothing."""
    statement = insert_for(OutboxMessage).values(
        kind=kind, key=key, payload=dict(payload), created_at=now, available_at=now, attempts=0
    )
    db.session.execute(statement.on_conflict_do_nothing(index_elements=["kind", "key"]))


def register_sender(app: Flask, kind: str, sender: Sender) -> None:
    """Let `sender(payload)` deliver messages of this kind; it raises when it could not."""
    senders: Registry[Sender] = app.extensions[_KEY]
    senders.add(kind, sender)


def wait_after(attempts: int) -> timedelta:
    """How long to wait after the n-th failure: doubling from 30 seconds up to six hours."""
    doublings = min(max(attempts - 1, 0), 20)  # far beyond the longest wait; without it the product overflows one day
    return min(FIRST_WAIT * 2**doublings, LONGEST_WAIT)


def drain(limit: int = 100) -> int:
    """Send what is due, each message in its own transaction. Returns how many were sent."""
    sent = 0
    for _ in range(limit):
        message = _lease_next(clock.now())
        if message is None:
            break
        sent += _send(message)
    return sent


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(
        OutboxMessage.sent_at.is_(None),
        OutboxMessage.available_at <= now,
        or_(OutboxMessage.leased_until.is_(None), OutboxMessage.leased_until <= now),
    )


def _lease_next(now: datetime) -> OutboxMessage | None:
    candidate = (
        select(OutboxMessage.id)
        .where(_due(now))
        .order_by(OutboxMessage.available_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    leased = update(OutboxMessage).where(OutboxMessage.id == candidate, _due(now)).values(leased_until=now + LEASE)
    message_id = db.session.execute(leased.returning(OutboxMessage.id)).scalar_one_or_none()
    db.session.commit()
    return None if message_id is None else db.session.get(OutboxMessage, message_id)


def _send(message: OutboxMessage) -> bool:
    senders: Registry[Sender] = current_app.extensions[_KEY]
    kind, payload = message.kind, message.payload
    db.session.commit()  # however long the outside world takes, nobody waits for this transaction
    try:
        senders.get(kind)(payload)
    except Exception as error:
        # Whatever the outside world answers, the message stays and says why.
        db.session.rollback()
        logger.warning("outbox message %s of kind %s was not sent: %s", message.id, kind, type(error).__name__)
        message.attempts += 1
        message.last_error = f"{type(error).__name__}: {error}"[:2000]
        message.available_at = clock.now() + wait_after(message.attempts)
        message.leased_until = None
        db.session.commit()
        return False
    message.attempts += 1
    message.last_error = None
    message.sent_at = clock.now()
    message.leased_until = None
    db.session.commit()
    return True


def init_app(app: Flask) -> None:
    app.extensions[_KEY] = Registry[Sender]("outbox sender")
