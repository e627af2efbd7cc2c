"""The shape of what people send about benchmarks and about how often people are coached."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from wtforms import BooleanField, DateField, FloatField, HiddenField, IntegerField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.coaching.operations.benchmarks import LONGEST_REASON
from app.coaching.queries.benchmark_pages import Series
from app.core.forms import BaseForm
from app.core.measures import Measure


class NumberField(FloatField):  # type: ignore[misc]
    """A number with a point or a comma, shown without a needless ".0"; nothing is no number, and no mistake."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:g}"

    def process_formdata(self, valuelist: list[str]) -> None:
        text = (valuelist[0] if valuelist else "").strip().replace("−", "-").replace(",", ".")
        if not text:
            self.data = None
            return
        try:
            self.data = float(text)
        except ValueError:
            self.data = None
            raise ValueError("Enter a number, such as 3.5.") from None


class BenchmarkForm(BaseForm):
    """One version. `seen` is the mark of the series when the page was opened. Made by `for_series`."""

    target = NumberField("What is asked for")
    ends = BooleanField("Nothing is asked for any more from that day on")
    starts_on = DateField("From this day on", [InputRequired("Enter the day on which it begins.")])
    reason = TextAreaField("Why", [Length(max=LONGEST_REASON)])
    seen = HiddenField()

    measure: Measure | None = None

    def shape(self, measure: Measure | None, *, can_end: bool, of_team: bool) -> "BenchmarkForm":
        """Leave only what can be said of this measure: a fact is asked for in full, what is gone can only end."""
        self.measure = measure
        if measure is None or not measure.sampled:
            del self.target
        if measure is None or not can_end:
            del self.ends
        self.reason.description = "Your team reads it." if of_team else "It may stay empty."
        return self

    @property
    def stops(self) -> bool:
        """Whether nothing is asked for any more."""
        return self.measure is None or ("ends" in self and bool(self.ends.data))

    @property
    def asked(self) -> float | None:
        """The target; None where the benchmark ends."""
        if self.measure is None or self.stops:
            return None
        return self.target.data if "target" in self else self.measure.high

    @property
    def says_something(self) -> bool:
        """Whether a day and either an end or a target that may be asked for are given."""
        if self.starts_on.data is None or self.stops or self.measure is None:
            return self.starts_on.data is not None
        return self.asked is not None and self.measure.low <= self.asked <= self.measure.high

    def validate(self, extra_validators: Any = None) -> bool:
        """A target is needed unless the benchmark ends."""
        fine = bool(super().validate(extra_validators))
        if "target" in self and not self.stops and self.target.data is None and not self.target.errors:
            self.target.errors = ["Enter what is asked for."]
        return fine and (self.stops or self.asked is not None)


def proposal(series: Series) -> dict[str, Any]:
    """What the form starts from: what holds, from tomorrow on; where nothing holds, an empty target from today on."""
    if series.now is None:
        return {"starts_on": series.today, "seen": series.mark}
    reason = series.now.reason if series.now.lead_id is not None else ""
    tomorrow = series.today + timedelta(days=1)
    return {"target": series.now.target, "starts_on": tomorrow, "reason": reason, "seen": series.mark}


class ChoiceForm(BaseForm):
    """Which measure and job role to set a benchmark for; it leads to the page of that benchmark."""

    class Meta(BaseForm.Meta):
        csrf = False

    metric = SelectField("Measure")
    job_role = SelectField("For")


def choice_of(measures: Iterable[Measure], roles: Iterable[str], everyone: str, name: str) -> ChoiceForm:
    """The form with what there is to choose from; `name` keeps its ids apart from those of another one."""
    form = ChoiceForm(formdata=None)
    form.metric.choices = [SelectChoice(measure.key, measure.name) for measure in measures]
    form.job_role.choices = [SelectChoice("", everyone), *(SelectChoice(role, role) for role in roles)]
    for field in (form.metric, form.job_role):
        field.id = field.label.field_id = f"{name}-{field.name}"
    return form


class CadenceForm(BaseForm):
    """Every how many weeks; `seen` is what the page showed, empty where nothing was set."""

    weeks = IntegerField("Weeks from one talk to the next")
    as_everyone = BooleanField("As everyone else")
    seen = HiddenField()

    def shape(self, job_role: str) -> "CadenceForm":
        """Everyone else has nobody to go by."""
        if not job_role:
            del self.as_everyone
        return self

    @property
    def wanted(self) -> int | None:
        """So many weeks; None is as everyone else."""
        if "as_everyone" in self and self.as_everyone.data:
            return None
        weeks: int | None = self.weeks.data
        return weeks

    @property
    def seen_weeks(self) -> int | None:
        """What the page showed; None where nothing was set."""
        text = self.seen.data or ""
        return int(text) if text.isdecimal() and len(text) < 10 else None

    def validate(self, extra_validators: Any = None) -> bool:
        """A number is needed unless it is as everyone else."""
        super().validate(extra_validators)
        if "as_everyone" in self and self.as_everyone.data:
            self.weeks.errors = []
        elif self.weeks.data is None:
            self.weeks.errors = ["Enter a number of weeks, such as 4."]
        return not self.errors
