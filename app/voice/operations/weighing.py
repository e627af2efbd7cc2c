"""What customers' drivers weigh, for the ranking of the board: worked out at night, since it takes seconds."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import delete

from app.core import clock
from app.core.db import db, insert_for
from app.nps.queries.drivers import Analysis, analysis, months_until
from app.nps.queries.subjects import company
from app.voice.models import DriverWeight


def weigh_drivers(now: datetime) -> int:
    """Keep each driver's share of what all of them explain of the score, over the last twelve months. How many.

    While responses are too few, or nothing is explained, no driver has a weight, and all count alike.
    """
    found, today = company(), clock.today_in("", now)
    months = months_until(today)
    year = replace(months[-1], first=months[0].first, last=today, kind="days")
    rows = _shares(analysis(found, year), today) if found else []
    gone = delete(DriverWeight).where(DriverWeight.driver_id.not_in([row["driver_id"] for row in rows]))
    db.session.execute(gone.execution_options(synchronize_session=False))
    if rows:
        statement = insert_for(DriverWeight).values(rows)
        changes = {name: statement.excluded[name] for name in rows[0] if name != "driver_id"}
        db.session.execute(statement.on_conflict_do_update(index_elements=["driver_id"], set_=changes))
    db.session.expire_all()
    return len(rows)


def _shares(found: Analysis, today: date) -> list[dict[str, object]]:
    drivers = found.found
    if drivers is None or drivers.r_squared <= 0:
        return []
    rows: list[dict[str, object]] = []
    for one, weight, *ends in zip(found.rated, drivers.shares, drivers.low, drivers.high, strict=True):
        low, high = (min(1.0, max(0.0, end / drivers.r_squared)) for end in ends)
        # A bootstrap interval may lie beside its estimate, since resamples explain a little more.
        kept = {"weight": weight, "low": min(low, weight), "high": max(high, weight)}
        rows.append({"driver_id": one.driver.id, **kept, "n": drivers.n, "worked_out_on": today})
    return rows
