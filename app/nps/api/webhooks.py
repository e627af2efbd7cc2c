"""POST /api/nps/webhooks/<source>: a system that can't call with a token signs what it sends."""

from typing import Any

from flask import Response, jsonify, request

from app.core import clock
from app.core.db import db
from app.nps.api import carrying_out, reading
from app.nps.api.access import stranger
from app.nps.api.shapes import MessageEnvelope
from app.nps.api.signatures import NO_MATCH, NotSigned, verify
from app.nps.api.throttle import throttle
from app.nps.api.web import api
from app.nps.operations import deliveries
from app.nps.operations.tokens import webhook_secret
from app.nps.queries.sources import sender_called

CHALLENGE = "Webhook-Signature"


@api.post("/nps/webhooks/<text:slug>")
def take_message(slug: str) -> Response:
    """All or nothing. A refused message leaves no trace, so that the sender's next try can pass."""
    source_id, message_id = _require_signature(slug)
    rows, scale = _read(reading.parsed(reading.body()))
    now = clock.now()
    deliveries.take(source_id, message_id, now)
    answer = carrying_out.record_rows(source_id, rows, scale, now, per_row=False)
    db.session.commit()
    return jsonify(answer)


def _require_signature(slug: str) -> tuple[int, str]:
    """The source that signed this, and the message's id. Raises Problem (401 or 429), the same for no such source."""
    sender = sender_called(slug)
    # A source that is not there has no secret; one that nobody knows keeps the answer and its time the same.
    secret = webhook_secret(sender.source_id, sender.secret_epoch) if sender else webhook_secret(0, 0)
    try:
        message_id = verify(secret, request.headers, request.get_data(), clock.now())
    except NotSigned as refusal:
        raise stranger(str(refusal), CHALLENGE) from None
    if sender is None:
        raise stranger(NO_MATCH, CHALLENGE)
    throttle().count("webhook", sender.source_id)
    return sender.source_id, message_id


def _read(value: Any) -> tuple[list[reading.Row], str | None]:
    """One response, or an object that holds several."""
    if isinstance(value, dict) and "responses" in value:
        message = reading.shaped(MessageEnvelope, value)
        return reading.rows(message.responses), message.driver_scale
    return reading.one(value), None
