"""Setting how often people are coached."""

from datetime import datetime

from sqlalchemy import delete, select

from app.accounts.models import Person
from app.coaching.models import Cadence
from app.core.db import db, insert_for
from app.core.errors import Conflict, Invalid

LONGEST_WEEKS = 52
CHANGED_ELSEWHERE = (
    "Someone changed how often these people are coached while you had this page open. Nothing of yours is kept so far; "
    "send it again to keep it."
)


def set_cadence(
    job_role: str, weeks: int | None, by: Person | None, now: datetime, *, seen: int | None = None, check: bool = False
) -> bool:
    """Coach people of a job role ("" is everyone else) every so many weeks; None: as everyone else. True if it is new.

    With `check`, `seen` is what the form showed, None where nothing was set. Raises Invalid at the field "weeks", and
    Conflict when someone else changed it in between. The same again changes nothing.
    """
    if weeks is not None and not 1 <= weeks <= LONGEST_WEEKS:
        raise Invalid("", {"weeks": f"Enter a number of weeks from 1 to {LONGEST_WEEKS}."})
    present = db.session.scalar(select(Cadence.weeks).where(Cadence.job_role == job_role).with_for_update())
    if present == weeks:
        return False
    if check and present != seen:
        raise Conflict(CHANGED_ELSEWHERE)
    if weeks is None:
        db.session.execute(delete(Cadence).where(Cadence.job_role == job_role))
    else:
        values = {"weeks": weeks, "set_by_id": None if by is None else by.id, "set_at": now}
        statement = insert_for(Cadence).values(job_role=job_role, **values)
        db.session.execute(statement.on_conflict_do_update(index_elements=["job_role"], set_=values))
    db.session.flush()
    return True
