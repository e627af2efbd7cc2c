"""Disputing an observation, and deciding about it as its second reader."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.coaching.observation_forms import DecisionForm, DisputeForm
from app.coaching.operations import disputes
from app.coaching.views.observations import observation_here, observation_page
from app.coaching.web import coaching
from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.core.permissions import Can, require


def _show(form: DisputeForm | DecisionForm, refusal: Conflict | Invalid) -> None:
    if isinstance(refusal, Invalid):
        form.show(refusal)
    else:
        form.form_errors.append(refusal.message)


@coaching.post("/coaching/observations/<int:observation_id>/dispute")
def dispute(observation_id: int) -> ResponseReturnValue:
    found, form = observation_here(observation_id), DisputeForm()
    require(Can.DISPUTE_OBSERVATION, found)
    try:
        disputes.raise_dispute(found, current_user, form.reason.data or "", clock.now())
    except (Conflict, Invalid) as refusal:
        _show(form, refusal)
        now = observation_here(observation_id)  # as it stands by now
        return observation_page(now, form, DecisionForm(formdata=None), int(refusal.status))
    db.session.commit()
    flash(
        "Your dispute is on its way to a second reader. Until they decide, this observation counts for nothing.", "good"
    )
    return redirect(url_for("coaching.observation", observation_id=found.id), 303)


@coaching.post("/coaching/observations/<int:observation_id>/decide")
def decide(observation_id: int) -> ResponseReturnValue:
    found, form = observation_here(observation_id), DecisionForm()
    require(Can.DECIDE_DISPUTE, found)
    try:
        disputes.decide(found, current_user, form.decision.data or "", form.reason.data or "", clock.now())
    except (Conflict, Invalid) as refusal:
        _show(form, refusal)
        now = observation_here(observation_id)  # as it stands by now
        return observation_page(now, DisputeForm(formdata=None), form, int(refusal.status))
    db.session.commit()
    flash("Your decision is kept. Both of them see it with your reason.", "good")
    return redirect(url_for("coaching.observation", observation_id=found.id), 303)
