"""The shape of what people write about a process."""

from typing import Any

from wtforms import HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from app.core.forms import BaseForm
from app.voice.models import Process
from app.voice.operations.processes import Facts, stamp_of
from app.voice.queries.processes import drivers
from app.voice.survey_forms import number, one_line

NONE = SelectChoice("", "None that customers rate")


class ProcessForm(BaseForm):
    """One process. `seen` is a stamp of the facts that the form was made from."""

    name = StringField("Name", description="As people call it, such as “Refunds above 100 euros”.")
    silo = StringField("Who owns it", description="The part of the company that can change it, such as “Finance”.")
    driver = SelectField(
        "What customers rate that it touches",
        choices=[],
        validate_choice=False,
        default="",
        description="So blockers of this process are weighed by what matters to customers.",
    )
    seen = HiddenField()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.driver.choices = [NONE, *(SelectChoice(str(row.id), row.name) for row in drivers())]

    @classmethod
    def of(cls, process: Process | None) -> "ProcessForm":
        if process is None:
            return cls(formdata=None)
        chosen = "" if process.driver_id is None else str(process.driver_id)
        facts = {"name": process.name, "silo": process.silo, "driver": chosen, "seen": stamp_of(process)}
        return cls(formdata=None, data=facts)

    @property
    def facts(self) -> Facts:
        chosen = self.driver.data or ""
        return Facts(
            name=one_line(self.name.data),
            silo=one_line(self.silo.data),
            driver_id=number(chosen) if chosen else None,
        )
