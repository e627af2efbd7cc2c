"""The shape of what attempts and grants send."""

from collections.abc import Sequence

from werkzeug.datastructures import MultiDict
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from app.core.forms import BaseForm
from app.quizzing.operations import Given

SEEN = "seen-"


def seen(values: Sequence[str], flagged: bool) -> str:
    """How a question stood when its page was made: what a form sends back, to tell what was changed in it."""
    return f"{'flagged' if flagged else ''}:{'|'.join(values)}"


def answer_given(form: MultiDict[str, str], position: int) -> Given:
    """What a form says about one question: inputs `answer-<position>` and `flag-<position>`."""
    return Given(form.getlist(f"answer-{position}"), f"flag-{position}" in form)


def answers_changed(form: MultiDict[str, str]) -> dict[int, Given]:
    """What was changed on a page of questions, by position.

    A page names its questions by `seen-<position>`, which holds their state when the page was made. What was not
    touched is left alone: an old tab does not undo what a newer one saved.
    """
    changed = {}
    for name, before in form.items():
        place = name.removeprefix(SEEN)
        if name.startswith(SEEN) and place.isascii() and place.isdigit() and len(place) < 5:
            given = answer_given(form, int(place))
            if before != seen(given.values, given.flagged):
                changed[int(place)] = given
    return changed


class GrantForm(BaseForm):
    """One more try, with the reason for it."""

    reason = TextAreaField(
        "Why they get one more try",
        validators=[InputRequired("Say why, so that others understand it later."), Length(max=1000)],
        description="Whoever looks at their tries later reads this.",
    )
