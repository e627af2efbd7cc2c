"""What every page needs: Bootstrap's macros, static files under addresses that may be cached for ever, dates in words."""

import hashlib
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import flask_bootstrap
from flask import Blueprint, Flask, abort, current_app, send_from_directory, url_for
from flask.typing import ResponseReturnValue
from flask_bootstrap import Bootstrap5
from flask_login import current_user

from app.core import clock

FOLDERS = {
    "uplift": Path(__file__).parent / "static",
    "bootstrap": Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5",
}
_KEY = "uplift.assets"
pages = Blueprint("pages", __name__, template_folder="templates")


def asset(name: str) -> str:
    """The address of a static file such as "uplift/uplift.css"; it changes with the file's content."""
    known: dict[str, str] = current_app.extensions[_KEY]
    if name not in known or current_app.debug:
        folder, _, path = name.partition("/")
        digest = hashlib.sha256((FOLDERS[folder] / path).read_bytes()).hexdigest()[:12]
        known[name] = url_for("pages.static_file", digest=digest, folder=folder, path=path)
    return known[name]


@pages.get("/assets/<digest>/<folder>/<path:path>")
def static_file(digest: str, folder: str, path: str) -> ResponseReturnValue:
    if folder not in FOLDERS:
        abort(404)
    response = send_from_directory(FOLDERS[folder], path)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def zone() -> ZoneInfo:
    """The signed-in person's time zone, else the installation's."""
    name = getattr(current_user, "time_zone", None) or current_app.config["TIME_ZONE"]
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def day(value: date | datetime | None) -> str:
    """A date in words: "Tuesday, 3 March" within a week, "3 March 2026" beyond."""
    if value is None:
        return ""
    local = value.astimezone(zone()).date() if isinstance(value, datetime) else value
    today = clock.now().astimezone(zone()).date()
    if local == today:
        return "today"
    if abs(local - today) < timedelta(days=7):
        return f"{local:%A}, {local.day} {local:%B}"
    return f"{local.day} {local:%B %Y}"


def moment(value: datetime | None) -> str:
    """A date and time in the person's zone: "Tuesday, 3 March at 09:00"."""
    return "" if value is None else f"{day(value)} at {value.astimezone(zone()):%H:%M}"


def clock_time(value: datetime | None) -> str:
    """The time of day in the person's zone: "14:02"."""
    return "" if value is None else f"{value.astimezone(zone()):%H:%M}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """A number with its noun: "1 lesson", "3 lessons", "1,204 people"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def init_app(app: Flask) -> None:
    app.extensions[_KEY] = {}
    Bootstrap5(app)
    app.jinja_env.globals.update(asset=asset, plural=plural, now=clock.now)
    app.jinja_env.filters.update(day=day, moment=moment, clock_time=clock_time)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_blueprint(pages)
