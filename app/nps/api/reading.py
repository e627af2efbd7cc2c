"""From the bytes of a body to what they say, with everything that is wrong named by its place."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

from flask import request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, from_json

from app.nps.api.shapes import ResponseShape
from app.nps.api.web import Problem
from app.nps.rules.responses import Given

JSON = "application/json"
LONGEST_KEY = 80
WRONG = "Nothing was kept: {} Mend what the errors name, and send it again."
M = TypeVar("M", bound=BaseModel)
# What pydantic says in a programmer's words, in ours.
WORDS = {
    "extra_forbidden": "this key is not known here",
    "missing": "this key is missing",
    "string_type": "not a text",
    "string_too_long": "longer than {max_length} characters",
    "string_too_short": "may not be empty",
    "string_pattern_mismatch": "not of the form that is wanted here",
    "int_from_float": "not a whole number",
    "less_than_equal": "more than {le}",
    "greater_than_equal": "less than {ge}",
    "timezone_aware": "says no time zone: end it with Z, or with an offset such as +02:00",
    "datetime_from_date_parsing": "not a date and time such as 2026-09-01T14:30:00+02:00",
    "datetime_parsing": "not a date and time such as 2026-09-01T14:30:00+02:00",
    "list_type": "not a list",
    "dict_type": "not an object",
    "model_type": "not an object",
    "too_short": "may not be empty",
    "too_long": "more than {max_length} of them",
    "literal_error": "not one of {expected}",
}


@dataclass(frozen=True)
class Wrong:
    """One thing that is wrong, and where."""

    place: str
    reason: str

    def within(self, outer: str) -> "Wrong":
        return Wrong(_joined(outer, self.place), self.reason)

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}" if self.place else self.reason


@dataclass(frozen=True)
class Row:
    """One response of a call: what it says, or what keeps it from being read (at places within it)."""

    place: str
    external_id: str | None
    given: Given | None = None
    wrong: Sequence[Wrong] = ()


def body() -> bytes:
    """The request's body. Raises Problem when it isn't said to be JSON; werkzeug refuses one that is too large."""
    if request.mimetype != JSON:
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Send the body as {JSON}.", headers={"Accept-Post": JSON})
    return request.get_data(cache=False)


def parsed(data: bytes) -> Any:
    """What the JSON says. Raises Problem (400) when it is none."""
    try:
        return from_json(data, allow_inf_nan=False)
    except ValueError as error:
        raise Problem(HTTPStatus.BAD_REQUEST, f"The body is not JSON: {error}.") from None


def shaped(model: type[M], value: Any) -> M:
    """The value as `model`. Raises Problem (422) with all that is wrong."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise refused("the body is not what is wanted here.", wrongs(error)) from None


def rows(items: Sequence[Any]) -> list[Row]:
    """Each response of a list by itself."""
    return [_row(item, f"responses[{index}]") for index, item in enumerate(items)]


def one(item: Any) -> list[Row]:
    """A response that is the whole body."""
    return [_row(item, "")]


def _row(item: Any, place: str) -> Row:
    try:
        shape = ResponseShape.model_validate(item)
    except ValidationError as error:
        named = item.get("external_id") if isinstance(item, dict) else None
        return Row(place, named[:200] if isinstance(named, str) else None, wrong=list(wrongs(error)))
    return Row(place, shape.external_id, given=shape.given())


def refused(what: str, wrong: Iterable[Wrong]) -> Problem:
    """The answer to a body that can't be accepted."""
    errors = [{"place": one.place, "reason": one.reason} for one in wrong]
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, WRONG.format(what), errors=errors)


def wrongs(error: ValidationError) -> Iterator[Wrong]:
    """Everything that a model found, without what was sent: it may be a customer's words."""
    for detail in error.errors(include_url=False, include_input=False):
        yield Wrong(_place(detail["loc"]), _reason(detail))


def _reason(detail: ErrorDetails) -> str:
    words = WORDS.get(detail["type"])
    return words.format(**detail.get("ctx", {})) if words else detail["msg"].removeprefix("Value error, ")


def _place(path: Sequence[str | int]) -> str:
    place = ""
    for part in path:
        if part != "[key]":  # what pydantic adds when the key itself is wrong
            place = _joined(place, f"[{part}]" if isinstance(part, int) else part[:LONGEST_KEY])
    return place


def _joined(outer: str, inner: str) -> str:
    return f"{outer}.{inner}" if outer and inner and not inner.startswith("[") else outer + inner
