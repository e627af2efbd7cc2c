"""What is typed in and around a session."""

from datetime import date, timedelta
from typing import Any

from wtforms import DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.coaching.operations.actions import Agreed
from app.coaching.phrases import KINDS
from app.core.forms import BaseForm

ACTION_KINDS = [SelectChoice(kind, words) for kind, words in KINDS.items()]
ENDS = [SelectChoice("done", "It is done"), SelectChoice("dropped", "We drop it")]
RATINGS = [
    SelectChoice("", "Rather not say"),
    SelectChoice("5", "5: very useful"),
    SelectChoice("4", "4"),
    SelectChoice("3", "3: somewhat useful"),
    SelectChoice("2", "2"),
    SelectChoice("1", "1: not useful at all"),
]
USUAL_WAY = timedelta(days=14)  # that an action is given, unless another day is chosen


class NotesForm(BaseForm):
    """The record while it is open; saved as one types."""

    goal = TextAreaField("Goal", description="What should be different after this talk, or in four weeks?")
    reality = TextAreaField("Reality", description="What happens now? What did you both see?")
    options = TextAreaField("Options", description="What could be tried? Let the one coached speak first.")
    will = TextAreaField("Will", description="What will be done? The actions hold it to a day.")
    note = TextAreaField("Notes", description="Anything else that both should find here again.")
    private = TextAreaField(
        "Private note", description="Only you see this: it is in no page, export or search of anyone else."
    )
    revision = HiddenField()

    @property
    def seen(self) -> int:
        """The revision that this page was drawn from."""
        text = self.revision.data or ""
        return int(text) if text.isdecimal() and len(text) < 10 else 0


class ActionForm(BaseForm):
    """One agreement: who does what until when, and what will show that it worked."""

    token = HiddenField(validators=[InputRequired(), Length(max=40)])
    kind = RadioField(
        "What kind of action is it?",
        choices=[SelectChoice(kind, words) for kind, words in KINDS.items()],
        default="practice",
    )
    text = StringField(
        "What will be done", [InputRequired(message="Say what will be done, in a sentence."), Length(max=500)]
    )
    course = SelectField("Which module", default="", description="Only for taking a module; it is assigned at once.")
    owner = RadioField("Who does it", default="person")
    due_on = DateField("Until", [InputRequired(message="Choose a day.")])
    gap = SelectField(
        "Which gap is it to close", default="", description="Later the same measure shows whether it helped."
    )
    sign = StringField(
        "What will show that it worked",
        [Length(max=300)],
        description="Needed where it is about no gap: “three calls in a row without a callback”.",
    )

    def offer(self, names: tuple[str, str], courses: Any, gaps: Any, today: date) -> "ActionForm":
        """Offer the two people, the courses that are not completed and the open gaps."""
        self.owner.choices = [SelectChoice("person", names[0]), SelectChoice("supervisor", names[1])]
        self.course.choices = [SelectChoice("", "No module"), *(SelectChoice(c.slug, c.title) for c in courses)]
        self.gap.choices = [
            SelectChoice("", "None of them"),
            *(SelectChoice(str(line.gap.id), line.measure.name) for line in gaps if line.gap),
        ]
        if self.due_on.data is None and not self.due_on.raw_data:
            self.due_on.data = today + USUAL_WAY
        return self

    def agreed(self) -> Agreed:
        return Agreed(
            kind=self.kind.data,
            text=self.text.data or "",
            owner=self.owner.data,
            due_on=self.due_on.data,
            gap_id=int(self.gap.data) if self.gap.data else None,
            sign=self.sign.data or "",
            course=self.course.data or "",
        )


class AnswerForm(BaseForm):
    """What the one coached says of the record."""

    answer = RadioField(
        "Is this what you talked about and agreed?",
        [InputRequired(message="Choose one of the two.")],
        choices=[SelectChoice("agrees", "Yes, I stand by it"), SelectChoice("corrects", "I see something otherwise")],
    )
    comment = TextAreaField(
        "Your comment", [Length(max=2000)], description="It stands beside the record; both of you see it."
    )
    rating = SelectField(
        "How useful was the talk to you",
        choices=RATINGS,
        default="",
        description="Your supervisor sees only the mean of five and more talks, never this one.",
    )


class TopicForm(BaseForm):
    text = StringField(
        "What do you want to talk about?",
        [InputRequired(message="Write what you want to talk about."), Length(max=500)],
    )


class CloseForm(BaseForm):
    """The end of an action."""

    state = RadioField(
        "What became of it?",
        [InputRequired()],
        choices=ENDS,
    )
    outcome = StringField("What came out of it", [Length(max=500)], description="Needed where it is dropped: why.")
