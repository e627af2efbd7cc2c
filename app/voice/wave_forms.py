"""The shape of what people send about a wave: whom to ask, and when."""

from datetime import date, timedelta
from typing import Any

from wtforms import DateField, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional

from app.accounts.queries.lists import distinct_values
from app.core.forms import BaseForm, new_token
from app.voice.operations.waves import Plan
from app.voice.rules.schedule import MOST_REMINDERS, USUAL_DAYS, evenly
from app.voice.survey_forms import TickedField, token_field

WHO = {
    "everyone": "Everyone who works here",
    "rule": "Those who fit all that is chosen below",
    "link": "Anyone signed in who has the link: nobody is listed, invited or reminded",
}
REMINDERS = {
    "0": "None",
    "1": "One, half way",
    "2": "Two, evenly spread",
    "3": "Three, evenly spread",
    "days": "On days of my own",
}
OLDEST = 36_500  # days
A_DAY = "Enter a day as year, month and day, such as 2026-09-30."
GROUPS = {"department": "Departments", "location": "Locations", "job_role": "Job roles"}


class WaveForm(BaseForm):
    """One wave to be planned. `token` is this form's own: sent twice, it plans one."""

    token = token_field()
    who = RadioField(
        "Who is asked", choices=[SelectChoice(*one) for one in WHO.items()], validate_choice=False, default="everyone"
    )
    department = TickedField(GROUPS["department"])
    location = TickedField(GROUPS["location"])
    job_role = TickedField(GROUPS["job_role"])
    hired_from = IntegerField("Began at least so many days before", [Optional(), NumberRange(0, OLDEST)])
    hired_to = IntegerField("and at most so many days before", [Optional(), NumberRange(0, OLDEST)])
    opens_on = DateField("Opens on", [InputRequired(A_DAY)])
    closes_on = DateField("Last day to answer", [InputRequired(A_DAY)])
    remind_on = SelectField(
        "Reminders",
        choices=[SelectChoice(*one) for one in REMINDERS.items()],
        validate_choice=False,
        default="2",
        description="To those who have not taken part, as far as the list of participants knows.",
    )
    day_1 = DateField("First reminder", [Optional()])
    day_2 = DateField("Second reminder", [Optional()])
    day_3 = DateField("Third reminder", [Optional()])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name, values in distinct_values().items():
            self[name].choices = [SelectChoice(value, value) for value in values]

    @classmethod
    def fresh(cls, today: date, hired: tuple[int, int] | None = None) -> "WaveForm":
        """For a wave that opens today; of newcomers, where that is what the survey is for."""
        facts: dict[str, Any] = {
            "token": new_token(),
            "opens_on": today,
            "closes_on": today + timedelta(days=USUAL_DAYS),
        }
        if hired is not None:
            facts |= {"who": "rule", "hired_from": hired[0], "hired_to": hired[1]}
        return cls(formdata=None, data=facts)

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if self.who.data not in WHO:
            return _wrong(self.who, "Choose one of the three.")
        if self.who.data == "rule" and valid:
            valid = self._check_rule()
        if self.remind_on.data not in REMINDERS:
            return _wrong(self.remind_on, "Choose one of these.")
        return valid

    def _check_rule(self) -> bool:
        least, most = self.hired_from.data, self.hired_to.data
        if (least is None) != (most is None):
            return _wrong(self.hired_from, "Enter both numbers of days, or none.")
        if least is not None and least > most:
            return _wrong(self.hired_to, "Enter a number that is not smaller than the first one.")
        for name in GROUPS:
            known = {choice.value for choice in self[name].choices}
            if not set(self[name].data or []) <= known:
                return _wrong(self[name], "One of these is no longer in use. Choose again.")
        if not self.rule:
            return _wrong(self.who, "Choose at least one group or a time of hiring below, or ask everyone.")
        return True

    @property
    def rule(self) -> dict[str, Any]:
        """Whom to ask, as queries.audience reads it."""
        if self.who.data != "rule":
            return {}
        found: dict[str, Any] = {name: sorted(self[name].data) for name in GROUPS if self[name].data}
        if self.hired_from.data is not None and self.hired_to.data is not None:
            found["hired"] = [self.hired_from.data, self.hired_to.data]
        return found

    @property
    def plan(self) -> Plan:
        return Plan(
            opens_on=self.opens_on.data,
            closes_on=self.closes_on.data,
            audience=self.rule,
            by_link=self.who.data == "link",
            remind_on=[] if self.who.data == "link" else self._reminders(),
        )

    def _reminders(self) -> list[date]:
        if self.remind_on.data == "days":
            days = (self[f"day_{number}"].data for number in range(1, MOST_REMINDERS + 1))
            return sorted({day for day in days if day})
        return evenly(int(self.remind_on.data), self.opens_on.data, self.closes_on.data)


class ExtendForm(BaseForm):
    """A later last day."""

    closes_on = DateField("New last day", [InputRequired(A_DAY)])


def _wrong(field: Any, message: str) -> bool:
    field.errors = [*field.errors, message]
    return False
