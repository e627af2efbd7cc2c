"""What a question asks, what counts as an answer to it, and how answers are counted. Pure.

A wave's frozen definition is a dict {"title", "purpose", "mode", "segments": [names], "values": {field: [values]},
"questions": [question, …]}; a question is {"key", "kind", "text", "help", "required", "content", "show_if"}.

| kind | content | answer |
|---|---|---|
| rating | {"low": 1, "high": 5, "labels": {"1": "Never", "5": "Always"}, "enps": false} | 4 |
| single | {"options": [{"key": "a", "text": "…"}, …]} | "a" |
| multiple | {"options": […], "most": 3 or null} | ["a", "c"] |
| ranking | {"options": […]} | ["c", "a", "b"]: all of them, the best first |
| matrix | {"rows": [{"key", "text"}, …], "options": [{"key", "text"}, …]} | {"row": "option", …} |
| text | {"longest": 2000} | "words" |
| process | {"options": [{"key": "process-12", "text": "Refunds"}, …]} | ["process-12"] |

`show_if` is {"question": key, "values": [texts of values]}: the question is asked only when the answer to that earlier
one, in the words of `values_of`, has one of them, and that one was asked itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

KINDS = ("rating", "single", "multiple", "ranking", "matrix", "text", "process")
MODES = ("anonymous", "confidential", "named")
FIELDS = {"department": "Department", "location": "Location", "job_role": "Job role", "tenure": "Time with us"}
LONGEST_TEXT = 4000
MOST_QUESTIONS = 40
Answers = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it is asked."""

    key: str
    kind: str
    text: str
    help: str = ""
    required: bool = False
    low: int = 0
    high: int = 0
    labels: Mapping[int, str] = field(default_factory=dict)
    enps: bool = False
    options: Sequence[Choice] = ()
    rows: Sequence[Choice] = ()
    most: int | None = None
    longest: int = 2000
    shown_by: str = ""  # the key of the earlier question that decides whether this one is asked
    shown_for: frozenset[str] = frozenset()

    @property
    def scale(self) -> range:
        """The ratings that can be given, the lowest first."""
        return range(self.low, self.high + 1)


@dataclass(frozen=True, slots=True)
class Definition:
    """What a wave asks, frozen."""

    title: str
    purpose: str
    mode: str
    segments: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]  # of each segment field, those that are kept; others become OTHER
    questions: tuple[Asked, ...]

    def question(self, key: str) -> Asked | None:
        return next((one for one in self.questions if one.key == key), None)


OTHER = "Other"


def read_question(given: Mapping[str, Any]) -> Asked:
    """A question from its frozen form."""
    content, condition = given.get("content") or {}, given.get("show_if") or {}
    return Asked(
        key=given["key"],
        kind=given["kind"],
        text=given["text"],
        help=given.get("help", ""),
        required=bool(given.get("required")),
        low=int(content.get("low", 0)),
        high=int(content.get("high", 0)),
        labels={int(value): text for value, text in (content.get("labels") or {}).items()},
        enps=bool(content.get("enps")),
        options=tuple(Choice(one["key"], one["text"]) for one in content.get("options") or ()),
        rows=tuple(Choice(one["key"], one["text"]) for one in content.get("rows") or ()),
        most=content.get("most"),
        longest=min(int(content.get("longest") or 2000), LONGEST_TEXT),
        shown_by=condition.get("question", ""),
        shown_for=frozenset(map(str, condition.get("values") or ())),
    )


def read_definition(given: Mapping[str, Any]) -> Definition:
    """A wave's definition from its frozen form."""
    return Definition(
        title=given["title"],
        purpose=given.get("purpose", ""),
        mode=given["mode"],
        segments=tuple(given.get("segments") or ()),
        values={name: tuple(values) for name, values in (given.get("values") or {}).items()},
        questions=tuple(read_question(one) for one in given["questions"]),
    )


def is_given(answer: Any) -> bool:
    """Whether there is an answer at all; a rating of 0 is one."""
    return answer is not None and answer not in ("", [], {})


def values_of(question: Asked, answer: Any) -> list[str]:
    """What an answer says, as texts: a rating "4", the keys of options, "row=option" of a matrix; none of a text."""
    if answer is None or question.kind == "text":
        return []
    if question.kind in {"rating", "single"}:
        return [str(answer)]
    if question.kind == "matrix":
        return [f"{row}={value}" for row, value in answer.items()]
    return [str(one) for one in answer]


