"""The period that coverage is looked at for, as it stands in the address."""

from collections.abc import Mapping
from typing import Any

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from app.coaching.rules.coverage import LENGTHS, USUAL_LENGTH
from app.core.forms import BaseForm


class CoverageForm(BaseForm):
    """Read from the address by GET: it changes nothing, so it needs no token. Made by `coverage_form`."""

    class Meta(BaseForm.Meta):
        csrf = False

    days = SelectField(
        "Period", choices=[SelectChoice(str(days), f"{days} days") for days in LENGTHS], validate_choice=False
    )

    @property
    def length(self) -> int:
        return int(self.days.data)


def coverage_form(args: Mapping[str, Any]) -> CoverageForm:
    """The form; a number of days that is not offered becomes the usual one."""
    form = CoverageForm(args)
    if form.days.data not in {str(days) for days in LENGTHS}:
        form.days.data = str(USUAL_LENGTH)
    return form
