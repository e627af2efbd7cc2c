"""A webhook's message is taken once: the same id again is a replay."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from app.core.db import db, insert_for
from app.core.errors import Conflict
from app.nps.models import WebhookDelivery

KEPT_FOR = timedelta(days=30)


def take(source_id: int, message_id: str, now: datetime) -> None:
    """Note a message before what it says is recorded, in the same transaction: one that is refused may come again.

    Raises Conflict when it was taken before.
    """
    statement = insert_for(WebhookDelivery).values(source_id=source_id, message_id=message_id, received_at=now)
    noted = statement.on_conflict_do_nothing(index_elements=["source_id", "message_id"])
    if db.session.execute(noted.returning(WebhookDelivery.message_id)).one_or_none() is None:
        raise Conflict("A message with this webhook-id was taken before. Nothing was changed.")


def forget_deliveries(now: datetime) -> int:
    """Delete what was noted more than 30 days ago: senders have long given up repeating it. How many there were."""
    old = delete(WebhookDelivery).where(WebhookDelivery.received_at < now - KEPT_FOR)
    return len(db.session.execute(old.returning(WebhookDelivery.source_id)).all())
