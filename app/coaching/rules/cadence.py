"""When the next talk is due, and what that means today."""

import enum
from collections.abc import Mapping
from datetime import date, datetime, timedelta

USUAL_WEEKS = 4  # where no cadence is set at all
SOON = timedelta(days=7)  # before the day on which a talk is due
PATIENCE = timedelta(days=7)  # that someone has to answer the record of a talk
_SATURDAY = 5


class DueState(enum.StrEnum):
    """Where someone stands between two talks."""

    PLANNED = "planned"  # there is a day for the next one
    OVERDUE = "overdue"
    SOON = "soon"
    FINE = "fine"

    @property
    def words(self) -> str:
        return {"planned": "Planned", "overdue": "Overdue", "soon": "Due soon", "fine": "Not due yet"}[self.value]

    @property
    def tone(self) -> str:
        """The shape beside the words (ui.tag)."""
        return {"planned": "good", "overdue": "bad", "soon": "watch", "fine": "neutral"}[self.value]


def weeks_for(job_role: str, cadences: Mapping[str, int]) -> int:
    """Every how many weeks people of a job role are coached; `cadences` by job role, with "" for everyone else."""
    return cadences.get(job_role, cadences.get("", USUAL_WEEKS))


def came_on(hired: date | None, added: date) -> date:
    """From which day on someone can be coached: hired long before Uplift knew them, they are new to it all the same."""
    return max(hired, added) if hired else added


def due_on(last_held: date | None, came: date, weeks: int) -> date:
    """The day by which the next talk is due: so many weeks after the last one, or after the person came."""
    return (last_held or came) + timedelta(weeks=weeks)


def due_state(due: date, planned_on: date | None, today: date) -> DueState:
    """`planned_on` is the day of the next talk; a day that went by without one no longer counts."""
    if planned_on is not None and planned_on >= today:
        return DueState.PLANNED
    if due < today:
        return DueState.OVERDUE
    return DueState.SOON if due - today <= SOON else DueState.FINE


def unacknowledged(held_at: datetime | None, answered_at: datetime | None, now: datetime) -> bool:
    """Whether a talk was held and the one coached has let a week go by without an answer."""
    return held_at is not None and answered_at is None and held_at + PATIENCE <= now


def day_to_propose(due: date, today: date) -> date:
    """A working day for the next talk: the due day or the Friday before it, but not before tomorrow."""
    tomorrow = today + timedelta(days=1)
    day = max(due, tomorrow)
    past_friday = day.weekday() - _SATURDAY + 1
    if past_friday <= 0:
        return day
    friday = day - timedelta(days=past_friday)
    return friday if friday >= tomorrow else friday + timedelta(days=3)
