"""The sentence above the pivot, as it stands in the address."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import SelectField, SelectMultipleField, ValidationError
from wtforms.fields.choices import SelectChoice

from app.core.forms import BaseForm, strip
from app.nps import rules
from app.nps.queries.pivot import PERSON, Split
from app.nps.rules import Period, pivoting
from app.nps.rules.dimensions import FIXED

NOTHING = ""  # one dimension alone
USUAL = ("touchpoint", "channel")


def _text(value: Any) -> str:
    return strip(str(value)) or "" if value is not None else ""


def _label_id(value: Any) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class PivotForm(BaseForm):
    """Read from the address by GET: it changes nothing, so it needs no token. Made by `pivot_form`."""

    class Meta(BaseForm.Meta):
        csrf = False

    rows = SelectField("Split by", coerce=_text, validate_choice=False)
    columns = SelectField("And by", coerce=_text, validate_choice=False)
    period = SelectField("Months", coerce=_text, validate_choice=False)
    shown = SelectMultipleField("Columns", coerce=_label_id, validate_choice=False)

    splits: dict[str, Split]
    today: date

    @property
    def named(self) -> Period | None:
        """The period as the address has it."""
        return rules.named(self.period.data, self.today)

    def validate_rows(self, field: SelectField) -> None:
        if field.data not in self.splits:
            raise ValidationError("These responses can't be split by that. Choose one from the list.")

    def validate_columns(self, field: SelectField) -> None:
        if field.data == NOTHING:
            return
        if field.data == PERSON.key and PERSON.key in self.splits:
            raise ValidationError("People stand one below the other, in order of name. Choose something else here.")
        if field.data not in self.splits:
            raise ValidationError("These responses can't be split by that. Choose one from the list.")
        if field.data == self.rows.data:
            raise ValidationError("That is what the rows are split by already. Choose something else here.")

    def validate_period(self, field: SelectField) -> None:
        if self.named is None:
            raise ValidationError("That is no period. Choose one from the list.")


def pivot_form(args: MultiDict[str, str], splits: Sequence[Split], today: date) -> PivotForm:
    """The form, with what the address leaves out filled in and all choices on offer."""
    keys = [split.key for split in splits]
    usual = [key for key in (*USUAL, *keys) if key in keys and key != PERSON.key] or keys
    filled = MultiDict(args)
    filled.setdefault("rows", next((key for key in usual if key != args.get("columns")), NOTHING))
    filled.setdefault("columns", next((key for key in usual if key != filled["rows"]), NOTHING))
    if not filled.get("period"):
        filled["period"] = pivoting.latest_months(today).key
    form = PivotForm(filled)
    form.splits, form.today = {split.key: split for split in splits}, today
    form.rows.choices = [SelectChoice(split.key, in_a_sentence(split)) for split in splits]
    across = [choice for choice in form.rows.choices if choice.value != PERSON.key]
    form.columns.choices = [*across, SelectChoice(NOTHING, "nothing else")]
    form.period.choices = list(_periods(form.named, today))
    return form


def _periods(chosen: Period | None, today: date) -> Iterator[SelectChoice]:
    groups = pivoting.offered(today)
    known = {period.key for periods in groups.values() for period in periods}
    if chosen and chosen.key not in known:
        yield SelectChoice(chosen.key, pivoting.in_months(pivoting.whole_months(chosen)), optgroup="Chosen")
    for group, periods in groups.items():
        for period in periods:
            yield SelectChoice(period.key, pivoting.in_months(period), optgroup=group)


def in_a_sentence(split: Split) -> str:
    """The dimension's name in the middle of a sentence: "touchpoint", while a segment keeps its spelling."""
    return split.name.lower() if split.key in FIXED or split == PERSON else split.name
