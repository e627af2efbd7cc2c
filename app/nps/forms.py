"""The period of a score's page, and what it is compared with, as they stand in the address."""

from datetime import date
from typing import Any

from wtforms import DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from app.core.forms import BaseForm, strip
from app.nps.rules import Period, month_of, named, quarter_of

USUAL = "last-90-days"
BEFORE, YEAR, NOTHING = "before", "year", "none"
QUARTERS, MONTHS = 8, 12  # so many of the latest are offered
RUNNING = (USUAL, "last-12-months")
AGAINST = {BEFORE: "the period before", YEAR: "the same period a year before", NOTHING: "nothing"}


def _text(value: Any) -> str:
    return strip(str(value)) or "" if value is not None else ""


def _inside(form: BaseForm, field: DateField) -> None:
    """Only dates that a period can begin or end with."""
    if field.data and named(f"{field.data}..{field.data}", field.data) is None:
        field.data = None
        raise ValidationError("Give a date between 1900 and 2999.")


class PeriodForm(BaseForm):
    """Read from the address by GET: it changes nothing, so it needs no token."""

    class Meta(BaseForm.Meta):
        csrf = False

    period = SelectField("Period", coerce=_text, validate_choice=False)
    against = SelectField("Compared with", coerce=_text, validate_choice=False)

    def offer(self, today: date, shown: Period, against: Period | None) -> "PeriodForm":
        """Offer the usual periods, and keep what the address names though it is none of them."""
        usual = _usual(today)
        self.period.choices = _with_chosen(shown, usual)
        self.period.data = shown.key
        beside = [SelectChoice(key, words, optgroup="Beside it") for key, words in AGAINST.items()]
        other = against if self.against.data not in AGAINST else None
        self.against.choices = _with_chosen(other, [*beside, *usual[len(RUNNING) + 1 :]])
        return self


class DatesForm(BaseForm):
    """Any two dates, as the period or as what it is compared with. `use` names the part of the address they become."""

    class Meta(BaseForm.Meta):
        csrf = False

    first = DateField("From", [InputRequired("Give the first day."), _inside])
    last = DateField("To", [InputRequired("Give the last day."), _inside])
    use = StringField("As")

    @property
    def sent(self) -> bool:
        return self.use.data in {"period", "against"}

    def validate_last(self, field: DateField) -> None:
        first = self.first.data
        if first and field.data and field.data < first:
            raise ValidationError("Give a last day that is not before the first.")
        if first and field.data and named(Period(first, field.data).key, field.data) is None:
            raise ValidationError("Give dates that lie at most a hundred years apart.")


def _with_chosen(period: Period | None, choices: list[SelectChoice]) -> list[SelectChoice]:
    if period is None or period.key in {choice.value for choice in choices}:
        return choices
    return [_choice(period, "Chosen"), *choices]


def _usual(today: date) -> list[SelectChoice]:
    running = [period for key in (*RUNNING, str(today.year)) if (period := named(key, today))]
    return [
        *(_choice(period, "Lately") for period in running),
        *(_choice(period, "Quarters") for period in _back(quarter_of(today), QUARTERS)),
        *(_choice(period, "Months") for period in _back(month_of(today), MONTHS)),
    ]


def _back(period: Period, count: int) -> list[Period]:
    """The period and those before it, newest first."""
    found = [period]
    while len(found) < count:
        found.append(found[-1].previous())
    return found


def _choice(period: Period, group: str) -> SelectChoice:
    words = f"{period.label} so far" if period.kind == "year" and group == "Lately" else period.label
    return SelectChoice(period.key, words, optgroup=group)
