"""The pages of this slice hang on this blueprint, and what its templates need."""

from datetime import date, datetime
from typing import Any

import segno
from flask import Blueprint, Response, current_app, request, url_for
from markupsafe import Markup

from app.certification.rules import NEVER, Need, State, certificate_state, state

certification = Blueprint("certification", __name__, template_folder="templates")
PLACES = {"course": "courses", "quiz": "quizzes"}


@certification.app_template_filter("long_day")
def long_day(value: date | None) -> str:
    """A date that reads the same on every day: "3 March 2026"."""
    return "" if value is None or value == NEVER else f"{value.day} {value:%B %Y}"


@certification.app_template_filter("evidence_day")
def evidence_day(moment: str) -> str:
    """The day of a moment kept as text in a certificate's evidence."""
    return long_day(datetime.fromisoformat(moment).date())


def need_address(need: Need) -> str:
    """Where one fulfils a requirement."""
    return f"{request.script_root}/{PLACES[need.kind]}/{need.slug}"


def verification_address(code: str) -> str:
    """The public address printed on a certificate: from the settings, never from what a request claims."""
    base = current_app.config["BASE_URL"] or f"http://127.0.0.1:{current_app.config['PORT']}"
    return base.rstrip("/") + url_for("certification.verify", code=code)


def qr_picture(address: str) -> Markup:
    """The address as a QR code in SVG, dark on white in every theme."""
    code = segno.make(address, error="m", micro=False)
    drawn = code.svg_inline(
        dark="#1d2733",
        light="#fff",
        border=2,
        title="QR code of the verification address",
        svgclass="qr",
        omitsize=True,
    )
    return Markup(drawn.replace("<svg ", '<svg role="img" ', 1))  # noqa: S704 - made by segno from our own address


def standing_state(row: Any, today: date) -> State:
    """The state today of a row of queries.standing_of."""
    return state(row.stage, row.expires_on, today, row.renewal_days)


def hidden_from_search(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


for shown in (need_address, verification_address, qr_picture, standing_state, certificate_state):
    certification.add_app_template_global(shown)
