"""What can go wrong in words: exceptions that operations raise, and the pages or JSON problems they become."""

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.core.db import db


class UpliftError(Exception):
    """An answer other than success. `message` is a sentence for the person who reads it."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    title = "Something went wrong on our side"

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class NotSignedIn(UpliftError):
    status = HTTPStatus.UNAUTHORIZED
    title = "Please sign in"


class NotAllowed(UpliftError):
    status = HTTPStatus.FORBIDDEN
    title = "This page is not yours to open"


class NotFound(UpliftError):
    status = HTTPStatus.NOT_FOUND
    title = "There is no page here"


class Conflict(UpliftError):
    """The action no longer fits the present state (a second click, a stale tab)."""

    status = HTTPStatus.CONFLICT
    title = "This was changed in the meantime"


class Invalid(UpliftError):
    """Input that can't be accepted. `fields` maps a field's name to its message."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "Some of this can't be accepted"

    def __init__(self, message: str = "", fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields = dict(fields or {})


TITLES = {
    HTTPStatus.BAD_REQUEST: "The request could not be read",
    HTTPStatus.NOT_FOUND: NotFound.title,
    HTTPStatus.FORBIDDEN: NotAllowed.title,
    HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take that action",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "That is more than this page takes",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many tries in a short time",
}


def wants_json() -> bool:
    best = request.accept_mimetypes.best_match(["text/html", "application/json", "application/problem+json"])
    return best is not None and best.endswith("json")


def answer(status: int, title: str, message: str, fields: Mapping[str, str] | None = None) -> ResponseReturnValue:
    """One error as a page, or as a problem document (RFC 9457) for programs."""
    if wants_json():
        problem = {"type": "about:blank", "title": title, "status": status, "detail": message}
        if fields:
            problem["errors"] = dict(fields)
        return problem, status, {"Content-Type": "application/problem+json"}
    return render_template("errors/error.html", status=status, title=title, message=message), status


def _uplift_error(error: UpliftError) -> ResponseReturnValue:
    db.session.rollback()
    if isinstance(error, NotSignedIn) and not wants_json():
        return redirect(url_for("accounts.login", next=_where_to_return()))
    fields = error.fields if isinstance(error, Invalid) else None
    return answer(int(error.status), error.title, error.message, fields)


def _where_to_return() -> str:
    """The page that a signed-out person asked for; for a form the page it was on, as its address may take POST only."""
    if request.method in {"GET", "HEAD"}:
        return request.full_path.rstrip("?")
    page = urlsplit(request.referrer or "")
    if page.netloc != request.host:
        return "/"
    return page.path + (f"?{page.query}" if page.query else "")


def _csrf_error(error: CSRFError) -> ResponseReturnValue:
    db.session.rollback()
    message = (
        "The page had been open for too long, or you signed in again elsewhere, so it was not accepted. "
        "Nothing was changed. Go back, reload the page and send it again."
    )
    return answer(400, "This form is no longer valid", message)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    db.session.rollback()
    status = HTTPStatus(error.code)
    headers = [(k, v) for k, v in error.get_headers() if k.lower() in {"allow", "retry-after"}]
    response = make_response(answer(error.code, TITLES.get(status, status.phrase), ""))
    response.headers.extend(headers)
    return response


def _unexpected(error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    current_app.logger.exception("unexpected error at %s", request.path)
    message = "Nothing was saved. Please try again; if it happens twice, tell your administrator the time it happened."
    try:
        return answer(500, UpliftError.title, message)
    except Exception:  # the page shows who is signed in: where that can't be read, the words alone must do
        current_app.logger.exception("the error page itself could not be drawn")
        return f"{UpliftError.title}. {message}", 500, {"Content-Type": "text/plain; charset=utf-8"}


def init_app(app: Flask) -> None:
    app.register_error_handler(UpliftError, _uplift_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    if not app.config["TESTING"]:
        app.register_error_handler(Exception, _unexpected)
