"""The whole public address of a wave, the same for everybody who is asked; it needs no request."""

from flask import current_app

from app.core.pages import has_page


def invitation_address(link: str) -> str:
    """Where an invitation leads: what is asked, how safe it is, and the way to begin."""
    base = current_app.config["BASE_URL"] or f"http://127.0.0.1:{current_app.config['PORT']}"
    path = f"/voice/s/{link}"
    if has_page("voice.invitation"):
        path = current_app.url_map.bind("").build("voice.invitation", {"link": link})
    return f"{base.rstrip('/')}{path}"
