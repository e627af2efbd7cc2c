"""Who calls: a program shows a token in every call; a webhook is known by its signature."""

from http import HTTPStatus

from flask import request

from app.nps.api.throttle import throttle
from app.nps.api.web import Problem
from app.nps.queries.sources import Caller, caller_with

CHALLENGE = 'Bearer realm="Uplift"'


def require_token() -> Caller:
    """The program whose token is shown; it writes responses of one source. Raises Problem (401 or 429)."""
    shown = request.authorization
    if shown is None or shown.type != "bearer" or not shown.token:
        raise stranger("Show a token: Authorization: Bearer uplift_…", CHALLENGE)
    caller = caller_with(shown.token)
    if caller is None:
        raise stranger("This token is not known, or it has been revoked.", f'{CHALLENGE}, error="invalid_token"')
    throttle().count("token", caller.token_id)
    return caller


def stranger(detail: str, challenge: str) -> Problem:
    """The answer to whoever can't be known; 429 where an address asks too often."""
    throttle().count("stranger", request.remote_addr)
    return Problem(HTTPStatus.UNAUTHORIZED, detail, headers={"WWW-Authenticate": challenge})
