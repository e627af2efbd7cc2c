"""The shape of what people send to the board."""

from collections.abc import Iterable
from typing import Any, Self

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.core.forms import BaseForm, new_token, row_number
from app.voice.blocker_phrases import FREQUENCIES
from app.voice.operations import attaching, commenting
from app.voice.operations.reporting import LONGEST, Told
from app.voice.rules.pictures import LARGEST

ANOTHER = "Another one, or I’m not sure"
OUT_OF_DATE = "This page is out of date. Copy what you typed and open it again."


def _token() -> HiddenField:
    return HiddenField(validators=[InputRequired(OUT_OF_DATE), Length(min=16, max=40, message=OUT_OF_DATE)])


class ReportForm(BaseForm):
    """One blocker. `seen` says that the similar ones were there to be looked at."""

    token = _token()
    seen = HiddenField()
    revision = HiddenField()
    title = StringField("What gets in your way?", description="In one sentence, as you would tell a colleague.")
    process_id = SelectField("Which process is it?", choices=[], default="", validate_choice=False)
    happens = TextAreaField("What happens?")
    frequency = RadioField(
        "How often does it get in your way?",
        choices=[SelectChoice(*one) for one in FREQUENCIES.items()],
        validate_choice=False,
    )
    effect = TextAreaField("What does it do to customers?", description="You may leave it empty.")
    idea = TextAreaField("What would help?", description="Your idea, if you have one. You may leave it empty.")
    who = RadioField(
        "With your name, or without?",
        choices=[SelectChoice("named", "With my name"), SelectChoice("anonymous", "Anonymously")],
        validate_choice=False,
    )

    @classmethod
    def of(cls, draft: Any = None, title: str = "") -> "ReportForm":
        """The form of a draft, or an empty one, with a token of its own."""
        data: dict[str, Any] = {"token": new_token(), "title": title[: LONGEST["title"]]}
        if draft is not None:
            names = ("title", "happens", "frequency", "effect", "idea", "revision")
            data |= {name: getattr(draft, name) for name in names}
            data["process_id"] = str(draft.process_id or "")
        return cls(formdata=None, data=data)

    def offer(self, processes: Iterable[Any]) -> None:
        """The processes that can be chosen: rows of id and name."""
        rows = [SelectChoice(str(row.id), row.name) for row in processes]
        self.process_id.choices = [SelectChoice("", ANOTHER), *rows]

    @property
    def bounds(self) -> dict[str, int]:
        """How many characters there is room for."""
        return LONGEST

    def told(self) -> Told:
        """What was typed, complete or not. A process that is no number is one that does not exist."""
        chosen = self.process_id.data or ""
        return Told(
            title=" ".join((self.title.data or "").split()),
            happens=self.happens.data or "",
            frequency=self.frequency.data or "",
            process_id=(row_number(chosen) or 0) if chosen else None,
            effect=self.effect.data or "",
            idea=self.idea.data or "",
        )

    @property
    def seen_revision(self) -> int:
        """Of the draft, when its form was opened."""
        return row_number(self.revision.data) or 0

    def says_who(self) -> bool:
        """Whether it was chosen; a message stands at the field when it was not."""
        if self.who.data in {"named", "anonymous"}:
            return True
        self.who.errors = [*self.who.errors, "Choose one of the two. Nothing is sent before you do."]
        return False


class _TokenForm(BaseForm):
    """A form that, sent twice, does one thing."""

    token = _token()

    @classmethod
    def fresh(cls) -> Self:
        return cls(formdata=None, data={"token": new_token()})


class CommentForm(_TokenForm):
    text = TextAreaField("Your comment", description="Everyone in the company can read it, with your name.")
    longest = commenting.LONGEST


class PictureForm(_TokenForm):
    file = FileField("Picture", [FileRequired("Choose a picture.")], description="JPEG, PNG or WebP, up to 8 MB.")
    description = StringField("What does it show?", description="For those who can’t see it. Leave out names.")
    longest = attaching.LONGEST

    def content(self) -> bytes:
        """What was sent, as far as it can matter: one byte more than is taken shows that it is too large."""
        given: bytes = self.file.data.read(LARGEST + 1)
        return given


class CodeForm(BaseForm):
    """The code that was shown once; it stands in the body of what is sent, never in an address."""

    code = StringField("Your code", filters=[lambda value: value[:100] if value else value])


class AnswerForm(_TokenForm):
    """What an anonymous writer says."""

    text = TextAreaField("Your answer", description="Everyone in the company can read it. It carries no name.")
    longest = commenting.LONGEST


class DetailForm(_TokenForm):
    """What an anonymous writer adds to their report."""

    detail = TextAreaField("What else happens", description="It is put below what you told, with the day.")
    longest = commenting.LONGEST
