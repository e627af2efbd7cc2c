"""Whom a page is about, and the sentence above the list of comments, as they stand in the address."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice

from app.core.forms import BaseForm, strip
from app.core.sentiment import Tone
from app.nps.queries.subjects import Kind, Subject

ANY = ""
LONGEST_SEARCH = 200
BANDS = {"promoter": "promoters", "passive": "passives", "detractor": "detractors"}
TONES = {
    Tone.POSITIVE.value: "a positive tone",
    Tone.NEUTRAL.value: "a neutral tone",
    Tone.NEGATIVE.value: "a negative tone",
}
SILENT = "all"


def _text(value: Any) -> str:
    return strip(str(value)) or "" if value is not None else ""


def _choices(any_of_them: str, others: Mapping[str, str]) -> list[SelectChoice]:
    return [SelectChoice(ANY, any_of_them), *(SelectChoice(str(key), words) for key, words in others.items())]


def _cut(value: str | None) -> str | None:
    return value[:LONGEST_SEARCH] if value else value


class SubjectForm(BaseForm):
    """Whom a page is about. Read from the address by GET: it changes nothing, so it needs no token."""

    class Meta(BaseForm.Meta):
        csrf = False

    of = SelectField("About whom", coerce=_text, validate_choice=False)

    def offer(self, subjects: Sequence[tuple[str, Subject]], chosen: str) -> None:
        """Whom it may be about: each with its name in an address."""
        self.of.choices = [SelectChoice(key, _said(one), optgroup=_group(one)) for key, one in subjects]
        self.of.data = chosen


class CommentForm(SubjectForm):
    """The sentence. What it does not know counts as "any"."""

    band = SelectField("Given by", coerce=_text, choices=_choices("all customers", BANDS))
    tone = SelectField("Tone", coerce=_text, choices=_choices("any tone", TONES))
    comments = SelectField("With a comment or not", coerce=_text, choices=_choices("comments", {SILENT: "responses"}))
    q = StringField("Words in the comment", filters=[_cut])
    topic = StringField("Topic", filters=[_cut])

    def known(self) -> "CommentForm":
        """The form, in which whatever is not on offer was set to "any"."""
        for field in (self.band, self.tone, self.comments):
            if field.data not in {choice.value for choice in field.choices}:
                field.data = ANY
        self.q.data, self.topic.data = self.q.data or "", self.topic.data or ""
        return self


def _said(subject: Subject) -> str:
    return "the whole company" if subject.kind is Kind.COMPANY else subject.name


def _group(subject: Subject) -> str:
    return subject.dimension_name if subject.kind is Kind.LABEL else "Whose customers"
