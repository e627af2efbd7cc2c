"""The shape of what people send about sources."""

import secrets
from typing import Any

from wtforms import HiddenField, IntegerField, MonthField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from app.core.forms import BaseForm
from app.nps.queries.sources import surveys


class SourceForm(BaseForm):
    name = StringField(
        "Name of the system",
        [DataRequired("Enter a name, such as that of the survey tool."), Length(max=120)],
        description="Such as the survey tool’s name and what it asks about.",
    )


class TokenForm(BaseForm):
    """A token to be made. `seed` is this form's own: sent twice, it makes one token."""

    name = StringField(
        "What the token is for",
        [DataRequired("Enter what the token is for."), Length(max=120)],
        description="So that you know later which program stops when you revoke it.",
    )
    seed = HiddenField(validators=[InputRequired(), Length(min=32, max=64)])

    @classmethod
    def fresh(cls) -> "TokenForm":
        return cls(formdata=None, data={"seed": secrets.token_urlsafe(32)})


class RotationForm(BaseForm):
    """A new secret, in place of the one of the epoch `seen`."""

    seen = IntegerField(validators=[InputRequired(), NumberRange(1, 1_000_000)])


class AskedForm(BaseForm):
    """How many a survey asked in a month."""

    survey = SelectField("Survey", [InputRequired("Choose a survey.")])
    month = MonthField("Month", [InputRequired("Enter a month as year and month, such as 2026-09.")])
    asked = IntegerField(
        "People asked",
        [
            InputRequired("Enter how many people the survey asked, as a whole number."),
            NumberRange(0, 1_000_000_000, "Enter a number from 0 to 1,000,000,000."),
        ],
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.survey.choices = surveys()
