"""Put mails about talks into the outbox. Each is written when it is sent, and only if it still holds then."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from app.coaching.models import Session
from app.core.db import db, insert_for
from app.core.outbox import OutboxMessage

SESSION, REMINDER = "coaching_session", "coaching_reminder"
HELD, UNANSWERED, OVERDUE = "coaching_held", "coaching_unanswered", "coaching_action_overdue"


def tell_both(sessions: Sequence[Session], now: datetime) -> None:
    """Both people of each talk get a mail with the calendar entry as it is now."""
    put(
        (
            (
                f"coaching-session:{session.id}:{session.sequence}:{person_id}",
                {"mail": SESSION, **about(session.id, session.sequence, person_id)},
            )
            for session in sessions
            for person_id in (session.person_id, session.supervisor_id)
        ),
        now,
    )


def about(session_id: int, sequence: int, person_id: int) -> dict[str, int]:
    """What a mail about a talk is written from: whether a newer one follows shows by the sequence."""
    return {"session_id": session_id, "sequence": sequence, "person_id": person_id}


def put(messages: Iterable[tuple[str, Mapping[str, Any]]], now: datetime) -> int:
    """Mails by key and payload, all in one statement; those that are there already stay as they are. How many given."""
    rows = [
        {
            "kind": "mail",
            "key": key,
            "payload": dict(payload),
            "created_at": now,
            "available_at": now,
            "attempts": 0,
        }
        for key, payload in messages
    ]
    if rows:
        statement = insert_for(OutboxMessage).on_conflict_do_nothing(index_elements=["kind", "key"])
        db.session.execute(statement, rows)
    return len(rows)
