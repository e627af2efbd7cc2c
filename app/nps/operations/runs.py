"""Imports by page: a file is handed in, its mapping confirmed, and a worker carries it out."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select, update

from app.core.db import db
from app.core.errors import Conflict
from app.nps.content import ResponseMapping, content_of
from app.nps.models import ImportRun

LEASE = timedelta(minutes=5)  # longer than any batch takes


class LeaseLost(Exception):
    """Another worker goes on with this run, since this one was silent for too long."""


def start_run(*, token: str, filename: str, size: int, person_id: int, now: datetime) -> ImportRun:
    """A file was handed in (see uploads.keep); its mapping is still open."""
    run = ImportRun(token=token, filename=filename[-200:], size=size, uploaded_by_id=person_id, uploaded_at=now)
    db.session.add(run)
    db.session.flush()
    return run


def confirm_run(run: ImportRun, mapping: ResponseMapping) -> None:
    """Let a worker import the file by this mapping; the same again is harmless. Raises Conflict once it has begun."""
    content = content_of(mapping)
    if run.state == "waiting" and run.mapping == content:
        return
    if run.state not in {"mapping", "waiting"}:
        raise Conflict("This file is being imported already, or it has been.")
    run.mapping, run.state = content, "waiting"
    db.session.flush()


def lease_run(now: datetime) -> ImportRun | None:
    """The next run that waits, or whose worker died, for this worker alone until `now` + LEASE. The caller commits.

    None while another one is carried out: they would only wait for one another.
    """
    busy = select(ImportRun.id).where(ImportRun.state == "running", ImportRun.leased_until > now)
    due = (ImportRun.state == "waiting") | ((ImportRun.state == "running") & (ImportRun.leased_until <= now))
    first = select(ImportRun.id).where(due, ~busy.exists()).order_by(ImportRun.id).limit(1)
    taken = update(ImportRun).where(ImportRun.id == first.scalar_subquery(), due)
    values = {"state": "running", "leased_until": now + LEASE, "bytes_read": 0, "counts": {}}
    statement = taken.values(values).returning(ImportRun.id).execution_options(synchronize_session=False)
    run_id = db.session.execute(statement).scalar_one_or_none()
    return None if run_id is None else db.session.get_one(ImportRun, run_id, populate_existing=True)


def note_progress(
    run: ImportRun, lease: datetime | None, bytes_read: int, counts: Mapping[str, int], now: datetime
) -> datetime:
    """How far the worker is, in the transaction of its batch. The lease goes on, and its new end is returned.

    Raises LeaseLost.
    """
    going_on = update(ImportRun).where(ImportRun.id == run.id, ImportRun.leased_until == lease)
    values = {"bytes_read": bytes_read, "counts": dict(counts), "leased_until": now + LEASE}
    statement = going_on.values(values).returning(ImportRun.id).execution_options(synchronize_session=False)
    if db.session.execute(statement).scalar_one_or_none() is None:
        raise LeaseLost
    return now + LEASE


def finish_run(run: ImportRun, now: datetime, *, failed: bool = False, message: str = "") -> None:
    """The run is over; the message says what went wrong."""
    run.state = "failed" if failed else "done"
    run.message, run.finished_at, run.leased_until = message[:500], now, None
    db.session.flush()
