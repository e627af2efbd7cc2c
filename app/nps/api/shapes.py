"""What is sent and what is answered, field by field. The OpenAPI document and its page are made of these models."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)
from pydantic.config import JsonDict

from app.nps.rules.responses import Contact, Given, Outcome

MOST_ROWS = 1000
MOST_NAMES = 30  # drivers or segment fields of one response
LONGEST_NAME = 80
_FIRST, _LAST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_NOT_BLANK = r"[^\s\u0000]"  # for those who read the schema: something other than white space


def _without_nul(value: Any) -> Any:
    """PostgreSQL can't store NUL."""
    return value.replace("\x00", "") if isinstance(value, str) else value


def _plain_number(value: Any) -> Any:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise ValueError("not a whole number")
    return value


def _number(value: Any) -> Any:
    """Survey tools hand numbers over as text, too: "9" is 9, while "", "7.5" and "ten" are no numbers of a scale."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]|10", value, re.ASCII):
        return int(value)
    if isinstance(value, str):
        raise ValueError("not a whole number from 0 to 10")
    return _plain_number(value)


def _text_of_moment(value: Any) -> Any:
    """A number would be taken for seconds since 1970, and milliseconds for a year far off."""
    if not isinstance(value, str) or not re.match(r"\d{4}-\d\d-\d\d[Tt ]\d\d:", value):
        raise ValueError("not a date and time such as 2026-09-01T14:30:00+02:00")
    return value


def _plausible(value: datetime) -> datetime:
    if not _FIRST <= value < _LAST:
        raise ValueError("not between the years 1990 and 2100")
    return value


Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), BeforeValidator(_without_nul)]
Address = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254), BeforeValidator(_without_nul)]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, max_length=60), BeforeValidator(_without_nul)]
Comment = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000), BeforeValidator(_without_nul)]
Id = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    BeforeValidator(_without_nul),
    Field(json_schema_extra={"pattern": _NOT_BLANK}),
]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NAME),
    BeforeValidator(_without_nul),
]
Rating = Annotated[
    int,
    Field(ge=0, le=10),
    BeforeValidator(_number),
    WithJsonSchema(
        {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 10}, {"enum": [str(n) for n in range(11)]}]}
    ),
]
Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_text_of_moment),
    AfterValidator(_plausible),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-09-01T14:30:00+02:00"]}),
]
Named = Field(
    max_length=MOST_NAMES,
    json_schema_extra={"propertyNames": {"minLength": 1, "maxLength": LONGEST_NAME, "pattern": _NOT_BLANK}},
)


class Shape(BaseModel):
    """A key that is not known is refused: a misspelt one would be a lost answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)


_WITH_CUSTOMER_KEY: JsonDict = {
    "anyOf": [
        {"properties": {"contact": {"type": "null"}}},
        {"properties": {"customer_key": {"type": "string", "pattern": _NOT_BLANK}}, "required": ["customer_key"]},
    ]
}


class ContactShape(Shape):
    """A customer's personal fields: kept apart from the answers, shown to few, erased when the customer asks for it."""

    model_config = ConfigDict(title="Contact")

    name: Text | None = Field(None, description="The customer’s name.")
    email: Address | None = Field(None, description="The customer’s e-mail address.")
    phone: Phone | None = Field(None, description="The customer’s telephone number.")


class ResponseShape(Shape):
    """What one customer answered. Only the first three are needed; null says the same as leaving a field out."""

    model_config = ConfigDict(title="Response", json_schema_extra={"dependentSchemas": {"contact": _WITH_CUSTOMER_KEY}})

    external_id: Id = Field(
        description="Your own id of the response. The same id with other content corrects the response and keeps what "
        "it said before; the same id with the same content changes nothing."
    )
    score: Rating = Field(description='How likely they are to recommend us, 0 to 10; text such as "9" is read, too.')
    responded_at: Moment = Field(description="When they answered, with the offset from UTC.")
    comment: Comment | None = Field(None, description="What they wrote, in their words.")
    survey: Text | None = Field(None, description="The survey that asked them.")
    touchpoint: Text | None = Field(None, description="What they had to do with us about, such as Phone support.")
    channel: Text | None = Field(None, description="How they were asked, such as E-mail.")
    department: Text | None = Field(
        None, description="The department that served. When left out: that of the employee, if one is given."
    )
    team: Text | None = Field(
        None, description="The team that served. When left out: the people of the employee’s supervisor."
    )
    tier: Text | None = Field(None, description="The customer’s value tier, such as Gold.")
    employee: Address | None = Field(None, description="Who served: an employee id or e-mail address.")
    customer_key: Text | None = Field(None, description="Your own id of the customer. Needed with contact.")
    contact: ContactShape | None = Field(None, description="The customer’s personal fields, if you need them here.")
    osat: Rating | None = Field(None, description="Overall satisfaction, 0 to 10, where you ask for it.")
    drivers: Annotated[dict[Name, Rating], Named] | None = Field(
        None, description='What else they rated, by its name: {"Solved at the first contact": 4}.'
    )
    segments: Annotated[dict[Name, Text], Named] | None = Field(
        None, description='Further fields to split the score by: {"Region": "North"}.'
    )

    @field_validator("contact")
    @classmethod
    def _customer_is_known(cls, value: ContactShape | None, info: ValidationInfo) -> ContactShape | None:
        if value is not None and info.data.get("customer_key") in {None, ""}:
            raise ValueError("needs customer_key beside it: by that a customer can be found and forgotten")
        return value

    def given(self) -> Given:
        """As operations take it."""
        plain = self.model_dump(exclude={"contact"}, exclude_none=True)
        contact = Contact(**self.contact.model_dump(exclude_none=True)) if self.contact else None
        return Given(**plain, contact=contact)


