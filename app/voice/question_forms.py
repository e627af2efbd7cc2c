"""The shape of what people write about a question. Options are typed one a line."""

import secrets
from typing import Any

from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, Regexp

from app.core.forms import BaseForm
from app.voice.operations.questions import Wording
from app.voice.rules.building import SCALES
from app.voice.rules.questions import Asked
from app.voice.survey_forms import TickedField, number, one_line

KEY = r"q[0-9a-f]{12}"  # of a new question: the form's own, so that sent twice it is one
LENGTHS = {"500": "A few sentences", "2000": "Half a page", "4000": "A page"}
ENPS = {
    "text": "How likely are you to recommend us as a place to work to a friend or colleague?",
    "scale": "0-10",
    "labels": "Not at all likely\nExtremely likely",
    "enps": True,
}
_OF_KIND = {
    "rating": ("scale", "labels", "enps"),
    "single": ("options",),
    "multiple": ("options", "most"),
    "ranking": ("options",),
    "matrix": ("rows", "options"),
    "text": ("longest",),
    "process": ("most",),
}
_SPECIAL = {name for names in _OF_KIND.values() for name in names}


class QuestionForm(BaseForm):
    """One question of a kind; fields that the kind does not have are taken out."""

    key = HiddenField(validators=[Optional(), Regexp(f"^{KEY}$")])
    revision = HiddenField()
    text = TextAreaField("Question", description="One thing at a time, in words that people use at work.")
    help = StringField("Help", description="A line below the question, where it needs one. It may stay empty.")
    rows = TextAreaField("Lines", description="One a line: what each line asks about.")
    options = TextAreaField(
        "Answers", description="One a line. A corrected answer stays the same one when later waves are compared."
    )
    most = IntegerField("How many at most", [Optional()], description="Empty: as many as people like.")
    scale = SelectField(
        "Scale",
        choices=[SelectChoice(name, f"{low} to {high}") for name, (low, high) in SCALES.items()],
        validate_choice=False,
        default="1-5",
    )
    labels = TextAreaField(
        "Words on the scale",
        description="One a line, beginning with the lowest: two for the ends, or one for every step.",
    )
    enps = BooleanField("It is the eNPS: count 9 and 10 as promoters, 0 to 6 as detractors")
    longest = SelectField(
        "Room for", choices=[SelectChoice(*one) for one in LENGTHS.items()], validate_choice=False, default="2000"
    )
    required = BooleanField("It has to be answered", description="Use it sparingly: who is forced may answer anything.")
    when = TickedField("Ask it only after certain answers", choices=[])

    def __init__(self, kind: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind = kind
        for name in _SPECIAL.difference(_OF_KIND[kind]):
            del self[name]
        if kind == "matrix":
            self.options.label.text = "Answers in each line"

    @classmethod
    def fresh(cls, kind: str, preset: str = "") -> "QuestionForm":
        facts = ENPS if kind == "rating" and preset == "enps" else {}
        return cls(kind, formdata=None, data={"key": new_key(), **facts})

    @classmethod
    def of(cls, question: Asked, revision: int) -> "QuestionForm":
        scale = next((name for name, ends in SCALES.items() if ends == (question.low, question.high)), "")
        facts = {
            "revision": str(revision),
            "text": question.text,
            "help": question.help,
            "required": question.required,
            "options": _lines(one.text for one in question.options),
            "rows": _lines(one.text for one in question.rows),
            "most": question.most,
            "scale": scale,
            "labels": _lines(question.labels[value] for value in sorted(question.labels)),
            "enps": question.enps,
            "longest": str(question.longest),
            "when": [f"{question.shown_by}:{value}" for value in question.shown_for],
        }
        return cls(question.kind, formdata=None, data=facts)

    def has_key(self) -> bool:
        """Whether a new question has the key of its form; without one, it gets another for the next time."""
        if self.key.data and not self.key.errors:
            return True
        self.key.data, self.key.errors = new_key(), []
        self.form_errors.append("This page was out of date, and nothing is kept so far. Send it again.")
        return False

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if len({one.partition(":")[0] for one in self.when.data or []}) > 1:
            self.when.errors = [*self.when.errors, "Choose answers to one earlier question, not to several."]
            return False
        return valid

    @property
    def wording(self) -> Wording:
        """What was typed. Texts are in lines; empty lines are left out."""
        chosen = [one.partition(":") for one in self.when.data or []]
        return Wording(
            kind=self.kind,
            text=one_line(self.text.data),
            help=one_line(self.help.data),
            required=self.required.data,
            scale=self._given("scale", "1-5"),
            labels=self._texts("labels"),
            enps=self._given("enps", False),
            options=self._texts("options"),
            rows=self._texts("rows"),
            most=self._given("most", None),
            longest=max(number(self._given("longest", "2000")), 0),
            shown_by=chosen[0][0] if chosen else "",
            shown_for=[value for _, _, value in chosen],
        )

    def _given(self, name: str, without: Any) -> Any:
        return self[name].data if name in self else without

    def _texts(self, name: str) -> list[str]:
        lines = (self._given(name, "") or "").splitlines()
        return [one_line(line) for line in lines if line.strip()]

    @property
    def seen(self) -> int:
        return number(self.revision.data)


def new_key() -> str:
    return f"q{secrets.token_hex(6)}"


def _lines(texts: Any) -> str:
    return "\n".join(texts)
