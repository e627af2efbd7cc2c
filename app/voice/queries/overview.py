"""What the first page of this slice shows: surveys that ask me, blockers of mine, what was done lately."""

from typing import Any

from sqlalchemy import false, func, or_, select

from app.core.db import db
from app.voice.models import Blocker, Follower, Participant, Survey, Wave

LATELY = 6


def surveys_of(person_id: int) -> list[Any]:
    """Open waves that ask this person, what waits first, with the frozen definition. One statement."""
    statement = (
        select(Survey.title, Wave.link, Wave.closes_on, Wave.definition, Participant.took_part)
        .join(Wave, Wave.survey_id == Survey.id)
        .join(Participant, Participant.wave_id == Wave.id)
        .where(Participant.person_id == person_id, Wave.state == "open")
        .order_by(Participant.took_part, Wave.closes_on, Wave.id)
    )
    return list(db.session.execute(statement))


def blockers_of(person_id: int) -> list[Any]:
    """Blockers that this person reported by name, owns or follows, the one that moved last first; `total` counts all.

    Columns: id, title, state, state_on, target_on, owned, reported, total. One statement.
    """
    follows = select(Follower.blocker_id).where(Follower.person_id == person_id)
    statement = (
        select(
            Blocker.id,
            Blocker.title,
            Blocker.state,
            Blocker.state_on,
            Blocker.target_on,
            func.coalesce(Blocker.owner_id == person_id, false()).label("owned"),
            func.coalesce(Blocker.reporter_id == person_id, false()).label("reported"),
            func.count().over().label("total"),
        )
        .where(Blocker.state != "draft", Blocker.merged_into_id.is_(None))
        .where(or_(Blocker.reporter_id == person_id, Blocker.owner_id == person_id, Blocker.id.in_(follows)))
        .order_by(Blocker.state_on.desc(), Blocker.id.desc())
        .limit(LATELY)
    )
    return list(db.session.execute(statement))


def fixed_lately() -> list[Any]:
    """The blockers that were fixed last: id, title, we_did, fixed_on. One statement."""
    statement = (
        select(Blocker.id, Blocker.title, Blocker.we_did, Blocker.fixed_on)
        .where(Blocker.state == "fixed", Blocker.merged_into_id.is_(None))
        .order_by(Blocker.fixed_on.desc(), Blocker.id.desc())
        .limit(3)
    )
    return list(db.session.execute(statement))


def closed_lately() -> list[Any]:
    """The waves that closed last: id, title, number, closes_on. One statement."""
    statement = (
        select(Wave.id, Survey.title, Wave.number, Wave.closes_on)
        .join(Survey, Survey.id == Wave.survey_id)
        .where(Wave.state == "closed")
        .order_by(Wave.closes_on.desc(), Wave.id.desc())
        .limit(3)
    )
    return list(db.session.execute(statement))
