"""The only clock. Rules take the time as an argument; the edge asks here."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import current_app


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def zone_of(name: str) -> ZoneInfo:
    """A person's time zone by its name, else the installation's."""
    for known in (name, current_app.config["TIME_ZONE"]):
        try:
            if known:
                return ZoneInfo(known)
        except (ZoneInfoNotFoundError, ValueError):
            continue
    return ZoneInfo("UTC")


def today_in(name: str, moment: datetime) -> date:
    """The date in that zone."""
    return moment.astimezone(zone_of(name)).date()
