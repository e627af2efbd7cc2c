"""What was posted on a ballot, read by the questions of its wave rather than by a class of its own for each survey.

Nothing is refused here: what can't be an answer goes on as it is, and rules.questions.check says so at its question.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from app.voice.rules.questions import Asked, Definition
from app.voice.rules.scrubbing import Found, mark, scrubbed

PREFIX = "q-"
DECISION = "s-"  # the field that says what becomes of what was found in a text
_LONGEST_NAME = 80
_NUMBER = re.compile(r"-?[0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class Posted:
    """One posted ballot, by question key."""

    typed: Mapping[str, Any]  # as the form shows it again
    given: Mapping[str, Any]  # as it is checked
    decisions: Mapping[str, str]  # of texts
    minutes: str

    def texts(self, definition: Definition) -> list[tuple[str, str]]:
        """What was written, beside the question it answers."""
        written = [(one.text, self.typed.get(one.key)) for one in definition.questions if one.kind == "text"]
        return [(question, text) for question, text in written if isinstance(text, str) and text]

    def undecided(self, found: Mapping[str, Sequence[Found]]) -> bool:
        """Whether something was found that the writer has not decided about."""
        return any(self.decisions.get(key) not in _about(spans) for key, spans in found.items())

    def decided(self, found: Mapping[str, Sequence[Found]]) -> dict[str, Any]:
        """The answers with texts as their writer wants them."""
        answers = dict(self.given)
        for key, spans in found.items():
            if self.decisions[key].startswith("replace:"):
                answers[key] = scrubbed(answers[key], spans)
        return answers


def _about(spans: Sequence[Found]) -> set[str]:
    """The decisions that can be made about what was found: one about something else doesn't count."""
    return {f"replace:{mark(spans)}", f"keep:{mark(spans)}"}


def read(definition: Definition, form: MultiDict[str, str]) -> Posted:
    """A posted ballot. A field of no question is kept under its name, so that it is noticed."""
    typed: dict[str, Any] = {}
    given: dict[str, Any] = {}
    names = set()
    for question in definition.questions:
        names.update(_names(question))
        typed[question.key], given[question.key] = _READERS[question.kind](question, form)
    stray = next((name for name in form if name.startswith(PREFIX) and name not in names), None)
    if stray is not None:
        given[stray[:_LONGEST_NAME]] = ""
    decisions = {one.key: form.get(DECISION + one.key, "") for one in definition.questions if one.kind == "text"}
    return Posted(typed, given, decisions, form.get("minutes", ""))


def _names(question: Asked) -> set[str]:
    name = PREFIX + question.key
    parts = {"matrix": question.rows, "ranking": question.options}.get(question.kind)
    return {name} if parts is None else {f"{name}:{part.key}" for part in parts}


def _text(question: Asked, form: MultiDict[str, str]) -> tuple[str, str]:
    text = form.get(PREFIX + question.key, "").replace("\x00", "").replace("\r\n", "\n")
    return text, text.strip()


def _rating(question: Asked, form: MultiDict[str, str]) -> tuple[str, int | str]:
    text = form.get(PREFIX + question.key, "").strip()
    return text, int(text) if _NUMBER.fullmatch(text) else text


def _single(question: Asked, form: MultiDict[str, str]) -> tuple[str, str]:
    text = form.get(PREFIX + question.key, "")
    return text, text


def _several(question: Asked, form: MultiDict[str, str]) -> tuple[list[str], list[str]]:
    chosen = [one for one in form.getlist(PREFIX + question.key) if one]
    return chosen, chosen


def _matrix(question: Asked, form: MultiDict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    chosen = {row.key: form.get(f"{PREFIX}{question.key}:{row.key}", "") for row in question.rows}
    given = {row: option for row, option in chosen.items() if option}
    return given, given


def _ranking(question: Asked, form: MultiDict[str, str]) -> tuple[dict[str, str], list[str]]:
    places = {one.key: form.get(f"{PREFIX}{question.key}:{one.key}", "") for one in question.options}
    if not any(places.values()):
        return places, []
    by_place = {place: key for key, place in places.items()}
    wanted = [str(place) for place in range(1, len(places) + 1)]
    # A part of a ranking is none: it is refused in the words that are about places.
    return places, [by_place[place] for place in wanted] if set(by_place) == set(wanted) else [*places][:1]


_READERS = {
    "text": _text,
    "rating": _rating,
    "single": _single,
    "multiple": _several,
    "process": _several,
    "matrix": _matrix,
    "ranking": _ranking,
}
