"""Waves open, remind and close by themselves on their days."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from flask import Flask

from app.core import clock
from app.core.db import db
from app.core.jobs import jobs_of
from app.voice.models import Wave
from app.voice.operations import closing, waves

logger = logging.getLogger(__name__)
MORNING = 7  # the hour, in the installation's time zone, from which people are written to


def _each(found: Iterable[Wave], work: Callable[[int, datetime], bool], now: datetime) -> int:
    """Each wave in a transaction of its own: what goes wrong with one keeps none of the others waiting."""
    ids = [wave.id for wave in found]
    done = 0
    for wave_id in ids:
        db.session.rollback()
        try:
            done += work(wave_id, now)
            db.session.commit()
        except Exception:
            db.session.rollback()
            logger.exception("wave %s waits for the next time", wave_id)
    return done


def _open(wave_id: int, now: datetime) -> bool:
    return waves.open_or_say_why(db.session.get_one(Wave, wave_id), now)


def _remind(wave_id: int, now: datetime) -> bool:
    return waves.remind(db.session.get_one(Wave, wave_id), now)


def _close(wave_id: int, now: datetime) -> bool:
    prepared = closing.prepare(wave_id)
    return closing.close_wave(db.session.get_one(Wave, wave_id), now, prepared)


def _is_day(now: datetime) -> bool:
    return now.astimezone(clock.zone_of("")).hour >= MORNING


def open_waves() -> int:
    """Waves whose day has come. How many."""
    now = clock.now()
    return _each(waves.waves_to_open(now), _open, now) if _is_day(now) else 0


def remind_people() -> int:
    """Waves that have today for a reminder. How many."""
    now = clock.now()
    return _each(waves.waves_to_remind(now), _remind, now) if _is_day(now) else 0


def close_waves() -> int:
    """Waves whose last day is over. How many."""
    now = clock.now()
    return _each(closing.waves_to_close(now), _close, now)


def init_app(app: Flask) -> None:
    jobs = jobs_of(app)
    jobs.add_periodic("voice-waves-open", open_waves, minutes=30)
    jobs.add_periodic("voice-waves-remind", remind_people, minutes=30)
    jobs.add_periodic("voice-waves-close", close_waves, minutes=30)
