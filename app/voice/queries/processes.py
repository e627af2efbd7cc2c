"""The catalogue of processes."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, func, select

from app.core import tables
from app.core.db import db
from app.nps.models import Driver
from app.voice.models import Blocker, Process

_PROCESS: Any = Process
SORTS = {"name": tables.Sort("Name", (_PROCESS.name, _PROCESS.id))}


def listed(args: Mapping[str, str], size: int = 50) -> tables.Page:
    """Processes in use, or retired ones where `show` says so: id, name, silo, driver, blockers. One statement."""
    blockers = select(func.count()).where(Blocker.process_id == Process.id, Blocker.state != "draft")
    retired = args.get("show") == "retired"
    statement = (
        select(
            Process.id,
            Process.name,
            Process.silo,
            Driver.name.label("driver"),
            blockers.scalar_subquery().label("blockers"),
        )
        .outerjoin(Driver, Driver.id == Process.driver_id)
        .where(Process.retired_at.is_not(None) if retired else Process.retired_at.is_(None))
    )
    return tables.page(db.session(), statement, SORTS, args, size)


def find_process(process_id: int) -> Process | None:
    """One statement."""
    return db.session.get(Process, process_id)


def has_retired() -> bool:
    """One statement."""
    return db.session.scalar(select(Process.id).where(Process.retired_at.is_not(None)).limit(1)) is not None


def drivers() -> list[Row[Any]]:
    """What customers rate, by name: id, name. One statement."""
    return list(db.session.execute(select(Driver.id, Driver.name).order_by(func.lower(Driver.name), Driver.id)))


def silos() -> list[str]:
    """The parts of the company that own a process, as they were written so far. One statement."""
    return list(db.session.scalars(select(Process.silo).where(Process.silo != "").distinct().order_by(Process.silo)))
