"""Write a survey: what it is for and what it promises, and put it away."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select

from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.voice.models import Survey, Wave
from app.voice.operations.freezing import refreeze
from app.voice.rules import building

CHANGED_ELSEWHERE = (
    "This survey was changed in another window while you had this page open. What you typed is still here, and nothing "
    "of it is kept so far. Look at the survey as it is now; send this again to keep yours."
)


@dataclass(frozen=True, slots=True)
class Details:
    """What people read of a survey before they answer. `segments` are compared in a confidential one only."""

    title: str
    purpose: str = ""
    mode: str = "anonymous"
    segments: Sequence[str] = ()

    def columns(self) -> dict[str, str]:
        """As the table keeps it."""
        return {"title": self.title, "purpose": self.purpose, "mode": self.mode, "segments": ",".join(self.segments)}


def change_survey(survey: Survey, details: Details, seen: int, now: datetime) -> list[Wave]:
    """Keep these details. Returns the open waves that stay as they are, because people answer them already.

    Raises Invalid with the fields at fault, and Conflict when the survey is not what the form was made from. The same
    details again change nothing.
    """
    if wrong := building.survey_faults(asdict(details)):
        raise Invalid("", wrong)
    lock(survey)
    columns = details.columns()
    if all(getattr(survey, name) == value for name, value in columns.items()):
        return []
    check_seen(survey, seen)
    for name, value in columns.items():
        setattr(survey, name, value)
    return changed(survey, now)


def archive(survey: Survey, now: datetime) -> bool:
    """Put it away: it is in no list, and not asked again. True when it was not put away yet. Raises Conflict."""
    lock(survey)
    if survey.archived_at is not None:
        return False
    under_way = select(Wave.id).where(Wave.survey_id == survey.id, Wave.state.in_(["planned", "open"]))
    if db.session.scalar(under_way.limit(1)) is not None:
        raise Conflict("A wave of it is planned or open. Close it or call it off first.")
    survey.archived_at = now
    db.session.flush()
    return True


def take_out(survey: Survey) -> bool:
    """Take it back out. True when it was put away."""
    lock(survey)
    if survey.archived_at is None:
        return False
    survey.archived_at = None
    db.session.flush()
    return True


def lock(survey: Survey) -> None:
    """Let nobody else change this survey until the end of this transaction."""
    statement = select(Survey).where(Survey.id == survey.id).with_for_update()
    db.session.execute(statement.execution_options(populate_existing=True))


def check_seen(survey: Survey, seen: int) -> None:
    """Raises Conflict unless the form was made from the survey as it is."""
    if seen != survey.revision:
        raise Conflict(CHANGED_ELSEWHERE)


def changed(survey: Survey, now: datetime) -> list[Wave]:
    """Note that something of the survey is new, and let open waves follow as far as they may. Those that may not."""
    survey.revision += 1
    db.session.flush()
    return refreeze(survey, now)
