"""Building surveys: the list, beginning one, and its page."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotFound
from app.core.forms import new_token
from app.core.permissions import Can, require
from app.voice import survey_phrases
from app.voice.models import Survey
from app.voice.operations import questions as question_operations
from app.voice.operations import starting
from app.voice.operations import surveys as operations
from app.voice.operations.freezing import being_answered, frozen_questions
from app.voice.queries import surveys as queries
from app.voice.rules.questions import read_question
from app.voice.survey_forms import StartForm, SurveyForm, number, one_line
from app.voice.templates_library import templates
from app.voice.web import voice


@voice.get("/voice/surveys")
def surveys() -> ResponseReturnValue:
    require(Can.BUILD_SURVEYS)
    page, away = queries.listed(request.args), request.args.get("show") == "away"
    return render_template(
        "voice/surveys.html",
        page=page,
        away=away,
        others=queries.has_any(away=not away),
        waves=queries.waves_of(row.id for row in page.rows),
        words=survey_phrases,
    )


@voice.get("/voice/surveys/new")
def new_survey() -> ResponseReturnValue:
    require(Can.BUILD_SURVEYS)
    return _start_page(StartForm.fresh())


def _start_page(form: StartForm, status: int = 200) -> ResponseReturnValue:
    form.offer(queries.to_copy())
    page = render_template("voice/survey_new.html", form=form, templates=templates(), words=survey_phrases)
    return page, status


@voice.post("/voice/surveys/new")
def start_survey() -> ResponseReturnValue:
    require(Can.BUILD_SURVEYS)
    form = StartForm()
    if not form.validate():
        return _start_page(form, 422)
    try:
        begun = _begin(form)
    except Invalid as refusal:
        form.show(refusal)
        return _start_page(form, 422)
    db.session.commit()
    return _to(begun)


def _begin(form: StartForm) -> Survey:
    """The survey that a form begins: blank unless it names a template or another survey."""
    kind, _, name = (form.start.data or "").partition(":")
    token, now = form.token.data, clock.now()
    if kind == "copy":
        found = queries.find_survey(number(form.copy.data or name))
        if found is None:
            raise Invalid("", {"copy": "Choose the survey to copy."})
        return starting.copy_survey(found, token, current_user, now)
    template = templates().get(name) if kind == "template" else None
    if kind == "template" and template is None:
        raise Invalid("This template is not in the list any more. Choose another one.")
    if template is None:
        return starting.begin_survey(operations.Details(title=one_line(form.title.data)), [], token, current_user, now)
    details = operations.Details(
        title=template.title, purpose=template.purpose.strip(), mode=template.mode, segments=template.segments
    )
    return starting.begin_survey(details, template.frozen(), token, current_user, now, template=name)


def survey_here(survey_id: int) -> Survey:
    """The survey, for those who build surveys. Raises NotAllowed and NotFound."""
    require(Can.BUILD_SURVEYS)
    found = queries.find_survey(survey_id)
    if found is None:
        raise NotFound("There is no survey at this address.")
    return found


@voice.get("/voice/surveys/<int:survey_id>")
def survey(survey_id: int) -> ResponseReturnValue:
    found = survey_here(survey_id)
    return survey_page(found, SurveyForm.of(found))


def survey_page(found: Survey, form: SurveyForm, status: int = 200) -> ResponseReturnValue:
    questions = question_operations.questions_of(found)
    waves = queries.waves_of([found.id])[found.id]
    begun = being_answered(one.id for one in waves if one.state == "open")
    page = render_template(
        "voice/survey.html",
        survey=found,
        form=form,
        questions=questions,
        asked=[question_operations.asked(one) for one in questions],
        waves=waves,
        locked=survey_phrases.locked([one for one in reversed(waves) if one.id in begun]),
        copy_token=new_token(),
        following=[one for one in waves if one.state == "open" and one.id not in begun],
        words=survey_phrases,
    )
    return page, status


@voice.post("/voice/surveys/<int:survey_id>")
def change_survey(survey_id: int) -> ResponseReturnValue:
    found, form = survey_here(survey_id), SurveyForm()
    if not form.validate():
        return survey_page(found, form, 422)
    try:
        locked = operations.change_survey(found, form.details, form.seen, clock.now())
    except Invalid as refusal:
        form.show(refusal)
        return survey_page(found, form, 422)
    except Conflict as refusal:
        form.form_errors.append(refusal.message)
        form.revision.data = str(found.revision)
        return survey_page(found, form, 409)
    db.session.commit()
    say_kept("It is kept.", locked)
    return _to(found)


def say_kept(words: str, locked: list[Any]) -> None:
    """What was done, and which open waves stay as they are."""
    note = survey_phrases.locked(locked)
    flash(f"{words} {note}" if note else words, "watch" if note else "good")


def _to(found: Survey) -> ResponseReturnValue:
    return redirect(url_for("voice.survey", survey_id=found.id), 303)


@voice.post("/voice/surveys/<int:survey_id>/away")
def put_away(survey_id: int) -> ResponseReturnValue:
    """Put it away or, with `back`, take it out again."""
    found, back = survey_here(survey_id), request.form.get("back") == "1"
    if back:
        operations.take_out(found)
    else:
        operations.archive(found, clock.now())
    db.session.commit()
    flash("It is back in the list." if back else "It is put away. Its waves and what they found stay.", "good")
    return _to(found)


@voice.get("/voice/surveys/<int:survey_id>/preview")
def preview(survey_id: int) -> ResponseReturnValue:
    """As those who are asked will see it; nothing can be sent."""
    found = survey_here(survey_id)
    return preview_page(found, frozen_questions(found.id), found.mode, None)


def preview_page(found: Survey, questions: list[dict[str, Any]], mode: str, wave: Any) -> ResponseReturnValue:
    return render_template(
        "voice/preview.html",
        survey=found,
        wave=wave,
        mode=mode,
        questions=[read_question(one) for one in questions],
        words=survey_phrases,
    )
