"""One more try, allowed by someone responsible."""

from datetime import datetime

from app.core.db import db, insert_for
from app.core.errors import Conflict, Invalid
from app.quizzing import queries
from app.quizzing.models import AttemptGrant, QuizVersion

REASON_LENGTH = 1000


def grant_attempt(person_id: int, quiz_version: QuizVersion, granted_by_id: int, reason: str, now: datetime) -> None:
    """Allow one more attempt in this cycle; it also lifts the wait.

    Raises Invalid without a reason, and Conflict when the person can start or continue without it.
    """
    if not reason.strip():
        raise Invalid("", {"reason": "Say why, so that others understand it later."})
    standing = queries.standing(person_id, quiz_version)
    chances = standing.chances
    if chances.passed_id is not None:
        raise Conflict("They have passed this already.")
    if chances.open_id is not None:
        raise Conflict("They have an open attempt. They can finish that one first.")
    if not chances.exhausted and not chances.waiting(now):
        raise Conflict("They can start a try now, so nothing was added.")
    values = {
        "person_id": person_id,
        "quiz_id": quiz_version.quiz_id,
        "after_number": max((attempt.number for attempt in standing.attempts), default=0),
        "granted_by_id": granted_by_id,
        "reason": reason.strip()[:REASON_LENGTH],
        "granted_at": now,
    }
    db.session.execute(insert_for(AttemptGrant).values(values).on_conflict_do_nothing())
