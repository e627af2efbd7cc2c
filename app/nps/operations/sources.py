"""Where responses come from."""

from datetime import datetime

from sqlalchemy import select

from app.core.db import db, insert_for
from app.nps.models import Source


def source_named(slug: str, name: str | None = None, *, now: datetime) -> Source:
    """The source of this slug, added when there is none; `name` is for a new one alone."""
    statement = insert_for(Source).values(slug=slug, name=name or slug, created_at=now)
    db.session.execute(statement.on_conflict_do_nothing(index_elements=["slug"]))
    return db.session.scalars(select(Source).where(Source.slug == slug)).one()
