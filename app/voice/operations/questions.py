"""Write the questions of a survey: add, change, move, take out. Each of them twice is once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from app.core.db import db
from app.core.errors import Conflict, Invalid, NotFound
from app.voice.models import Survey, SurveyQuestion, Wave
from app.voice.operations.surveys import changed, check_seen, lock
from app.voice.rules import building
from app.voice.rules.questions import MOST_QUESTIONS, Asked, read_question

FULL = f"A survey has {MOST_QUESTIONS} questions at most; people answer ten with more care. Take one out first."

GONE = "This question was taken out in the meantime. What you typed is still here; add it as a new question."


@dataclass(frozen=True, slots=True)
class Wording:
    """A question as it is typed. Options and rows are texts; which of their keys stay, building.keyed decides."""

    kind: str
    text: str
    help: str = ""
    required: bool = False
    scale: str = "1-5"
    labels: Sequence[str] = ()  # none, two for the ends, or one for each step
    enps: bool = False
    options: Sequence[str] = ()
    rows: Sequence[str] = ()
    most: int | None = None
    longest: int = 2000
    shown_by: str = ""
    shown_for: Sequence[str] = ()


def questions_of(survey: Survey) -> list[SurveyQuestion]:
    """In their order. One statement."""
    statement = select(SurveyQuestion).where(SurveyQuestion.survey_id == survey.id)
    return list(db.session.scalars(statement.order_by(SurveyQuestion.position, SurveyQuestion.id)))


def asked(question: SurveyQuestion) -> Asked:
    """The question as rules know it; one about processes without its options."""
    return read_question(
        {
            "key": question.key,
            "kind": question.kind,
            "text": question.text,
            "help": question.help,
            "required": question.required,
            "content": question.content,
            "show_if": question.show_if,
        }
    )


def add_question(survey: Survey, key: str, wording: Wording, now: datetime) -> tuple[SurveyQuestion, list[Wave]]:
    """One more question at the end, and the open waves that stay without it. Raises Invalid with the fields at fault.

    `key` is the form's own: sent twice, it is one question.
    """
    lock(survey)
    questions = questions_of(survey)
    found = next((one for one in questions if one.key == key), None)
    if found is not None:
        return found, []
    if len(questions) >= MOST_QUESTIONS:
        raise Invalid(FULL)
    question = SurveyQuestion(
        survey_id=survey.id,
        key=key,
        position=questions[-1].position + 1 if questions else 1,
        **_columns(wording, None),
    )
    _check(wording, asked(question), [asked(one) for one in questions])
    db.session.add(question)
    db.session.flush()
    return question, changed(survey, now)


def change_question(survey: Survey, question: SurveyQuestion, wording: Wording, seen: int, now: datetime) -> list[Wave]:
    """Keep this wording; its kind stays. Returns the open waves that go on asking it as it was.

    Raises Invalid with the fields at fault, and Conflict when the survey is not what the form was made from.
    """
    lock(survey)
    questions = questions_of(survey)
    if question not in questions:
        raise Conflict(GONE)
    columns = _columns(wording, asked(question)) | {"kind": question.kind}
    if all(getattr(question, name) == value for name, value in columns.items()):
        return []
    at = questions.index(question)
    as_asked = [asked(one) for one in questions]
    as_asked[at] = read_question({"key": question.key, **columns})
    _check(wording, as_asked[at], as_asked[:at])
    if fault := building.order_fault(as_asked):
        raise Invalid("", {"options" if question.kind != "rating" else "scale": fault})
    check_seen(survey, seen)
    for name, value in columns.items():
        setattr(question, name, value)
    return changed(survey, now)


def move_question(survey: Survey, question_id: int, to: int, now: datetime) -> list[Wave]:
    """Put a question at a place, counted from 1. Raises Conflict when another question depends on the order."""
    lock(survey)
    questions = questions_of(survey)
    moved = next((one for one in questions if one.id == question_id), None)
    if moved is None:
        raise NotFound("This question was taken out in the meantime.")
    ordered = [one for one in questions if one is not moved]
    ordered.insert(max(to, 1) - 1, moved)
    if ordered == questions:
        return []
    if fault := building.order_fault([asked(one) for one in ordered]):
        raise Conflict(fault)
    for position, one in enumerate(ordered, 1):
        one.position = position
    return changed(survey, now)


def remove_question(survey: Survey, question_id: int, now: datetime) -> list[Wave]:
    """Take a question out. Waves that asked it keep it. Raises Conflict when another depends on it."""
    lock(survey)
    questions = questions_of(survey)
    left = [one for one in questions if one.id != question_id]
    if len(left) == len(questions):
        return []
    if fault := building.order_fault([asked(one) for one in left]):
        raise Conflict(fault)
    db.session.execute(delete(SurveyQuestion).where(SurveyQuestion.id == question_id))
    return changed(survey, now)


def _columns(wording: Wording, before: Asked | None) -> dict[str, Any]:
    """The wording as the table keeps it."""
    condition = {"question": wording.shown_by, "values": list(wording.shown_for)}
    return {
        "kind": wording.kind,
        "text": wording.text,
        "help": wording.help,
        "required": wording.required,
        "content": _content(wording, before),
        "show_if": condition if wording.shown_by or wording.shown_for else None,
    }


def _content(wording: Wording, before: Asked | None) -> dict[str, Any]:
    if wording.kind == "rating":
        low, high = building.SCALES.get(wording.scale, (0, 0))
        labels = building.labels_of(wording.labels, low, high)
        return {"low": low, "high": high, "labels": labels or {}, "enps": wording.enps}
    if wording.kind == "text":
        return {"longest": wording.longest}
    content: dict[str, Any] = {}
    if wording.kind != "process":
        content["options"] = building.keyed(wording.options, before.options if before else ())
    if wording.kind == "matrix":
        content["rows"] = building.keyed(wording.rows, before.rows if before else ())
    if wording.kind in {"multiple", "process"}:
        content["most"] = wording.most
    return content


def _check(wording: Wording, question: Asked, earlier: Sequence[Asked]) -> None:
    wrong = building.faults(question, earlier)
    low, high = question.low, question.high
    if question.kind == "rating" and "scale" not in wrong and building.labels_of(wording.labels, low, high) is None:
        wrong["labels"] = f"Write two lines for the ends, or {high - low + 1} for every step, or none."
    if wrong:
        raise Invalid("", wrong)
