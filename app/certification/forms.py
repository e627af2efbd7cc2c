"""The filter of the certification report, as it stands in the address."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Optional

from app.certification.rules import State
from app.core.forms import BaseForm, strip

ANY = ""
# The words of a state as they follow "people who are …".
STATES = [SelectChoice(ANY, "in any state"), *(SelectChoice(state.value, state.words) for state in State)]


def _text(value: Any) -> str:
    return strip(str(value)) or "" if value is not None else ""


class ReportForm(BaseForm):
    """Read from the address by GET: it changes nothing, so it needs no token."""

    class Meta(BaseForm.Meta):
        csrf = False

    programme = SelectField("Programme", coerce=_text, validate_choice=False)
    department = SelectField("Department", coerce=_text, validate_choice=False)
    location = SelectField("Location", coerce=_text, validate_choice=False)
    job_role = SelectField("Job role", coerce=_text, validate_choice=False)
    supervisor = StringField("Supervisor", [Length(max=254)])
    state = SelectField("State", choices=STATES, coerce=_text, default=ANY)
    within = IntegerField(
        "Expires within days", [Optional(), NumberRange(0, 3650, "Give a number of days up to 3,650.")]
    )

    def offer(self, values: Mapping[str, Sequence[str]]) -> "ReportForm":
        """Offer the values that people have, and keep one from the address that nobody has any more."""
        for name, anything in (
            ("department", "any department"),
            ("location", "any location"),
            ("job_role", "any job role"),
        ):
            field = self[name]
            known = [value for value in values[name] if value]
            if field.data and field.data not in known:
                known.append(field.data)
            field.choices = [SelectChoice(ANY, anything), *(SelectChoice(value, value) for value in known)]
        return self
