"""A customer asks to be forgotten: what they are called and what they wrote goes, how they scored stays."""

from datetime import datetime

from sqlalchemy import delete, select, update

from app.core import bus
from app.core.db import db
from app.events import ResponsesRecorded
from app.nps.models import CustomerContact, CustomerErasure, Response, ResponseVersion
from app.nps.operations.recording import FEW
from app.nps.operations.tallies import lock_responses
from app.nps.operations.vocabulary import chunks
from app.nps.rules.folding import customer_key

_FORGOTTEN = {"customer_key": None, "comment": None, "sentiment": None}


def erase_customer(key: str, by_id: int | None, now: datetime) -> int:
    """Forget a customer: contact, key and comments, in earlier versions too. How many responses were theirs.

    Scores and labels stay, so that no figure changes. That it was done is kept, but not for whom; `by_id` is None on
    the command line. Responses that come in later under the same key are new ones.
    """
    lock_responses()
    key = customer_key(key)
    contact = db.session.execute(
        delete(CustomerContact).where(CustomerContact.customer_key == key).returning(CustomerContact.customer_key)
    ).scalar_one_or_none()
    ids = list(db.session.scalars(select(Response.id).where(Response.customer_key == key).order_by(Response.id)))
    for chunk in chunks(ids):
        forgetting = update(Response).where(Response.id.in_(chunk)).values(**_FORGOTTEN, erased_at=now)
        db.session.execute(forgetting.execution_options(synchronize_session=False))
    earlier = _forget_versions(key, ids)
    if contact or ids or earlier:
        db.session.add(CustomerErasure(erased_at=now, erased_by_id=by_id, responses=len(ids)))
    db.session.flush()
    db.session.expire_all()
    if ids:
        bus.publish(ResponsesRecorded(tuple(ids) if len(ids) <= FEW else (), now))
    return len(ids)


def _forget_versions(key: str, response_ids: list[int]) -> int:
    """Of these responses, and of those that belonged to the customer until they were corrected. How many."""
    of_key = ResponseVersion.content["customer_key"].as_string() == key
    found = list(db.session.scalars(select(ResponseVersion).where(of_key)))
    for chunk in chunks(response_ids):
        found += db.session.scalars(select(ResponseVersion).where(ResponseVersion.response_id.in_(chunk)))
    for version in found:
        version.comment = None
        version.content = {**version.content, "customer_key": None}
    db.session.flush()
    return len(found)
