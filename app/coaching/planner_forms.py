"""The shape of what people send when they plan, move and cancel talks, and of the planner's filter."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from app.coaching.operations.planning import LONGEST_PLACE, LONGEST_REASON, MINUTES
from app.coaching.queries.planner import Shown
from app.core.forms import BaseForm

TEN = time(10)
_MINUTES = f"Enter a number of minutes from {MINUTES[0]} to {MINUTES[1]}."
_FIRST_YEAR, _LAST_YEAR = 2000, 2099


class TimeForm(BaseForm):
    """When and where a talk is; day and time are those of the supervisor's zone."""

    day = DateField("Day", [InputRequired("Choose a day.")])
    time = TimeField("Time", [InputRequired("Enter a time as hours and minutes, such as 10:00.")])
    minutes = IntegerField("Minutes", [InputRequired(_MINUTES), NumberRange(*MINUTES, _MINUTES)], default=30)
    place = StringField(
        "Place",
        [Length(max=LONGEST_PLACE, message=f"Say it in {LONGEST_PLACE} characters.")],
        description="A room or the address of a call. May stay empty.",
    )

    def validate_day(self, field: DateField) -> None:
        if field.data and not _FIRST_YEAR <= field.data.year <= _LAST_YEAR:
            raise ValidationError(f"Choose a day between {_FIRST_YEAR} and {_LAST_YEAR}.")

    def facts(self, zone: ZoneInfo) -> dict[str, Any]:
        """When, how long and where, as the operations take it."""
        starts_at = datetime.combine(self.day.data, self.time.data, zone)
        return {"starts_at": starts_at, "minutes": self.minutes.data, "place": self.place.data or ""}


class PlanForm(TimeForm):
    """A new talk. `token` is this form's own: sent twice, it plans one talk."""

    token = HiddenField(validators=[InputRequired(), Length(min=16, max=40)])

    @classmethod
    def proposing(cls, day: date) -> "PlanForm":
        return cls(formdata=None, data={"day": day, "time": TEN, "minutes": 30, "token": secrets.token_urlsafe(24)})


class MoveForm(TimeForm):
    """Another time for a talk. `seen` is the sequence of its calendar entry that the form was made from."""

    seen = IntegerField(validators=[InputRequired(), NumberRange(0, 1_000_000)])

    @classmethod
    def of(cls, session: Any, zone: ZoneInfo) -> "MoveForm":
        local = session.starts_at.astimezone(zone)
        return cls(
            formdata=None,
            data={
                "day": local.date(),
                "time": local.time(),
                "minutes": session.minutes,
                "place": session.place,
                "seen": session.sequence,
            },
        )


class CancelForm(BaseForm):
    because = StringField(
        "Why it is cancelled",
        [Length(max=LONGEST_REASON, message=f"Say it in {LONGEST_REASON} characters.")],
        description="Both of you read it in the mail. May stay empty.",
    )


class PlannerForm(BaseForm):
    """Read from the address by GET: it changes nothing, so it needs no token. Made by `planner_form`."""

    class Meta(BaseForm.Meta):
        csrf = False

    show = SelectField("Who", choices=[SelectChoice(one.value, one.words) for one in Shown], validate_choice=False)

    @property
    def shown(self) -> Shown:
        return Shown(self.show.data)


def planner_form(args: Mapping[str, Any]) -> PlannerForm:
    """The form; whatever is not offered becomes everyone."""
    form = PlannerForm(args)
    if form.show.data not in {one.value for one in Shown}:
        form.show.data = Shown.ALL.value
    return form
