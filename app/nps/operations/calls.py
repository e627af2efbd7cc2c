"""A call with an idempotency key is carried out once; the same call again gets the same answer."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from app.core.db import db, insert_for
from app.nps.models import ApiCall

KEPT_FOR = timedelta(days=30)


def claim(token_id: int, key: str, digest: str, now: datetime) -> ApiCall | None:
    """Take the key for a call that is about to be carried out. Returns the call that had it before, if any.

    Whoever comes second with a key waits here until the first call is either answered or undone: its row is
    written first, in the transaction that carries the call out.
    """
    statement = insert_for(ApiCall).values(
        token_id=token_id, key=key, digest=digest, status=0, answer={}, answered_at=now
    )
    taken = statement.on_conflict_do_nothing(index_elements=["token_id", "key"]).returning(ApiCall.key)
    if db.session.execute(taken).one_or_none() is not None:
        return None
    return db.session.scalars(select(ApiCall).where(ApiCall.token_id == token_id, ApiCall.key == key)).one()


def keep_answer(token_id: int, key: str, status: int, answer: Mapping[str, Any]) -> None:
    """What the claimed call is answered, now and whenever it comes again."""
    call = db.session.get_one(ApiCall, (token_id, key))
    call.status, call.answer = status, dict(answer)
    db.session.flush()


def forget_calls(now: datetime) -> int:
    """Delete the calls that were answered more than 30 days ago. How many there were."""
    old = delete(ApiCall).where(ApiCall.answered_at < now - KEPT_FOR)
    return len(db.session.execute(old.returning(ApiCall.token_id)).all())
