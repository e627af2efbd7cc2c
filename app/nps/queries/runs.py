"""Files that were handed in by page, each for whoever did so, and the mappings to choose from."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.core.db import db
from app.nps.content import ready_mappings
from app.nps.models import ImportRun, Mapping, Source

RUNS_SHOWN = 10


def run_of(token: str, person_id: int, *, lock: bool = False) -> ImportRun | None:
    """The person's own file of that token; locked, nobody else changes it before this transaction ends."""
    own = select(ImportRun).where(ImportRun.token == token, ImportRun.uploaded_by_id == person_id)
    return db.session.scalar(own.with_for_update() if lock else own)


def open_runs(filename: str, size: int, person_id: int) -> Sequence[ImportRun]:
    """The person's latest files of that name and size that were not confirmed yet."""
    own = select(ImportRun).where(ImportRun.uploaded_by_id == person_id, ImportRun.state == "mapping")
    alike = own.where(ImportRun.filename == filename, ImportRun.size == size)
    return db.session.scalars(alike.order_by(ImportRun.id.desc()).limit(3)).all()


def runs_since(moment: datetime, person_id: int) -> Sequence[ImportRun]:
    """The person's latest files, newest first."""
    own = select(ImportRun).where(ImportRun.uploaded_by_id == person_id, ImportRun.uploaded_at >= moment)
    return db.session.scalars(own.order_by(ImportRun.id.desc()).limit(RUNS_SHOWN)).all()


def named_mappings() -> list[tuple[str, str]]:
    """Short name and name of every mapping, in order of name."""
    ready = {slug: mapping.name for slug, mapping in ready_mappings().items()}
    saved = {row.slug: row.name for row in db.session.execute(select(Mapping.slug, Mapping.name))}
    return sorted((ready | saved).items(), key=lambda one: one[1].casefold())


def slugs_of_sources() -> list[str]:
    """Short names of the sources there are."""
    return list(db.session.scalars(select(Source.slug).order_by(Source.slug).limit(100)))
