"""The shape of what is typed to look after blockers."""

from collections.abc import Iterable
from typing import Any

from wtforms import DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from app.core.forms import BaseForm, new_token, row_number
from app.voice.models import Blocker
from app.voice.operations.merging import Part
from app.voice.operations.triage import Placing, Wanted
from app.voice.triage_phrases import state_choices

_PLACING = ("owner", "silo", "driver")


class _ApartForm(BaseForm):
    """A form that shares its page with others: its ids begin with its own name."""

    name = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            field.id = field.label.field_id = f"{self.name}-{field.name}"


class TriageForm(_ApartForm):
    """Who takes care of a blocker, how far it is and until when. `revision` is what the page was drawn from."""

    name = "triage"

    owner = StringField("Owner", description="A name or an e-mail address.")
    silo = StringField("Silo", description="Who can fix it.")
    driver = SelectField("Customer driver", default="", description="What customers rate that it touches.")
    state = RadioField(
        "How far it is", choices=[SelectChoice(*one) for one in state_choices()], default="", validate_choice=False
    )
    target_on = DateField(
        "To be fixed by", [Optional()], description="Needed once it is planned. Everyone sees this day."
    )
    we_did = TextAreaField("What was done", description="For everyone to read on “You said, we did”.")
    reason = TextAreaField("Why it won’t be fixed", description="For everyone to read.")
    note = TextAreaField("Note", description="What else there is to say. Whoever follows it reads this.")
    revision = HiddenField()

    @classmethod
    def of(cls, blocker: Blocker, owner: Any) -> "TriageForm":
        """The form as the blocker stands."""
        return cls(
            formdata=None,
            data={
                "owner": owner.email if owner else "",
                "silo": blocker.silo,
                "driver": str(blocker.driver_id or ""),
                "state": blocker.state,
                "target_on": blocker.target_on,
                "we_did": blocker.we_did,
                "reason": blocker.reason,
                "revision": str(blocker.revision),
            },
        )

    offered = False

    def offer(self, drivers: Iterable[Any], *, places: bool) -> "TriageForm":
        """Offer the drivers; whoever may not place a blocker gets no fields for that."""
        self.offered = True
        if places:
            named = (SelectChoice(str(row.id), row.name) for row in drivers)
            self.driver.choices = [SelectChoice("", "The one of its process"), *named]
            self.driver.validate_choice = False  # the operation knows, and says it in words
        else:
            for name in _PLACING:
                del self[name]
        return self

    @property
    def seen(self) -> int:
        """The revision that this page was drawn from; one that never was when it can't be read."""
        number = row_number(self.revision.data)
        return -1 if number is None else number

    def wanted(self) -> Wanted:
        placing = None
        if "owner" in self:
            driver = self.driver.data or ""
            driver_id = row_number(driver)
            placing = Placing(
                owner=self.owner.data or "",
                silo=self.silo.data or "",
                driver_id=0 if driver and driver_id is None else driver_id,
            )
        return Wanted(
            state=self.state.data or "",
            target_on=self.target_on.data,
            reason=self.reason.data or "",
            we_did=self.we_did.data or "",
            note=self.note.data or "",
            placing=placing,
        )


class SplitForm(_ApartForm):
    """A part as a blocker of its own. `token` is this form's: sent twice, it is one blocker."""

    name = "split"

    token = HiddenField(validators=[Length(min=16, max=40)])
    title = StringField("What this part is about", description="In a few words, as people would look for it.")
    happens = TextAreaField("What happens", description="Copy what belongs to this part; nothing goes from the whole.")
    process_id = SelectField("Process", default="", validate_choice=False)

    @classmethod
    def of(cls, blocker: Blocker) -> "SplitForm":
        """An empty form, in the process of the whole."""
        data = {"token": new_token(), "process_id": str(blocker.process_id or "")}
        return cls(formdata=None, data=data)

    def offer(self, processes: Iterable[Any]) -> "SplitForm":
        named = (SelectChoice(str(row.id), row.name) for row in processes)
        self.process_id.choices = [SelectChoice("", "Something else"), *named]
        return self

    def part(self) -> Part:
        process = self.process_id.data or ""
        process_id = row_number(process)
        return Part(
            title=" ".join((self.title.data or "").split()),
            happens=self.happens.data or "",
            process_id=0 if process and process_id is None else process_id,
        )
