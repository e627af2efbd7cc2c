"""The addresses that programs call hang on this blueprint; whatever goes wrong there is told as RFC 9457 has it."""

import logging
import traceback
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from app.core.db import db
from app.core.errors import UpliftError

PREFIX = "/api"
MOST_ERRORS = 1000
logger = logging.getLogger(__name__)
api = Blueprint("nps_api", __name__, url_prefix=PREFIX)


class Problem(Exception):
    """An answer other than success. `errors` says what is wrong where: {"place": "responses[3].score", "reason": …}."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        *,
        errors: Iterable[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = list(errors)
        self.headers = dict(headers or {})


@api.errorhandler(Problem)
def told(problem: Problem) -> Response:
    """A problem document, whatever the caller accepts; nothing of what was begun is kept."""
    db.session.rollback()
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": problem.status.phrase,
        "status": int(problem.status),
        "detail": problem.detail,
    }
    if problem.errors:
        body["errors"] = problem.errors[:MOST_ERRORS]
    response = jsonify(body)
    response.status_code = problem.status
    response.headers.extend(problem.headers)
    response.content_type = "application/problem+json"
    return response


@api.errorhandler(UpliftError)
def _refused(error: UpliftError) -> Response:
    return told(Problem(error.status, error.message or error.title))


@api.errorhandler(HTTPException)
def _http_error(error: HTTPException) -> Response:
    status = HTTPStatus(error.code or 500)
    details = {
        HTTPStatus.NOT_FOUND: "There is nothing at this address. GET /api/openapi.json lists all that there is.",
        HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take that method.",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is larger than this installation takes: send fewer at a time.",
    }
    kept = {name: value for name, value in error.get_headers() if name.lower() in {"allow", "retry-after"}}
    return told(Problem(status, details.get(status, "The request could not be read."), headers=kept))


@api.errorhandler(Exception)
def _unexpected(error: Exception) -> Response:
    """Our fault. The log names the place alone: a database's message may quote what a customer wrote."""
    if current_app.testing:
        raise error
    places = "".join(traceback.format_tb(error.__traceback__))
    logger.error("unexpected %s at %s\n%s", type(error).__name__, request.url_rule, places)
    return told(Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong on our side. Nothing was kept."))


@api.before_app_request
def _leads_nowhere() -> Response | None:
    """An address below /api/ that no route answers is told to a program, too, and never as a page."""
    error = request.routing_exception
    if isinstance(error, NotFound | MethodNotAllowed) and request.path.startswith(PREFIX + "/"):
        return _http_error(error)
    return None
