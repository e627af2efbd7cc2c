"""Whole public addresses of pages of coaching; they need no request."""

from flask import current_app

from app.core.pages import has_page


def session_address(session_id: int) -> str:
    """The page of a talk: what mails and calendar entries point to."""
    base = current_app.config["BASE_URL"] or f"http://127.0.0.1:{current_app.config['PORT']}"
    path = "/"
    if has_page("coaching.session"):
        path = current_app.url_map.bind("").build("coaching.session", {"session_id": session_id})
    return f"{base.rstrip('/')}{path}"
