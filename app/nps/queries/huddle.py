"""What a team's huddle sheet takes from the responses of the people below a supervisor."""

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import select

from app.core.db import db
from app.nps.models import Driver, Response
from app.nps.queries.subjects import Subject, in_period, of_subject
from app.nps.rules import Period
from app.nps.rules.attention import Focus, Rated, focus_of

LATEST = 3000  # rated responses: more of them hardly change which driver matters most


def driver_to_look_at(subject: Subject, period: Period) -> tuple[Driver, Focus] | None:
    """The driver that a team should look at first, None where too little was rated. Two statements."""
    drivers = {driver.id: driver for driver in db.session.scalars(select(Driver))}
    # The index on people knows moments; a day begins at another moment in each time zone.
    first = datetime.combine(period.first - timedelta(days=1), time(), UTC)
    found = db.session.execute(
        select(Response.score, Response.drivers)
        .where(
            of_subject(subject),
            Response.responded_at >= first,
            in_period(period.first, period.last),
            Response.drivers.is_not(None),
        )
        .order_by(Response.responded_at.desc(), Response.id.desc())
        .limit(LATEST)
    )
    rated = [
        Rated(score, {int(key): _part(rating, drivers[int(key)]) for key, rating in (ratings or {}).items()})
        for score, ratings in found
    ]
    focus = focus_of(rated)
    return (drivers[focus.driver], focus) if focus else None


def _part(rating: int, driver: Driver) -> float:
    """A rating as a part of its scale."""
    return (rating - driver.low) / (driver.high - driver.low)
