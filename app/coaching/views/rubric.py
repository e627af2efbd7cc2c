"""The rubric: what is observed, in words, and writing it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.coaching import benchmark_phrases
from app.coaching.models import Behaviour
from app.coaching.operations import rubric as operations
from app.coaching.queries import rubric as queries
from app.coaching.queries.benchmark_pages import asked_of_behaviours, company_series
from app.coaching.queries.benchmarks import current_behaviours
from app.coaching.rubric_forms import BehaviourForm, form_of
from app.coaching.web import coaching
from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotFound
from app.core.measures import all_measures
from app.core.permissions import Can, require


@coaching.get("/coaching/rubric")
def rubric() -> ResponseReturnValue:
    require(Can.SEE_BENCHMARKS)
    today = clock.today_in("", clock.now())  # the installation's: benchmarks begin in its zone
    return render_template(
        "coaching/rubric.html",
        behaviours=current_behaviours(),
        retired=queries.retired_behaviours(),
        asked=asked_of_behaviours(company_series(today)),
        measures=all_measures(),
        words=benchmark_phrases,
    )


@coaching.post("/coaching/rubric/start")
def start_rubric() -> ResponseReturnValue:
    require(Can.WRITE_RUBRIC)
    added = operations.add_starter_set(current_user, clock.now())
    db.session.commit()
    if added:
        flash("The proposal is in your rubric. Put it in your own words, and set a benchmark on what you want.", "good")
    return redirect(url_for("coaching.rubric"), 303)


def _load(behaviour_id: int) -> Behaviour:
    """The rubric is no secret from those who may see benchmarks; writing it is asked for by itself."""
    require(Can.SEE_BENCHMARKS)
    found = queries.find_behaviour(behaviour_id)
    if found is None:
        raise NotFound("The rubric has no such behaviour.")
    return found


@coaching.get("/coaching/rubric/new")
def new_behaviour() -> ResponseReturnValue:
    require(Can.WRITE_RUBRIC)
    return _form_page(BehaviourForm(formdata=None), None)


@coaching.post("/coaching/rubric/new")
def add_behaviour() -> ResponseReturnValue:
    require(Can.WRITE_RUBRIC)
    return _keep(None)


@coaching.get("/coaching/rubric/<int:behaviour_id>/edit")
def edit_behaviour(behaviour_id: int) -> ResponseReturnValue:
    found = _load(behaviour_id)
    require(Can.WRITE_RUBRIC)
    return _form_page(form_of(queries.history_of(found.id).current), found)


@coaching.post("/coaching/rubric/<int:behaviour_id>/edit")
def keep_behaviour(behaviour_id: int) -> ResponseReturnValue:
    found = _load(behaviour_id)
    require(Can.WRITE_RUBRIC)
    return _keep(found)


def _keep(behaviour: Behaviour | None) -> ResponseReturnValue:
    """Keep the wording, or only show how an observer will see it."""
    form = BehaviourForm()
    if "preview" in request.args:
        return _form_page(form, behaviour, previewed=True)
    if not form.validate():
        return _form_page(form, behaviour, status=422)
    try:
        kept = operations.write_behaviour(behaviour, form.wording, current_user, clock.now(), seen=form.seen_version)
    except Invalid as refusal:
        form.show(refusal)
        return _form_page(form, behaviour, status=422)
    except Conflict as refusal:
        form.form_errors.append(refusal.message)
        form.seen.data = str(queries.history_of(behaviour.id).current.version) if behaviour else ""
        return _form_page(form, behaviour, status=409)
    db.session.commit()
    flash(f"“{form.wording.name}” is kept. Observations from now on are scored by these words.", "good")
    return redirect(url_for("coaching.rubric", _anchor=f"behaviour-{kept.id}"), 303)


def _form_page(
    form: BehaviourForm, behaviour: Behaviour | None, *, previewed: bool = False, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "coaching/behaviour_form.html",
        form=form,
        behaviour=behaviour,
        history=queries.history_of(behaviour.id) if behaviour else None,
        previewed=previewed,
        here=url_for("coaching.edit_behaviour", behaviour_id=behaviour.id)
        if behaviour
        else url_for("coaching.new_behaviour"),
    )
    return page, status


@coaching.post("/coaching/rubric/<int:behaviour_id>/retire")
def retire_behaviour(behaviour_id: int) -> ResponseReturnValue:
    found = _load(behaviour_id)
    require(Can.WRITE_RUBRIC)
    operations.retire(found, clock.now())
    db.session.commit()
    flash("It is retired: nobody is observed on it any more. What was observed stays.", "good")
    return redirect(url_for("coaching.rubric"), 303)


@coaching.post("/coaching/rubric/<int:behaviour_id>/bring-back")
def bring_back(behaviour_id: int) -> ResponseReturnValue:
    found = _load(behaviour_id)
    require(Can.WRITE_RUBRIC)
    operations.bring_back(found)
    db.session.commit()
    flash("It is back in the rubric, with its last wording.", "good")
    return redirect(url_for("coaching.rubric", _anchor=f"behaviour-{behaviour_id}"), 303)
