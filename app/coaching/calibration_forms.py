"""The shape of what people send about calibrations."""

import re
import secrets
from collections.abc import Mapping
from typing import Any

from wtforms import DateField, FloatField, HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app.coaching.operations.calibration import MOST_ITEMS, MOST_RATERS, Interaction
from app.coaching.queries import calibration as queries
from app.coaching.queries.benchmarks import current_behaviours
from app.core.forms import BaseForm

MOST_LISTED = 60  # supervisors that are offered as check boxes
LONGEST_TRANSCRIPT = 20_000
PARTS = ("title", "material", "link")  # of an interaction
NUMBERS = range(1, MOST_ITEMS + 1)
_BETWEEN_IDS = re.compile(r"[,;\n\r\t]+")
_WEB = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_LEVEL = "level_"


class TickedField(SelectMultipleField):  # type: ignore[misc]
    """Several of a list, as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: BaseForm) -> None:
        try:
            super().pre_validate(form)
        except ValidationError:
            raise ValidationError("One of these is no longer in the list. Choose again.") from None


class CalibrationForm(BaseForm):
    """A calibration to be opened. `token` is this form's own: sent twice, it opens one.

    Its interactions are the fields title_1, material_1 and link_1 and so on, added below. Where there are too many
    supervisors to list, the raters are named by their employee ids.
    """

    token = HiddenField(validators=[InputRequired(), Length(min=16, max=40)])
    title = StringField(
        "Title",
        [DataRequired("Enter a title."), Length(max=200)],
        description="Raters see it in their list, such as “Complaints by phone, spring”.",
    )
    floor = FloatField(
        "Floor of agreement",
        [InputRequired("Enter a number from 0 to 1, such as 0.5."), NumberRange(0, 1, "Enter a number from 0 to 1.")],
        description="Of the ICC, from 0 to 1. A behaviour below it opens no gaps until raters agree on it.",
    )
    closes_on = DateField(
        "Last day to score",
        [InputRequired("Enter a day as year, month and day, such as 2026-09-30.")],
        description="It closes by itself after this day, or as soon as everyone has handed in.",
    )
    behaviours = TickedField("Behaviours to score", [InputRequired("Choose at least one behaviour.")], coerce=int)
    raters = TickedField("Raters", [InputRequired("Choose at least two raters: agreement takes two.")], coerce=int)
    employee_ids = TextAreaField(
        "Employee ids of the raters",
        [DataRequired("Enter at least two employee ids: agreement takes two."), Length(max=8000)],
        description="One on each line, or with commas between them. Raters are people whom others report to.",
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.behaviours.choices = [SelectChoice(row.id, row.name) for row in current_behaviours()]
        leads = queries.supervisors(MOST_LISTED + 1)
        if len(leads) > MOST_LISTED:
            del self.raters
        else:
            del self.employee_ids
            self.raters.choices = [SelectChoice(row.id, _named(row)) for row in leads]

    @classmethod
    def fresh(cls) -> "CalibrationForm":
        return cls(formdata=None, data={"token": secrets.token_urlsafe(24), "floor": 0.5})

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        for number in NUMBERS:
            valid = self._check_interaction(number) and valid
        return valid

    def _check_interaction(self, number: int) -> bool:
        """What one field of an interaction asks of the others."""
        title, material, link = (self.part(name, number) for name in PARTS)
        if (material.data or link.data) and not title.data:
            title.errors = [*title.errors, "Enter a title for this interaction."]
        if title.data and not (material.data or link.data):
            material.errors = [*material.errors, "Add what was said, or a link to a recording."]
        if link.data and not _WEB.match(link.data):
            link.errors = [*link.errors, "Enter a link that begins with https:// or http://."]
        return not (title.errors or material.errors or link.errors)

    def validate_employee_ids(self, field: TextAreaField) -> None:
        ids = _ids_in(field.data)
        if len(ids) > MOST_RATERS:
            raise ValidationError(f"Enter at most {MOST_RATERS} employee ids.")
        known = {row.employee_id for row in queries.supervisors_among(employee_ids=ids)}
        unknown = [one for one in ids if one not in known]
        if unknown:
            named = ", ".join(f"“{one[:40]}”" for one in unknown[:5])
            raise ValidationError(f"Nobody whom others report to has the employee id {named}.")

    def part(self, name: str, number: int) -> Any:
        """The field of an interaction."""
        return self[f"{name}_{number}"]

    @property
    def interactions(self) -> list[Interaction]:
        """Those that something was entered for."""
        rows = [[self.part(name, number).data or "" for name in PARTS] for number in NUMBERS]
        return [Interaction(*row) for row in rows if any(row)]

    @property
    def chosen_raters(self) -> list[int]:
        if "raters" in self:
            return list(self.raters.data)
        return [row.id for row in queries.supervisors_among(employee_ids=_ids_in(self.employee_ids.data))]


def _add_interactions() -> None:
    for number in NUMBERS:
        fields = (
            StringField(f"Title of interaction {number}", [Length(max=200)]),
            TextAreaField(f"What was said in interaction {number}", [Length(max=LONGEST_TRANSCRIPT)]),
            StringField(f"Link to a recording of interaction {number}", [Length(max=500)]),
        )
        for name, field in zip(PARTS, fields, strict=True):
            setattr(CalibrationForm, f"{name}_{number}", field)


_add_interactions()


def _named(row: Any) -> str:
    return f"{row.given_name} {row.family_name}" + (f", {row.job_role}" if row.job_role else "")


def _ids_in(text: str | None) -> list[str]:
    """Each once, in their order."""
    return list(dict.fromkeys(one.strip() for one in _BETWEEN_IDS.split(text or "") if one.strip()))


def levels_given(form: Mapping[str, str]) -> dict[int, int]:
    """Level by behaviour's id; what is no number becomes 0, which is no level."""
    found = {name.removeprefix(_LEVEL): value for name, value in form.items() if name.startswith(_LEVEL)}
    return {_number(name): _number(value) for name, value in found.items()}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
