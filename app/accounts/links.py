"""What stands in a one-time link: the signed id of its row, so that no secret is kept anywhere."""

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from app.accounts.models import LinkPurpose

ENDPOINTS = {LinkPurpose.INVITATION: "accounts.invitation", LinkPurpose.RESET: "accounts.reset"}


def _serializer(purpose: LinkPurpose) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=f"accounts.link.{purpose}")


def make_token(purpose: LinkPurpose, link_id: int) -> str:
    return _serializer(purpose).dumps(link_id)


def read_token(purpose: LinkPurpose, token: str) -> int | None:
    """The id of the link's row; None when we did not make this token for this purpose. The row knows when it ends."""
    try:
        link_id = _serializer(purpose).loads(token)
    except BadData:
        return None
    return link_id if isinstance(link_id, int) else None


def address(purpose: LinkPurpose, link_id: int) -> str:
    """The whole public address of a link; needs no request."""
    base = current_app.config["BASE_URL"] or f"http://127.0.0.1:{current_app.config['PORT']}"
    path = current_app.url_map.bind("").build(ENDPOINTS[purpose], {"token": make_token(purpose, link_id)})
    return f"{base.rstrip('/')}{path}"
