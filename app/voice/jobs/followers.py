"""What followers of blockers hear of by the day."""

from flask import Flask

from app.core import clock
from app.core.db import db
from app.core.jobs import jobs_of
from app.voice.operations.telling import tell_of_anonymous_comments

MORNING = 7  # the hour, in the installation's time zone, from which people are written to


def tell_of_anonymous_words() -> int:
    """Mails about what anonymous writers added before today. How many were due."""
    now = clock.now()
    if now.astimezone(clock.zone_of("")).hour < MORNING:
        return 0
    told = tell_of_anonymous_comments(now)
    db.session.commit()
    return told


def init_app(app: Flask) -> None:
    jobs_of(app).add_periodic("voice-anonymous-words", tell_of_anonymous_words, minutes=30)
