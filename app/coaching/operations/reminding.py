"""Remind people of what is coming, and of what waits for them: each thing once."""

from datetime import datetime

from app.coaching.operations import telling
from app.coaching.queries import invitations


def remind(now: datetime) -> int:
    """Put the mails that are due into the outbox, at most 500 of each kind. Returns how many it were.

    Both hear of a talk the day before; an owner of an action whose day went by; and whoever has not answered the
    record of a talk for a week. The keys are stable, so that nobody hears of the same thing twice.
    """
    talks = [
        (
            f"coaching-reminder:{row.id}:{row.sequence}:{person_id}",
            {"mail": telling.REMINDER, **telling.about(row.id, row.sequence, person_id)},
        )
        for row in invitations.starting_within_a_day(now)
        for person_id in (row.person_id, row.supervisor_id)
    ]
    actions = [
        (f"coaching-action:{row.id}", {"mail": telling.OVERDUE, "action_id": row.id})
        for row in invitations.actions_overdue(now)
    ]
    records = [
        (
            f"coaching-unanswered:{row.id}",
            {"mail": telling.UNANSWERED, **telling.about(row.id, row.sequence, row.person_id)},
        )
        for row in invitations.left_unanswered(now)
    ]
    return telling.put([*talks, *actions, *records], now)
