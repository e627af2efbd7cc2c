"""The shape of what people send about a survey."""

import re
from collections.abc import Iterable
from typing import Any

from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from app.core.forms import BaseForm, new_token
from app.voice.models import Survey
from app.voice.operations.surveys import Details
from app.voice.rules.questions import FIELDS
from app.voice.survey_phrases import MODES, PROMISES


class TickedField(SelectMultipleField):  # type: ignore[misc]
    """Several of a list, as check boxes. What is chosen beyond the list, the operation refuses."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"validate_choice": False, **kwargs})


def number(text: Any) -> int:
    """A number that a form carries; -1 for anything else."""
    return int(text) if re.fullmatch(r"\d{1,9}", str(text)) else -1


def one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def token_field() -> HiddenField:
    """This form's own: sent twice, it makes one thing."""
    return HiddenField(validators=[InputRequired(), Length(min=16, max=40)])


class StartForm(BaseForm):
    """A survey to begin: blank with a title, from a template, or as a copy. `start` says which."""

    token = token_field()
    start = HiddenField()
    title = StringField("Title", description="Those who are asked read it, such as “How our tools help you”.")
    copy = SelectField("Survey", choices=[], validate_choice=False, default="")

    @classmethod
    def fresh(cls) -> "StartForm":
        return cls(formdata=None, data={"token": new_token()})

    def offer(self, surveys: Iterable[Any]) -> None:
        """The surveys that can be copied."""
        self.copy.choices = [SelectChoice(str(row.id), row.title) for row in surveys]


class SurveyForm(BaseForm):
    """What is asked of whom is elsewhere: this is what people read, and what they are promised."""

    title = StringField("Title", description="Those who are asked read it.")
    purpose = TextAreaField(
        "Why you ask", description="Those who are asked read it before they begin: why you ask, and what comes of it."
    )
    mode = RadioField(
        "What you promise",
        choices=[SelectChoice(mode, f"{name}. {PROMISES[mode]}") for mode, name in MODES.items()],
        validate_choice=False,
    )
    segments = TickedField(
        "Groups that are compared, in a confidential survey",
        choices=[SelectChoice(*one) for one in FIELDS.items()],
        description="Kept with the answers. A value that fewer than 10 of those asked share is kept as “Other”.",
    )
    revision = HiddenField()

    @classmethod
    def of(cls, survey: Survey) -> "SurveyForm":
        facts = {name: getattr(survey, name) for name in ("title", "purpose", "mode")}
        chosen = survey.segments.split(",") if survey.segments else []
        return cls(formdata=None, data={**facts, "segments": chosen, "revision": str(survey.revision)})

    @property
    def details(self) -> Details:
        chosen = [name for name in FIELDS if name in (self.segments.data or [])]
        strange = [name for name in self.segments.data or [] if name not in FIELDS]
        return Details(
            title=one_line(self.title.data),
            purpose=self.purpose.data or "",
            mode=self.mode.data or "",
            segments=[*chosen, *strange],
        )

    @property
    def seen(self) -> int:
        return number(self.revision.data)
