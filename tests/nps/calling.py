"""Calls of the API as a survey tool makes them."""

import itertools
import json
from typing import Any

from app.core import clock
from app.core.db import db, writing
from app.nps.models import Source
from app.nps.operations import source_named
from app.nps.operations.tokens import create_token, token_from
from tests.factories import make_person

RESPONSES = "/api/nps/responses"
INVITATIONS = "/api/nps/invitations"
_numbers = itertools.count(1)


def make_source(slug: str = "survey-tool") -> Source:
    with writing():
        source = source_named(slug, slug.replace("-", " ").capitalize(), now=clock.now())
        db.session.commit()
    return source


def make_token(source: Source | None = None) -> str:
    """A token that may write the responses of this source."""
    source = source or make_source()
    with writing():
        person = make_person(roles=("champion",))
        seed = f"a form's own random text, number {next(_numbers)}"
        create_token(source, "Nightly export", seed, person.id, clock.now())
        db.session.commit()
    return token_from(seed, source, person.id)


def one(number: int = 1, **values: Any) -> dict[str, Any]:
    """A response as it is sent."""
    return {"external_id": f"R-{number}", "score": 9, "responded_at": "2026-09-01T14:30:00+02:00", **values}


def call(client: Any, token: str | None, body: Any, address: str = RESPONSES, **headers: str) -> Any:
    """POST a body: JSON, or bytes as they are. Header names have underscores for hyphens."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if token is not None:
        named.setdefault("Authorization", f"Bearer {token}")
    named.setdefault("Content-Type", "application/json")
    return client.post(address, data=data, headers=named)


def errors(answer: Any) -> dict[str, str]:
    """What a problem document says is wrong, by place."""
    assert answer.content_type == "application/problem+json"
    return {error["place"]: error["reason"] for error in answer.json.get("errors", ())}
