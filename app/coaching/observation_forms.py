"""The shape of what people send about observations and disputes."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import DateField, Field, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.utils import unset_value
from wtforms.validators import InputRequired, Length

from app.coaching.operations.observing import LONGEST_LINK, LONGEST_NOTE, Seen
from app.coaching.phrases import CHANNELS
from app.core.forms import BaseForm, new_token, row_number

_LEVEL = re.compile(r"level-([1-9]\d{0,8})")  # of the wording of this version; empty: not seen


_CHANNELS = {**CHANNELS, "other": "Other"}  # short enough for five in a row on a phone


class LevelsField(Field):  # type: ignore[misc]
    """The levels chosen, by the version of the wording they were chosen by. `shown` are all versions on the page."""

    data: dict[int, int]
    shown: Sequence[int] = ()

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        super().process(None, data, extra_filters)
        self.shown = list(self.data)
        if formdata:
            named = ((_LEVEL.fullmatch(name), value) for name, value in formdata.items())
            given = {int(match[1]): value for match, value in named if match}
            self.shown = list(given)
            self.data = {version: int(value) for version, value in given.items() if re.fullmatch("[0-9]", value)}


class ObservationForm(BaseForm):
    """One interaction. `token` is this form's own: sent twice, it is one observation."""

    token = HiddenField(validators=[InputRequired(), Length(min=16, max=40)])
    channel = RadioField("Where", choices=[SelectChoice(*one) for one in _CHANNELS.items()], default="call")
    observed_on = DateField("Day", [InputRequired("Enter the day you saw it.")])
    levels = LevelsField("What you saw", default=dict)
    note = TextAreaField("Note", description="What was said or done that shows it. Whoever you observed reads this.")
    link = StringField("Link", description="To the recording, the ticket or the mail, if there is one.")
    response = RadioField("A customer’s comment", coerce=row_number, choices=[], validate_choice=False)

    @classmethod
    def of(cls, draft: Any, levels: Sequence[Any], today: date) -> "ObservationForm":
        """The form of a draft (columns of Observation, rows of its levels), or an empty one for today."""
        if draft is None:
            return cls(formdata=None, data={"token": new_token(), "observed_on": today})
        return cls(
            formdata=None,
            data={
                "token": draft.token,
                "channel": draft.channel,
                "observed_on": draft.observed_on,
                "levels": {row.version_id: row.level for row in levels},
                "note": draft.note,
                "link": draft.link,
                "response": draft.response_id,
            },
        )

    @property
    def bounds(self) -> dict[str, int]:
        """How many characters there is room for."""
        return {"note": LONGEST_NOTE, "link": LONGEST_LINK}

    def seen(self) -> Seen:
        """What was typed, complete or not."""
        return Seen(
            channel=self.channel.data or "",
            observed_on=self.observed_on.data,
            levels=self.levels.data,
            note=self.note.data or "",
            link=self.link.data or "",
            response_id=self.response.data,
        )


class DisputeForm(BaseForm):
    reason = TextAreaField(
        "What you see otherwise",
        description="Whoever observed you and the second reader read this.",
    )


class DecisionForm(BaseForm):
    decision = RadioField(
        "Your decision",
        choices=[
            SelectChoice("stands", "It stands: it counts again"),
            SelectChoice("struck", "It is struck: it counts for nothing"),
        ],
        validate_choice=False,
    )
    reason = TextAreaField("Why", description="Both of them read this.")
