"""The cookie that carries a ticket: read by the pages below one ballot's address, and by no script."""

from datetime import UTC, datetime, time, timedelta

from flask import Response, current_app, request, url_for

from app.voice.models import Wave
from app.voice.rules.schedule import LONGEST_DAYS

# A wave may be given more time: the cookie outlives the last day that it could have, and some time without anybody to
# close it. It is worth nothing once the wave is closed.
_KEPT = timedelta(days=LONGEST_DAYS + 60)


def name(link: str) -> str:
    return f"voice-{link}"


def held(link: str) -> str | None:
    """The ticket that this request brought, if any."""
    return request.cookies.get(name(link))


def keep(response: Response, wave: Wave, ticket: str) -> Response:
    response.set_cookie(
        name(wave.link),
        ticket,
        path=url_for("ballot.form", link=wave.link),
        expires=datetime.combine(wave.opens_on, time(), UTC) + _KEPT,
        httponly=True,
        samesite="Strict",
        secure=_is_secure(),
    )
    return response


def forget(response: Response, link: str) -> Response:
    path = url_for("ballot.form", link=link)
    response.delete_cookie(name(link), path=path, httponly=True, samesite="Strict", secure=_is_secure())
    return response


def _is_secure() -> bool:
    return bool(request.is_secure or current_app.config["SESSION_COOKIE_SECURE"])
