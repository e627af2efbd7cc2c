"""Signatures of webhooks, by the Standard Webhooks specification (github.com/standard-webhooks/standard-webhooks)."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

from werkzeug.datastructures import Headers

TOLERANCE = timedelta(minutes=5)
LONGEST_ID = 200
HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
NO_MATCH = "None of the signatures is that of this message by the secret of this source."


class NotSigned(Exception):
    """Why a message is not believed, in a sentence."""


def verify(secret: str, headers: Headers, body: bytes, now: datetime) -> str:
    """The id of a message that this secret signed within five minutes of `now`. Raises NotSigned."""
    message_id, timestamp, signatures = (headers.get(name, "") for name in HEADERS)
    if not (message_id and timestamp and signatures):
        raise NotSigned(f"The headers {', '.join(HEADERS)} are needed, all three.")
    if len(message_id) > LONGEST_ID or not message_id.isascii():
        raise NotSigned(f"The webhook-id is not up to {LONGEST_ID} plain characters.")
    if not timestamp.isascii() or not timestamp.isdecimal() or len(timestamp) > 12:
        raise NotSigned("The webhook-timestamp is not a number of seconds.")
    expected = sign(secret, message_id, timestamp, body)
    # Every signature is compared, and each in constant time: how long it takes tells nothing.
    matches = [hmac.compare_digest(expected.encode(), given.encode()) for given in signatures.split(" ")]
    if not any(matches):
        raise NotSigned(NO_MATCH)
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        raise NotSigned("The webhook-timestamp is more than five minutes away from the present time.")
    return message_id


def sign(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    """One signature: "v1," and the HMAC-SHA256 of id, timestamp and body in base64."""
    key = base64.b64decode(secret.partition("_")[2])
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
