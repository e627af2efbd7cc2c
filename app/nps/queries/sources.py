"""Sources, and what lets other systems write their responses."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import Row, Select, func, select

from app.accounts.models import Person
from app.core.db import db, reading
from app.core.tables import Sort
from app.nps.models import ApiToken, Label, Response, Source, SurveyInvitations
from app.nps.queries.subjects import labels_of

SORTS = {"name": Sort("Name", (Source.__table__.c.slug,))}
LATELY = 10_000
TOKENS_SHOWN = 50
MONTHS_SHOWN = 12


@dataclass(frozen=True)
class Caller:
    """The program that a token stands for."""

    token_id: int
    source_id: int


@dataclass(frozen=True)
class Sender:
    """What a webhook's signature is checked by."""

    source_id: int
    secret_epoch: int


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def caller_with(token: str) -> Caller | None:
    """Whoever may call with this token today. A stranger's call never waits for the database to be free to write."""
    known = select(ApiToken.id, ApiToken.source_id).where(
        ApiToken.digest == digest_of(token), ApiToken.revoked_at.is_(None)
    )
    with reading() as connection:
        row = connection.execute(known).one_or_none()
    return Caller(row.id, row.source_id) if row else None


def sender_called(slug: str) -> Sender | None:
    """The source of that slug, as its webhook knows it; read as in `caller_with`."""
    if "\x00" in slug:
        return None
    with reading() as connection:
        row = connection.execute(select(Source.id, Source.secret_epoch).where(Source.slug == slug)).one_or_none()
    return Sender(row.id, row.secret_epoch) if row else None


def source_called(slug: str) -> Source | None:
    if "\x00" in slug:  # no name holds it, and PostgreSQL would not even compare it
        return None
    return db.session.scalars(select(Source).where(Source.slug == slug)).one_or_none()


def sources_statement() -> Select[Any]:
    """Every source, with how many tokens it has in force and whether any response came from it."""
    in_force = (
        select(func.count())
        .where(ApiToken.source_id == Source.id, ApiToken.revoked_at.is_(None))
        .correlate(Source)
        .scalar_subquery()
    )
    used = select(Response.id).where(Response.source_id == Source.id).exists()
    return select(Source.id, Source.slug, Source.name, in_force.label("tokens"), used.label("used"))


def lately() -> dict[int, datetime]:
    """When each source's latest response came in, as far as it is among the newest 10,000 of all.

    One statement, whose cost does not grow with the number of responses.
    """
    newest = select(func.max(Response.id)).scalar_subquery()
    statement = (
        select(Response.source_id, func.max(Response.recorded_at).label("at"))
        .where(Response.id > newest - LATELY)
        .group_by(Response.source_id)
    )
    return {row.source_id: row.at for row in db.session.execute(statement)}


def tokens_of(source: Source) -> Sequence[Row[Any]]:
    """A source's tokens, those in force first, the newest first, with who made them. One statement."""
    statement = (
        select(ApiToken.id, ApiToken.name, ApiToken.created_at, ApiToken.revoked_at)
        .add_columns(Person.given_name, Person.family_name)
        .outerjoin(Person, Person.id == ApiToken.created_by_id)
        .where(ApiToken.source_id == source.id)
        .order_by(ApiToken.revoked_at.is_not(None), ApiToken.id.desc())
        .limit(TOKENS_SHOWN)
    )
    return db.session.execute(statement).all()


def token_of(source: Source, token_id: int) -> ApiToken | None:
    return db.session.scalars(
        select(ApiToken).where(ApiToken.id == token_id, ApiToken.source_id == source.id)
    ).one_or_none()


def surveys() -> list[str]:
    """The names of the surveys that responses came from."""
    return [label.name for label in labels_of("survey")]


def latest_invitations() -> list[Row[Any]]:
    """The latest months for which it is known how many were asked: survey, month, asked. One statement."""
    statement = (
        select(Label.name, SurveyInvitations.month, SurveyInvitations.asked)
        .join(Label, Label.id == SurveyInvitations.survey_id)
        .order_by(SurveyInvitations.month.desc(), Label.name)
        .limit(MONTHS_SHOWN)
    )
    return list(db.session.execute(statement))


def base_url() -> str:
    """The address at which the outside world calls us: from the settings, never from what a request claims."""
    base: str = current_app.config["BASE_URL"] or f"http://127.0.0.1:{current_app.config['PORT']}"
    return base.rstrip("/")
