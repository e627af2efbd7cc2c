"""Writing the questions of a survey: plain forms, one question a page."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotFound
from app.voice import survey_phrases
from app.voice.models import Survey, SurveyQuestion
from app.voice.operations import questions as operations
from app.voice.queries import surveys as queries
from app.voice.question_forms import QuestionForm
from app.voice.rules.building import BRANCHING, possible_values
from app.voice.rules.questions import KINDS
from app.voice.survey_forms import number
from app.voice.views.surveys import say_kept, survey_here
from app.voice.web import voice

NO_QUESTION = "There is no such question in this survey. It may have been taken out."


def _kind() -> str:
    kind = request.args.get("kind", "")
    if kind not in KINDS:
        raise NotFound("There is no such kind of question.")
    return kind


@voice.get("/voice/surveys/<int:survey_id>/questions/new")
def new_question(survey_id: int) -> ResponseReturnValue:
    survey = survey_here(survey_id)
    return _form_page(survey, None, QuestionForm.fresh(_kind(), request.args.get("preset", "")))


@voice.post("/voice/surveys/<int:survey_id>/questions/new")
def add_question(survey_id: int) -> ResponseReturnValue:
    survey = survey_here(survey_id)
    form = QuestionForm(_kind())
    valid = form.validate()
    if not form.has_key() or not valid:
        return _form_page(survey, None, form, 422)
    try:
        question, locked = operations.add_question(survey, form.key.data, form.wording, clock.now())
    except Invalid as refusal:
        form.show(refusal)
        return _form_page(survey, None, form, 422)
    db.session.commit()
    say_kept("The question is at the end of the list.", locked)
    return _to(survey, question.id)


def _question(survey: Survey, question_id: int) -> SurveyQuestion:
    found = queries.find_question(survey, question_id)
    if found is None:
        raise NotFound(NO_QUESTION)
    return found


@voice.get("/voice/surveys/<int:survey_id>/questions/<int:question_id>")
def question(survey_id: int, question_id: int) -> ResponseReturnValue:
    survey = survey_here(survey_id)
    found = _question(survey, question_id)
    return _form_page(survey, found, QuestionForm.of(operations.asked(found), survey.revision))


@voice.post("/voice/surveys/<int:survey_id>/questions/<int:question_id>")
def change_question(survey_id: int, question_id: int) -> ResponseReturnValue:
    survey = survey_here(survey_id)
    found = _question(survey, question_id)
    form = QuestionForm(found.kind)
    if not form.validate():
        return _form_page(survey, found, form, 422)
    try:
        locked = operations.change_question(survey, found, form.wording, form.seen, clock.now())
    except Invalid as refusal:
        form.show(refusal)
        return _form_page(survey, found, form, 422)
    except Conflict as refusal:
        form.form_errors.append(refusal.message)
        form.revision.data = str(survey.revision)
        return _form_page(survey, found, form, 409)
    db.session.commit()
    say_kept("The question is kept.", locked)
    return _to(survey, found.id)


def _form_page(
    survey: Survey, found: SurveyQuestion | None, form: QuestionForm, status: int = 200
) -> ResponseReturnValue:
    questions = operations.questions_of(survey)
    earlier = [operations.asked(one) for one in questions if found is None or one.position < found.position]
    page = render_template(
        "voice/question.html",
        survey=survey,
        question=found,
        form=form,
        branching=[(one, possible_values(one)) for one in earlier if one.kind in BRANCHING],
        waves=[one for one in queries.waves_of([survey.id])[survey.id] if one.state in {"open", "closed"}],
        here=url_for("voice.question", survey_id=survey.id, question_id=found.id)
        if found
        else url_for("voice.new_question", survey_id=survey.id, kind=form.kind),
        words=survey_phrases,
    )
    return page, status


def _to(survey: Survey, question_id: int | None = None) -> ResponseReturnValue:
    anchor = f"question-{question_id}" if question_id else "questions"
    return redirect(url_for("voice.survey", survey_id=survey.id, _anchor=anchor), 303)


@voice.post("/voice/surveys/<int:survey_id>/questions/<int:question_id>/move")
def move_question(survey_id: int, question_id: int) -> ResponseReturnValue:
    """Put it at the place that the form names: twice is once."""
    survey = survey_here(survey_id)
    locked = operations.move_question(survey, question_id, number(request.form.get("to")), clock.now())
    db.session.commit()
    say_kept("The order is changed.", locked)
    return _to(survey, question_id)


@voice.post("/voice/surveys/<int:survey_id>/questions/<int:question_id>/remove")
def remove_question(survey_id: int, question_id: int) -> ResponseReturnValue:
    survey = survey_here(survey_id)
    locked = operations.remove_question(survey, question_id, clock.now())
    db.session.commit()
    say_kept("The question is taken out.", locked)
    return _to(survey)
