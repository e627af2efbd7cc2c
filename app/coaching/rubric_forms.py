"""The shape of what people write about a behaviour."""

from typing import Any

from wtforms import HiddenField, StringField, TextAreaField

from app.coaching.models import LEVELS
from app.coaching.operations.rubric import Wording
from app.core.forms import BaseForm


class BehaviourForm(BaseForm):
    """One wording. `seen` is the version it was made from; what is missing or too long, the operation says."""

    name = StringField("Name", description="What someone does, as a verb: “Listens before answering”.")
    description = TextAreaField(
        "What it is about", description="One sentence that tells an observer what to look at. It may stay empty."
    )
    level_1 = TextAreaField("Level 1", description="What you see or hear when it is missing.")
    level_2 = TextAreaField("Level 2")
    level_3 = TextAreaField("Level 3", description="Good work, as you expect it of everyone who knows the job.")
    level_4 = TextAreaField("Level 4")
    level_5 = TextAreaField("Level 5", description="At its best; it may be rare, and it must be possible.")
    seen = HiddenField()

    @property
    def levels(self) -> list[TextAreaField]:
        return [self[f"level_{number}"] for number in range(1, LEVELS + 1)]

    @property
    def seen_version(self) -> int:
        """0 when the form does not say: then only the same wording goes through."""
        text = self.seen.data or ""
        return int(text) if text.isdecimal() and len(text) < 10 else 0

    @property
    def wording(self) -> Wording:
        texts = tuple(field.data or "" for field in self.levels)
        return Wording(" ".join((self.name.data or "").split()), self.description.data or "", texts)


def form_of(version: Any) -> BehaviourForm:
    """The form as it shows a version."""
    levels = {f"level_{number}": text for number, text in enumerate(version.levels, 1)}
    facts = {"name": version.name, "description": version.description, "seen": str(version.version)}
    return BehaviourForm(formdata=None, data={**facts, **levels})
