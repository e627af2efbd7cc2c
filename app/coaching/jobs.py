"""What this slice does in the background."""

from flask import Flask

from app.coaching.operations.calibration import close_due
from app.coaching.operations.gaps import look_for_everybodys_gaps
from app.coaching.operations.reminding import remind
from app.core import clock
from app.core.db import db
from app.core.jobs import jobs_of

NIGHT = 3  # the hour, in the installation's time zone, in which everybody's gaps are looked for
_HALF_AN_HOUR = 30


def remind_people() -> int:
    """Mails about talks of tomorrow, actions whose day went by, and records that wait for an answer. How many."""
    reminded = remind(clock.now())
    db.session.commit()
    return reminded


def close_calibrations() -> int:
    """Calibrations whose last day went by. How many."""
    closed = close_due(clock.now())
    db.session.commit()
    return closed


def find_gaps() -> int:
    """Look at everybody, some hundreds at a time, so that nobody waits long to write. How many batches."""
    after, batches = 0, 0
    while (last := look_for_everybodys_gaps(after, clock.now())) is not None:
        db.session.commit()
        after, batches = last, batches + 1
    db.session.rollback()
    return batches


def find_gaps_at_night() -> int:
    """Once a night: the job runs every half hour. What customers said and new benchmarks count from then on."""
    local = clock.now().astimezone(clock.zone_of(""))
    if local.hour != NIGHT or local.minute >= _HALF_AN_HOUR:
        return 0
    return find_gaps()


def init_app(app: Flask) -> None:
    jobs = jobs_of(app)
    jobs.add_periodic("coaching-reminders", remind_people, minutes=30)
    jobs.add_periodic("coaching-calibrations", close_calibrations, minutes=30)
    jobs.add_periodic("coaching-gaps", find_gaps_at_night, minutes=_HALF_AN_HOUR)
