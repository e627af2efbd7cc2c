"""One wave for those who run it, and what mails about it are written from."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.core.db import db
from app.voice.models import Participant, Survey, Wave


def find_wave(wave_id: int) -> Wave | None:
    """The wave with its survey. One statement."""
    return db.session.scalar(select(Wave).where(Wave.id == wave_id).options(joinedload(Wave.survey)))


def for_mail(wave_id: int, person_id: int) -> Any:
    """What a mail to one of those who are asked is written from; None when it is no longer due to anybody.

    Columns: title, purpose, definition, link, closes_on, given_name, email, took_part. One statement.
    """
    statement = (
        select(
            Survey.title,
            Wave.definition,
            Wave.link,
            Wave.closes_on,
            Person.given_name,
            Person.email,
            Participant.took_part,
        )
        .join(Wave, Wave.survey_id == Survey.id)
        .join(Participant, Participant.wave_id == Wave.id)
        .join(Person, Person.id == Participant.person_id)
        .where(Wave.id == wave_id, Person.id == person_id, Wave.state == "open", Person.active)
    )
    return db.session.execute(statement).one_or_none()
