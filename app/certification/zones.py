"""Dates of certificates are dates where their holder lives."""

from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import current_app


def zone_of(name: str) -> ZoneInfo:
    """A person's time zone by its name, else the installation's."""
    for known in (name, current_app.config["TIME_ZONE"]):
        try:
            if known:
                return ZoneInfo(known)
        except (ZoneInfoNotFoundError, ValueError):
            continue
    return ZoneInfo("UTC")


def today_in(name: str, now: datetime) -> date:
    """The date in that zone."""
    return now.astimezone(zone_of(name)).date()