class Message(Shape):
    """Responses that arrive together."""

    responses: list[ResponseShape] = Field(min_length=1, max_length=MOST_ROWS, description="The responses.")
    driver_scale: Literal["1-5", "0-10"] | None = Field(
        None, description="The scale of all drivers in this call. It matters when a driver comes for the first time."
    )


class Batch(Message):
    """Responses, and what becomes of all when one is refused."""

    mode: Literal["all_or_nothing", "per_row"] = Field(
        "all_or_nothing",
        description="all_or_nothing: one refused response refuses the whole call. per_row: the others are recorded, "
        "and the answer says which were not.",
    )


class MessageEnvelope(Message):
    """A message whose responses are read one by one, so that each is judged by itself."""

    responses: list[Any] = Field(min_length=1, max_length=MOST_ROWS)


class BatchEnvelope(Batch):
    """A batch of which the same is true."""

    responses: list[Any] = Field(min_length=1, max_length=MOST_ROWS)


class Result(BaseModel):
    """What became of one response."""

    index: int = Field(ge=0, description="Its place in the call, from 0.")
    external_id: str | None = Field(description="Your id of it; null where it could not be read.")
    outcome: Outcome = Field(
        description="added; corrected: it said something else before; unchanged: it said the same; superseded: an "
        "earlier version of a response that has been corrected since; refused: see the reason."
    )
    reason: str | None = Field(description="Why it was refused.")


class Recorded(BaseModel):
    """How many of each outcome, and the outcome of each."""

    added: int = Field(ge=0)
    corrected: int = Field(ge=0)
    unchanged: int = Field(ge=0)
    superseded: int = Field(ge=0)
    refused: int = Field(ge=0)
    results: list[Result]


class InvitationShape(Shape):
    """How many people one survey asked in one month."""

    model_config = ConfigDict(title="Invitation")

    survey: Id = Field(description="The survey’s name, as its responses carry it.")
    month: Annotated[str, StringConstraints(pattern=r"^(199\d|20\d\d)-(0[1-9]|1[0-2])$", max_length=7)] = Field(
        description="The month in which they were asked.", examples=["2026-09"]
    )
    asked: Annotated[int, Field(ge=0, le=1_000_000_000), BeforeValidator(_plain_number)] = Field(
        description="How many were asked. The number replaces what was said before."
    )

    @property
    def first_day(self) -> date:
        return date.fromisoformat(f"{self.month}-01")


class Invitations(Shape):
    """What response rates are worked out from. Everything counts, or nothing."""

    invitations: list[InvitationShape] = Field(min_length=1, max_length=MOST_ROWS)


class Kept(BaseModel):
    """How many of the months were new, changed, or known already."""

    added: int = Field(ge=0)
    changed: int = Field(ge=0)
    unchanged: int = Field(ge=0)


class ErrorShape(BaseModel):
    """One thing that is wrong, and where."""

    model_config = ConfigDict(title="Error")

    place: str = Field(description="responses[3].score; empty for the body as a whole.")
    reason: str


class ProblemShape(BaseModel):
    """A problem document as RFC 9457 has it."""

    model_config = ConfigDict(title="Problem")

    type: Literal["about:blank"]
    title: str
    status: int = Field(ge=400, le=599)
    detail: str = Field(description="What happened and what to do, in a sentence.")
    errors: list[ErrorShape] = Field(default=[], description="All that is wrong with the body (the first 1,000).")
