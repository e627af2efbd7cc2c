"""What a reader sends while reading."""

from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from app.core.forms import BaseForm
from app.learning.operations.progress import NOTE_LENGTH


def _lines(text: str | None) -> str:
    """Browsers send line ends as CR LF, whatever was typed."""
    return (text or "").replace("\r\n", "\n")


class PositionForm(BaseForm):
    """How far down a lesson one has read, in percent."""

    percent = IntegerField(validators=[InputRequired(), NumberRange(0, 100)])


class NoteForm(BaseForm):
    """One's own note on a lesson, and the note that was there when one began to write."""

    note = TextAreaField(
        "Your note",
        filters=[_lines],
        validators=[Length(max=NOTE_LENGTH, message="A note has room for %(max)d characters. It was not saved.")],
    )
    was = TextAreaField(filters=[_lines])
