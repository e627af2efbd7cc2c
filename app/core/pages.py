"""What every page needs: Bootstrap's macros, static files that may be cached for ever, dates in words."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

import flask_bootstrap
from flask import Blueprint, Flask, abort, current_app, redirect, request, send_from_directory, url_for
from flask.typing import ResponseReturnValue
from flask_bootstrap import Bootstrap5
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter, ValidationError

from app.core import clock

FOLDERS = {
    "uplift": Path(__file__).parent / "static",
    "bootstrap": Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5",
}
THEMES = ("light", "dark")  # anything else: as the system
LONGEST_ADDRESS = 2000
_KEY = "uplift.assets"
_URLS = "uplift.urls"
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


@pages.post("/theme")
def choose_theme() -> ResponseReturnValue:
    """Remember light, dark or "as the system" in a cookie, which the next page is drawn from. No right is needed."""
    chosen, back = request.form.get("theme", ""), request.form.get("next", "")
    response = redirect(local_path(back) or "/", code=303)
    if chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=31536000, samesite="Lax", secure=request.is_secure)
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response


def address(args: Mapping[str, object], **changes: object) -> str:
    """This page's address with some of its arguments changed; None takes one away: "?department=Support&sort=-name"."""
    pairs = list(args.items(multi=True)) if isinstance(args, MultiDict) else list(args.items())
    kept = [(key, value) for key, value in pairs if key not in changes]
    kept += [(key, value) for key, value in changes.items() if value is not None]
    return f"?{urlencode(kept, doseq=True)}"


def local_path(address: str | None) -> str | None:
    """The address if it is a path on this site, else None: no scheme, no host, nothing a browser reads as one."""
    if not address or len(address) > LONGEST_ADDRESS or not address.startswith("/") or address.startswith("//"):
        return None
    # Browsers take a backslash for a slash and drop tabs and line breaks.
    if "\\" in address or any(ord(char) <= 0x20 or ord(char) == 0x7F for char in address):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else address


def page_url(endpoint: str) -> str:
    """The address of a page that takes no arguments. It is built once: every page links to the same few."""
    known: dict[tuple[str, str], str] = current_app.extensions[_URLS]
    key = (request.script_root, endpoint)
    if key not in known:
        known[key] = url_for(endpoint)
    return known[key]


def has_page(endpoint: str) -> bool:
    """Whether this installation has a page of that endpoint."""
    return endpoint in current_app.view_functions


def zone() -> ZoneInfo:
    """The signed-in person's time zone, else the installation's."""
    return clock.zone_of(getattr(current_user, "time_zone", ""))


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


class RowId(IntegerConverter):
    """An <int:…> of an address that a key column can hold: a larger one leads nowhere, rather than to an error."""

    def __init__(self, url_map: Map, **options: Any) -> None:
        super().__init__(url_map, **{"max": 2**31 - 1, **options})


class Words(UnicodeConverter):
    """A <…> of an address that a text column can hold: one with a NUL leads nowhere, rather than to an error.

    Where a page wants to answer whatever comes, it says <text:…>.
    """

    def to_python(self, value: str) -> str:
        if "\x00" in value:
            raise ValidationError
        return value


def init_app(app: Flask) -> None:
    app.extensions[_KEY] = {}
    app.extensions[_URLS] = {}
    # Before any slice adds its addresses.
    app.url_map.converters |= {"int": RowId, "default": Words, "string": Words, "text": UnicodeConverter}
    Bootstrap5(app)
    app.jinja_env.globals.update(asset=asset, plural=plural, now=clock.now, address=address)
    app.jinja_env.globals.update(page_url=page_url, has_page=has_page)
    app.jinja_env.filters.update(day=day, moment=moment, clock_time=clock_time)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_blueprint(pages)
    # One module for all pages: a template that imports its macros makes Jinja compare all globals at every request.
    app.jinja_env.globals["ui"] = app.jinja_env.get_template("macros/ui.html").module
