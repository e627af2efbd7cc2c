"""What a wave asks is frozen when it opens: later changes of the survey are for the next one.

The only exception is an open wave that nobody has begun to answer. Its questions follow the survey; what was promised
to those who are asked (the mode, and by what groups answers are compared) stays as they read it in their invitation.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, case, exists, func, select

from app.accounts.models import Person
from app.core.db import db
from app.voice.models import Participant, Process, SealedAnswer, Survey, SurveyQuestion, Wave
from app.voice.rules.questions import OTHER, Definition
from app.voice.rules.segments import TENURES, kept_values, tenure_of, years_before

PROCESS_KEY = "process-{}"  # the option of a process question, by the process's id


def freeze(survey: Survey, people: Select[Any] | None, today: date) -> dict[str, Any]:
    """What a wave of this survey asks, in the form that rules.questions reads.

    `people` selects the ids of those who are asked; None where anybody with the link may answer. Two statements, one
    more with a question about processes, and one for each field by which answers are compared.
    """
    fields = survey.segments.split(",") if survey.segments else []
    return {
        "title": survey.title,
        "purpose": survey.purpose,
        "mode": survey.mode,
        "segments": fields,
        "values": {name: _values(name, people, today) for name in fields},
        "questions": frozen_questions(survey.id),
    }


def frozen_questions(survey_id: int) -> list[dict[str, Any]]:
    """The questions of a survey as a wave that opens now would ask them. One statement, or two with processes."""
    statement = select(SurveyQuestion).where(SurveyQuestion.survey_id == survey_id)
    questions = db.session.scalars(statement.order_by(SurveyQuestion.position, SurveyQuestion.id)).all()
    processes = _processes() if any(one.kind == "process" for one in questions) else []
    return [_frozen(one, processes) for one in questions]


def _frozen(question: SurveyQuestion, processes: list[dict[str, str]]) -> dict[str, Any]:
    content = dict(question.content)
    if question.kind == "process":
        content["options"] = processes
    return {
        "key": question.key,
        "kind": question.kind,
        "text": question.text,
        "help": question.help,
        "required": question.required,
        "content": content,
        "show_if": question.show_if,
    }


def _processes() -> list[dict[str, str]]:
    active = select(Process.id, Process.name).where(Process.retired_at.is_(None))
    found = db.session.execute(active.order_by(func.lower(Process.name), Process.id))
    return [{"key": PROCESS_KEY.format(row.id), "text": row.name} for row in found]


def _values(name: str, people: Select[Any] | None, today: date) -> list[str]:
    """The values of a field that enough of those who are asked share."""
    column = _tenure_column(today) if name == "tenure" else getattr(Person, name)
    statement = select(column, func.count()).where(Person.active).group_by(column)
    if people is not None:
        statement = statement.where(Person.id.in_(people))
    return kept_values({value or "": n for value, n in db.session.execute(statement)})


def _tenure_column(today: date) -> Any:
    """rules.segments.tenure_of as a column."""
    return case(
        (Person.hire_date.is_(None), ""),
        (Person.hire_date > years_before(today, 1), TENURES[0]),
        (Person.hire_date > years_before(today, 3), TENURES[1]),
        else_=TENURES[2],
    )


def segments_of(person: Person, definition: Definition, today: date) -> dict[str, str]:
    """The coarse fields that go into this person's ticket; none unless the survey is a confidential one."""
    found = {}
    for name in definition.segments:
        value = tenure_of(person.hire_date, today) if name == "tenure" else getattr(person, name)
        found[name] = value if value in definition.values.get(name, ()) else OTHER
    return found


def being_answered(wave_ids: Iterable[int]) -> set[int]:
    """Those of the waves for which a ticket was taken or answers are there. One statement."""
    ids = list(wave_ids)
    if not ids:
        return set()
    taken = exists().where(Participant.wave_id == Wave.id, Participant.took_part)
    sealed = exists().where(SealedAnswer.wave_id == Wave.id)
    return set(db.session.scalars(select(Wave.id).where(Wave.id.in_(ids), taken | sealed)))


def refreeze(survey: Survey, now: datetime) -> list[Wave]:
    """Let open waves that nobody has begun to answer ask what the survey says now. Those that stay as they are."""
    waves = db.session.scalars(
        select(Wave).where(Wave.survey_id == survey.id, Wave.state == "open").order_by(Wave.number).with_for_update()
    ).all()
    begun = being_answered(one.id for one in waves)
    questions = [one for one in frozen_questions(survey.id) if not _lacks_processes(one)] if waves else []
    for wave in waves:
        if questions and wave.id not in begun and wave.definition is not None:
            promised = {name: wave.definition[name] for name in ("mode", "segments", "values")}
            fresh = {"title": survey.title, "purpose": survey.purpose, "questions": questions}
            wave.definition = {**fresh, **promised}
    db.session.flush()
    return [one for one in waves if one.id in begun]


def _lacks_processes(question: dict[str, Any]) -> bool:
    return question["kind"] == "process" and not question["content"]["options"]
