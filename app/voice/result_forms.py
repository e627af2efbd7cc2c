"""The sentence above results: whose answers are shown, as it stands in the address."""

from collections.abc import Mapping
from typing import Any

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from app.core.forms import BaseForm, strip
from app.voice.rules.questions import FIELDS, OTHER, Definition

ANY = ""
LONGEST = 200
ALL = {
    "department": "all departments",
    "location": "all locations",
    "job_role": "all job roles",
    "tenure": "any length of time",
}
OTHERS = "Other (the smaller ones)"


def _text(value: Any) -> str:
    return (strip(str(value)) or "")[:LONGEST] if value is not None else ""


def _select(name: str) -> SelectField:
    return SelectField(FIELDS[name], coerce=_text, default=ANY, validate_choice=False)


class GroupForm(BaseForm):
    """The sentence. Read by GET: it changes nothing, so it needs no token.

    What it does not know is passed on, so that the ledger says why there is nothing of it.
    """

    class Meta(BaseForm.Meta):
        csrf = False

    department = _select("department")
    location = _select("location")
    job_role = _select("job_role")
    tenure = _select("tenure")

    @classmethod
    def read(cls, args: Mapping[str, str], definition: Definition) -> "GroupForm":
        """What the address asks for, among the fields by which this survey compares."""
        form = cls(args)
        fields = definition.segments if definition.mode == "confidential" else ()
        for name in FIELDS:
            if name in fields:
                values = [value for value in definition.values.get(name, ()) if value != OTHER]
                offered = [(ANY, ALL[name]), *((value, value) for value in values), (OTHER, OTHERS)]
                form[name].choices = [SelectChoice(value, words) for value, words in offered]
            else:
                del form[name]
        return form

    @property
    def filters(self) -> dict[str, str]:
        """Field and value of what is narrowed down to."""
        return {field.name: field.data for field in self if field.data}
