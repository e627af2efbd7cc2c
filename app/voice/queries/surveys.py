"""Surveys for those who build them."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Row, func, select

from app.core import tables
from app.core.db import db
from app.voice.models import Survey, SurveyQuestion, Wave

_SURVEY: Any = Survey
SORTS = {"new": tables.Sort("Newest", (_SURVEY.created_at, _SURVEY.id))}
MOST_TO_COPY = 50


def find_survey(survey_id: int) -> Survey | None:
    """One statement."""
    return db.session.get(Survey, survey_id)


def find_question(survey: Survey, question_id: int) -> SurveyQuestion | None:
    """A question of this survey. One statement."""
    statement = select(SurveyQuestion).where(SurveyQuestion.id == question_id, SurveyQuestion.survey_id == survey.id)
    return db.session.scalar(statement)


def listed(args: Mapping[str, str], size: int = 50) -> tables.Page:
    """Surveys, the newest first: in use, or put away where `show` says so. One statement."""
    questions = select(func.count()).where(SurveyQuestion.survey_id == Survey.id).scalar_subquery()
    away = args.get("show") == "away"
    statement = select(
        Survey.id, Survey.title, Survey.mode, Survey.created_at, Survey.archived_at, questions.label("questions")
    ).where(Survey.archived_at.is_not(None) if away else Survey.archived_at.is_(None))
    return tables.page(db.session(), statement, SORTS, {**args, "sort": "-new"}, size)


def has_any(*, away: bool) -> bool:
    """Whether there are surveys put away, or in use. One statement."""
    kept = Survey.archived_at.is_not(None) if away else Survey.archived_at.is_(None)
    return db.session.scalar(select(Survey.id).where(kept).limit(1)) is not None


def waves_of(survey_ids: Iterable[int]) -> dict[int, list[Any]]:
    """Waves by survey, the newest first: id, number, state, opens_on, closes_on, asked, answers. One statement."""
    ids = list(survey_ids)
    found: dict[int, list[Any]] = {one: [] for one in ids}
    statement = select(
        Wave.id,
        Wave.survey_id,
        Wave.number,
        Wave.state,
        Wave.opens_on,
        Wave.closes_on,
        Wave.by_link,
        Wave.asked,
        Wave.answers,
        Wave.trouble,
    ).where(Wave.survey_id.in_(ids))
    for row in db.session.execute(statement.order_by(Wave.number.desc())):
        found[row.survey_id].append(row)
    return found


def to_copy() -> list[Row[Any]]:
    """The surveys that were written last, for a list to choose from: id, title. One statement."""
    statement = select(Survey.id, Survey.title).order_by(Survey.created_at.desc(), Survey.id.desc())
    return list(db.session.execute(statement.limit(MOST_TO_COPY)))
