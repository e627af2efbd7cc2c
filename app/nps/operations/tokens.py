"""What other systems identify themselves with: tokens, of which only a digest is kept, and webhook secrets, of which
nothing is."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select, update

from app.core.db import db, insert_for
from app.core.errors import Conflict
from app.nps.models import ApiToken, Source
from app.nps.queries.sources import digest_of

TOKEN_PREFIX = "uplift_"  # noqa: S105 - says what it is, wherever one turns up
SECRET_PREFIX = "whsec_"  # noqa: S105 - the prefix that Standard Webhooks gives to secrets
SHOWN_FOR = timedelta(minutes=5)


def token_from(seed: str, source: Source, made_by_id: int) -> str:
    """The token that a form stands for; `seed` is the form's own random text.

    A form that is sent twice so makes one token, and the token need not be kept anywhere to be shown after the
    redirect. Neither the seed nor the database is enough to make it again.
    """
    mark = _derived(f"token:{source.id}:{made_by_id}:{seed}")
    return TOKEN_PREFIX + base64.urlsafe_b64encode(mark).decode().rstrip("=")


def webhook_secret(source_id: int, epoch: int) -> str:
    """The secret that signs a source's webhooks, as Standard Webhooks writes it. It follows from SECRET_KEY."""
    return SECRET_PREFIX + base64.b64encode(_derived(f"webhook:{source_id}:{epoch}")).decode()


def _derived(purpose: str) -> bytes:
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.new(key, f"uplift nps {purpose}".encode(), hashlib.sha256).digest()


def create_token(source: Source, name: str, seed: str, made_by_id: int, now: datetime) -> ApiToken:
    """A token for this source. The same form again finds the token that it made.

    Raises Conflict when that was a while ago: a token is shown once.
    """
    digest = digest_of(token_from(seed, source, made_by_id))
    statement = insert_for(ApiToken).values(
        source_id=source.id, name=name, digest=digest, created_at=now, created_by_id=made_by_id
    )
    db.session.execute(statement.on_conflict_do_nothing(index_elements=["digest"]))
    token = db.session.scalars(select(ApiToken).where(ApiToken.digest == digest)).one()
    if token.revoked_at is not None or token.created_at < now - SHOWN_FOR:
        raise Conflict("This form made its token before, so no other was made. Reload the page to make a new one.")
    return token


def revoke(token: ApiToken, now: datetime) -> None:
    """From now on calls with this token are refused. A second time changes nothing."""
    if token.revoked_at is None:
        token.revoked_at = now
        db.session.flush()


def rotate_secret(source: Source, seen: int) -> bool:
    """Replace a webhook's secret, if it is still the one of the epoch that the page showed. Whether it was."""
    statement = (
        update(Source)
        .where(Source.id == source.id, Source.secret_epoch == seen)
        .values(secret_epoch=seen + 1)
        .returning(Source.id)
    )
    return db.session.execute(statement).one_or_none() is not None
