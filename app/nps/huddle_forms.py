"""What a supervisor chooses for the huddle sheet, as it stands in the address."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from app.core.forms import BaseForm
from app.nps.queries.quotes import Quote

DAYS = (30, 90)
LONGEST_FOCUS = 200


class HuddleForm(BaseForm):
    """Read from the address by GET; nothing of it is kept. Made by `huddle_form`."""

    class Meta(BaseForm.Meta):
        csrf = False

    days = SelectField("Responses of the last", choices=[SelectChoice(str(days), f"{days} days") for days in DAYS])
    focus = StringField(
        "One thing to try until the next huddle",
        [Length(max=LONGEST_FOCUS, message=f"Say it in {LONGEST_FOCUS} characters, so that it stays one thing.")],
        description="In your words, printed on the sheet. It is not kept.",
    )
    praise = RadioField("The comment of a promoter", validate_choice=False)
    concern = RadioField("The comment of a passive or detractor", validate_choice=False)

    @property
    def length(self) -> int:
        return int(self.days.data)

    def offer(self, praise: Sequence[Quote], concern: Sequence[Quote]) -> tuple[Quote | None, Quote | None]:
        """Offer the comments, and return the two that are chosen, else the newest."""
        return _offer(self.praise, praise), _offer(self.concern, concern)


def huddle_form(args: Mapping[str, Any]) -> HuddleForm:
    """The form, checked; a number of days that is not offered becomes the usual one."""
    form = HuddleForm(args)
    if form.days.data not in {str(days) for days in DAYS}:
        form.days.data = str(DAYS[0])
    form.validate()
    return form


def _offer(field: RadioField, quotes: Sequence[Quote]) -> Quote | None:
    field.choices = [SelectChoice(str(quote.id), quote.text) for quote in quotes]
    chosen = next((quote for quote in quotes if str(quote.id) == field.data), None) or next(iter(quotes), None)
    field.data = str(chosen.id) if chosen else ""
    return chosen
