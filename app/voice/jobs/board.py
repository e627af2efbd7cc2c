"""What the board does in the background."""

from flask import Flask

from app.core import clock
from app.core.db import db
from app.core.jobs import jobs_of
from app.voice.operations.weighing import weigh_drivers

NIGHT = 3  # the hour, in the installation's time zone, in which drivers are weighed
_HALF_AN_HOUR = 30


def weigh() -> int:
    """Work out anew what customers' drivers weigh. How many have a weight."""
    weighed = weigh_drivers(clock.now())
    db.session.commit()
    return weighed


def weigh_at_night() -> int:
    """Once a night: the job runs every half hour."""
    local = clock.now().astimezone(clock.zone_of(""))
    if local.hour != NIGHT or local.minute >= _HALF_AN_HOUR:
        return 0
    return weigh()


def init_app(app: Flask) -> None:
    jobs_of(app).add_periodic("voice-drivers", weigh_at_night, minutes=_HALF_AN_HOUR)
