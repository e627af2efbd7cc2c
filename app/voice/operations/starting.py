"""Begin a survey: blank, from a template, or as a copy of another. The same form sent twice begins one."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from app.accounts.models import Person
from app.core.db import db, insert_for
from app.core.errors import Invalid
from app.voice.models import Survey, SurveyQuestion
from app.voice.operations.questions import questions_of
from app.voice.operations.surveys import Details
from app.voice.rules import building

_COPIED = ("key", "position", "kind", "text", "help", "required", "content", "show_if")


def begin_survey(
    details: Details,
    questions: Iterable[Mapping[str, Any]],
    token: str,
    by: Person,
    now: datetime,
    *,
    template: str = "",
) -> Survey:
    """A new survey that asks these questions (in their frozen form), in this order. Raises Invalid with the fields."""
    if wrong := building.survey_faults(asdict(details)):
        raise Invalid("", wrong)
    values = {"token": token, "created_by_id": by.id, "created_at": now, "template": template, "revision": 0}
    statement = insert_for(Survey).values(**details.columns(), **values)
    statement = statement.on_conflict_do_nothing(index_elements=["created_by_id", "token"]).returning(Survey.id)
    survey_id = db.session.scalar(statement)
    if survey_id is None:  # sent twice
        return db.session.execute(select(Survey).filter_by(token=token, created_by_id=by.id)).scalar_one()
    rows = [_row(survey_id, position, one) for position, one in enumerate(questions, 1)]
    if rows:
        db.session.execute(insert(SurveyQuestion), rows)
    return db.session.get_one(Survey, survey_id)


def _row(survey_id: int, position: int, question: Mapping[str, Any]) -> dict[str, Any]:
    row = {name: question.get(name) for name in _COPIED}
    return row | {"survey_id": survey_id, "position": position, "help": question.get("help") or ""}


def copy_survey(survey: Survey, token: str, by: Person, now: datetime) -> Survey:
    """A new survey with the same questions, promise and purpose, and no waves."""
    segments = survey.segments.split(",") if survey.segments else []
    title = f"Copy of {survey.title}"[: building.LONGEST_TITLE]
    details = Details(title=title, purpose=survey.purpose, mode=survey.mode, segments=segments)
    questions = [{name: getattr(one, name) for name in _COPIED} for one in questions_of(survey)]
    return begin_survey(details, questions, token, by, now, template=survey.template)
