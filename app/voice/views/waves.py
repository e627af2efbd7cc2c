"""Asking a survey: planning a wave, and the page on which it is opened, watched and closed."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotFound
from app.core.permissions import Can, require
from app.voice import survey_phrases
from app.voice.models import Survey, Wave
from app.voice.operations import closing
from app.voice.operations import waves as operations
from app.voice.queries import audience, released
from app.voice.queries import surveys as survey_queries
from app.voice.queries import waves as queries
from app.voice.survey_addresses import invitation_address
from app.voice.views.surveys import preview_page, survey_here
from app.voice.wave_forms import ExtendForm, WaveForm
from app.voice.web import voice

NEWCOMERS = {"onboarding-day-30": (23, 37)}  # by the template that a survey was made from: days since they began


@voice.get("/voice/surveys/<int:survey_id>/waves/new")
def new_wave(survey_id: int) -> ResponseReturnValue:
    survey = survey_here(survey_id)
    today = clock.today_in("", clock.now())
    return _form_page(survey, WaveForm.fresh(today, NEWCOMERS.get(survey.template)))


def _form_page(survey: Survey, form: WaveForm, status: int = 200, people: int | None = None) -> ResponseReturnValue:
    page = render_template(
        "voice/wave_new.html",
        survey=survey,
        form=form,
        people=people,
        numbers=[one.number for one in survey_queries.waves_of([survey.id])[survey.id]],
        words=survey_phrases,
    )
    return page, status


@voice.post("/voice/surveys/<int:survey_id>/waves/new")
def plan_wave(survey_id: int) -> ResponseReturnValue:
    """Plan it; with `count`, only say how many people the rule finds."""
    survey, form, now = survey_here(survey_id), WaveForm(), clock.now()
    if not form.validate():
        return _form_page(survey, form, 422)
    if "count" in request.form:
        return _form_page(survey, form, people=audience.how_many(form.rule, clock.today_in("", now)))
    try:
        planned = operations.plan_wave(survey, form.plan, form.token.data, current_user, now)
    except (Conflict, Invalid) as refusal:
        if isinstance(refusal, Invalid):
            form.show(refusal)
        else:
            form.form_errors.append(refusal.message)
        return _form_page(survey, form, int(refusal.status))
    db.session.commit()
    flash("The wave is planned. It opens by itself on its day, or now if you say so.", "good")
    return _to(planned.id)


def wave_here(wave_id: int) -> Wave:
    """The wave with its survey, for those who build surveys. Raises NotAllowed and NotFound."""
    require(Can.BUILD_SURVEYS)
    found = queries.find_wave(wave_id)
    if found is None:
        raise NotFound("There is no wave at this address.")
    return found


@voice.get("/voice/waves/<int:wave_id>")
def wave(wave_id: int) -> ResponseReturnValue:
    found = wave_here(wave_id)
    return _wave_page(found, ExtendForm(formdata=None, data={"closes_on": found.closes_on}))


def _wave_page(found: Wave, extend: ExtendForm, status: int = 200) -> ResponseReturnValue:
    today = clock.today_in("", clock.now())
    survey, planned = survey_here(found.survey_id), found.state == "planned"
    people = audience.how_many(found.audience, max(today, found.opens_on)) if planned and not found.by_link else None
    page = render_template(
        "voice/wave.html",
        wave=found,
        survey=survey,
        mode=found.definition["mode"] if found.definition else survey.mode,
        people=people,
        participation=released.participation(found) if found.state in {"open", "closed"} else None,
        link=invitation_address(found.link),
        extend=extend,
        today=today,
        words=survey_phrases,
    )
    return page, status


def _to(wave_id: int) -> ResponseReturnValue:
    return redirect(url_for("voice.wave", wave_id=wave_id), 303)


@voice.get("/voice/waves/<int:wave_id>/preview")
def preview_wave(wave_id: int) -> ResponseReturnValue:
    """What a wave asks, as it was frozen."""
    found = wave_here(wave_id)
    if found.definition is None:
        return redirect(url_for("voice.preview", survey_id=found.survey_id))
    return preview_page(found.survey, found.definition["questions"], found.definition["mode"], found)


@voice.post("/voice/waves/<int:wave_id>/open")
def open_wave(wave_id: int) -> ResponseReturnValue:
    found = wave_here(wave_id)
    if operations.open_wave(found, clock.now()):
        sent = "Whoever has the link can answer." if found.by_link else "Those who are asked get a mail with the link."
        flash(f"The wave is open. {sent}", "good")
    db.session.commit()
    return _to(wave_id)


@voice.post("/voice/waves/<int:wave_id>/close")
def close_wave(wave_id: int) -> ResponseReturnValue:
    found = wave_here(wave_id)
    if closing.close_wave(found, clock.now()):
        flash("The wave is closed for good. What may be shown of it has been worked out.", "good")
    db.session.commit()
    return _to(wave_id)


@voice.post("/voice/waves/<int:wave_id>/extend")
def extend_wave(wave_id: int) -> ResponseReturnValue:
    found, form = wave_here(wave_id), ExtendForm()
    if not form.validate():
        return _wave_page(found, form, 422)
    try:
        operations.extend_wave(found, form.closes_on.data, clock.now())
    except Invalid as refusal:
        form.show(refusal)
        return _wave_page(found, form, 422)
    db.session.commit()
    flash("The last day is set.", "good")
    return _to(wave_id)


@voice.post("/voice/waves/<int:wave_id>/cancel")
def cancel_wave(wave_id: int) -> ResponseReturnValue:
    operations.cancel_wave(wave_here(wave_id), clock.now())
    db.session.commit()
    flash("The wave is called off. Nobody was asked.", "good")
    return _to(wave_id)
