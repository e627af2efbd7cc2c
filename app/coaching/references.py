"""What other slices may point at here: an action that a talk agreed, for those who may see the talk."""

from collections.abc import Sequence
from typing import Any

from flask import Flask, has_request_context, url_for
from sqlalchemy import select

from app.coaching.models import Action, Session
from app.coaching.queries.scope import records_seen_by
from app.core.db import db
from app.core.references import Reference, register_references

ACTION = "coaching-action"
_LARGEST = 2**31 - 1


def actions(refs: Sequence[str], viewer: Any) -> list[Reference]:
    """What the actions say, and where; nothing for a viewer who may not see the talk. One statement."""
    ids = [int(ref) for ref in refs if ref.isdecimal() and len(ref) < 11 and int(ref) <= _LARGEST]
    statement = select(Action.id, Action.text, Action.session_id).where(Action.id.in_(ids)).order_by(Action.id)
    if viewer is not None:
        statement = statement.join(Session, Session.id == Action.session_id)
        statement = statement.where(records_seen_by(viewer, Session.person_id, Session.supervisor_id))
    found = db.session.execute(statement)
    return [Reference(ACTION, str(row.id), row.text, _address(row.session_id)) for row in found]


def _address(session_id: int) -> str:
    return url_for("coaching.session", session_id=session_id) if has_request_context() else ""


def init_app(app: Flask) -> None:
    register_references(app, ACTION, actions)