def tally_values(question: Asked, answer: Any) -> list[str]:
    """What an answer adds one to: "" because it was answered at all, and what it says.

    A ranking adds to "option@rank", with 1 for the first.
    """
    if not is_given(answer):
        return []
    if question.kind == "ranking":
        return ["", *(f"{key}@{rank}" for rank, key in enumerate(answer, start=1))]
    return ["", *values_of(question, answer)]


def is_asked(question: Asked, answers: Mapping[str, Any], definition: Definition) -> bool:
    """Whether branching leads to this question, given the answers so far."""
    if not question.shown_by:
        return True
    before = definition.question(question.shown_by)
    if before is None or not is_asked(before, answers, definition):
        return False
    return not question.shown_for.isdisjoint(values_of(before, answers.get(before.key)))


def reached(definition: Definition, answers: Mapping[str, Any]) -> list[Asked]:
    """The questions that branching leads to, in order."""
    return [one for one in definition.questions if is_asked(one, answers, definition)]


def check(definition: Definition, given: Mapping[str, Any]) -> tuple[Answers, dict[str, str]]:
    """The answers that can be kept, and what is wrong with the others by question key. Empty ones are left out.

    `given` has answers in the forms above, as far as they could be read. An answer to a question that branching does
    not lead to is left out without a word: whoever changed their mind has done nothing wrong. A key that the survey
    does not have is wrong under "".
    """
    answers: Answers = {}
    wrong: dict[str, str] = {}
    known = {one.key for one in definition.questions}
    if not set(given) <= known:
        wrong[""] = "This survey was changed while you were answering. Look over your answers and send them again."
    for question in definition.questions:
        if not is_asked(question, answers, definition):
            continue
        answer = given.get(question.key)
        if not is_given(answer):
            if question.required:
                wrong[question.key] = "This one needs an answer."
            continue
        if reason := what_is_wrong(question, answer):
            wrong[question.key] = reason
        else:
            answers[question.key] = answer
    return answers, wrong


def what_is_wrong(question: Asked, answer: Any) -> str:
    """Why this can't be an answer to the question, in a sentence; "" when it can."""
    return _CHECKS[question.kind](question, answer)


def _wrong_text(question: Asked, answer: Any) -> str:
    if not isinstance(answer, str):
        return "This can’t be read. Write it again."
    if len(answer) > question.longest:
        return f"Make it shorter: it has {len(answer):,} characters, and there is room for {question.longest:,}."
    return ""


def _wrong_rating(question: Asked, answer: Any) -> str:
    fits = isinstance(answer, int) and not isinstance(answer, bool) and answer in question.scale
    return "" if fits else "Choose one of the ratings."


def _wrong_single(question: Asked, answer: Any) -> str:
    return "" if isinstance(answer, str) and answer in _keys(question.options) else "Choose one of the answers."


def _wrong_matrix(question: Asked, answer: Any) -> str:
    rows = _keys(question.rows)
    fits = isinstance(answer, dict) and _all_in(answer, rows) and _all_in(answer.values(), _keys(question.options))
    if not fits:
        return "Choose one of the answers in each line."
    if question.required and set(answer) != rows:
        return "Each line needs an answer."
    return ""


def _wrong_list(question: Asked, answer: Any) -> str:
    keys = _keys(question.options)
    if not isinstance(answer, list) or not _all_in(answer, keys) or len(set(answer)) != len(answer):
        return "Choose from the answers there are."
    if question.kind == "ranking" and set(answer) != keys:
        return "Give each of them a place, and no place twice."
    if question.most is not None and len(answer) > question.most:
        return f"Choose {question.most} at most."
    return ""


def _all_in(given: Iterable[Any], keys: set[str]) -> bool:
    return all(isinstance(one, str) and one in keys for one in given)


def _keys(choices: Iterable[Choice]) -> set[str]:
    return {one.key for one in choices}


_CHECKS = {
    "text": _wrong_text,
    "rating": _wrong_rating,
    "single": _wrong_single,
    "matrix": _wrong_matrix,
    "multiple": _wrong_list,
    "ranking": _wrong_list,
    "process": _wrong_list,
}
