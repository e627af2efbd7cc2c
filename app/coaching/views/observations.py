"""Observing someone's work on a phone between two calls, and what was observed."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts.models import Person
from app.coaching import observation_phrases as phrases
from app.coaching.observation_forms import DecisionForm, DisputeForm, ObservationForm
from app.coaching.operations import observing
from app.coaching.queries import observations as queries
from app.coaching.web import coaching
from app.core import clock, pages
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotFound, wants_json
from app.core.forms import row_number
from app.core.permissions import Can, may, require

LATELY = 8  # of each list, before a page of its own


@coaching.get("/coaching/observations")
def observations() -> ResponseReturnValue:
    require(Can.SEE_COACHING)
    name = request.args.get("show", "")
    page = queries.listed(name, current_user, request.args)
    if page is not None:
        return render_template("coaching/observations_list.html", name=name, page=page, words=phrases)
    lists = {one: queries.listed(one, current_user, {}, LATELY) for one in phrases.TITLES}
    return render_template(
        "coaching/observations.html", lists=lists, people=queries.people_to_observe(current_user), words=phrases
    )


def _observed(person_id: int) -> Person:
    """Someone active whom the signed-in person may know of, and observe."""
    require(Can.SEE_COACHING)
    found = queries.observable(person_id, current_user)
    if found is None:
        raise NotFound("There is nobody at this address whom you could observe.")
    require(Can.OBSERVE, found)
    return found


@coaching.get("/coaching/people/<int:person_id>/observe")
def observe(person_id: int) -> ResponseReturnValue:
    person = _observed(person_id)
    wanted = row_number(request.args.get("draft"))  # 0: a new one, beside those begun
    draft = None if wanted == 0 else queries.draft_about(person.id, current_user, wanted)
    levels = queries.levels_of([draft.id])[draft.id] if draft else []
    today = clock.today_in(current_user.time_zone, clock.now())
    return _form_page(person, ObservationForm.of(draft, levels, today), draft)


def _form_page(person: Person, form: ObservationForm, draft: Any = None, status: int = 200) -> ResponseReturnValue:
    now = clock.now()
    page = render_template(
        "coaching/observe.html",
        person=person,
        own=person.id == current_user.id,
        form=form,
        draft=draft,
        scales=queries.scales(person, clock.today_in("", now), form.levels.shown),
        quotes=queries.quotable(person.id, current_user, form.response.data),
        latest=clock.today_in(current_user.time_zone, now),
        oldest=observing.OLDEST,
    )
    return page, status


def _refused(person: Person, form: ObservationForm, refusal: Conflict | Invalid) -> ResponseReturnValue:
    """The form again, with what was typed and what is wrong."""
    if isinstance(refusal, Invalid):
        form.show(refusal)
    else:
        form.form_errors.append(refusal.message)
    return _form_page(person, form, status=int(refusal.status))


@coaching.post("/coaching/people/<int:person_id>/observe")
def keep_observation(person_id: int) -> ResponseReturnValue:
    person, form = _observed(person_id), ObservationForm()
    if not form.validate():
        return _form_page(person, form, status=422)
    try:
        kept = observing.keep(person, current_user, form.token.data, form.seen(), clock.now())
    except (Conflict, Invalid) as refusal:
        return _refused(person, form, refusal)
    db.session.commit()
    read = "Your supervisor" if kept.kind == "self" else person.given_name
    flash(f"It is kept. {read} can read it from now on, and nobody changes it any more.", "good")
    return redirect(url_for("coaching.observation", observation_id=kept.id), 303)


@coaching.post("/coaching/people/<int:person_id>/observe/draft")
def save_observation(person_id: int) -> ResponseReturnValue:
    person, form, now = _observed(person_id), ObservationForm(), clock.now()
    try:
        if not form.token.validate(form):
            raise Invalid("This page is out of date. Copy what you typed and open it again.")
        observing.save_draft(person, current_user, form.token.data, form.seen(), now)
    except (Conflict, Invalid) as refusal:
        if wants_json():
            raise
        return _refused(person, form, refusal)
    db.session.commit()
    if wants_json():
        return {"saved_at": pages.clock_time(now)}
    flash("Your draft is saved. Go on whenever you like; nobody else sees it.", "good")
    return redirect(url_for("coaching.observations"), 303)


@coaching.post("/coaching/observations/<int:observation_id>/discard")
def discard_observation(observation_id: int) -> ResponseReturnValue:
    """Only one's own drafts go. What is there no longer has been discarded before: a second click says the same."""
    require(Can.SEE_COACHING)
    if not observing.discard_draft(observation_id, current_user):
        found = queries.visible_observation(observation_id, current_user)
        if found is not None:
            raise Conflict(
                "This observation is kept. It can’t be discarded any more; whoever was observed can dispute it."
            )
    db.session.commit()
    flash("The draft is discarded.", "good")
    return redirect(url_for("coaching.observations"), 303)


def observation_here(observation_id: int) -> Any:
    """The observation as its page tells it, if the signed-in person may know of it."""
    require(Can.SEE_COACHING)
    found = queries.visible_observation(observation_id, current_user)
    if found is None:
        raise NotFound("There is no observation at this address, or it is not yours to see.")
    require(Can.SEE_OBSERVATION, found)
    return found


@coaching.get("/coaching/observations/<int:observation_id>")
def observation(observation_id: int) -> ResponseReturnValue:
    found = observation_here(observation_id)
    return observation_page(found, DisputeForm(formdata=None), DecisionForm(formdata=None))


def observation_page(
    found: Any, dispute: DisputeForm, decision: DecisionForm, status: int = 200
) -> ResponseReturnValue:
    quote = queries.quoted(found.response_id, found.person_id, current_user) if found.response_id else None
    observable = queries.observable(found.person_id, current_user)
    page = render_template(
        "coaching/observation.html",
        one=found,
        levels=queries.levels_of([found.id])[found.id],
        quote=quote,
        observes=observable is not None and may(Can.OBSERVE, observable),
        decides=may(Can.DECIDE_DISPUTE, found),
        dispute=dispute,
        decision=decision,
        words=phrases,
    )
    return page, status
