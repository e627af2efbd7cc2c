"""Calibrations: the list, opening one, scoring blind, and what was found."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.coaching import calibration_phrases
from app.coaching.calibration_forms import NUMBERS, CalibrationForm, levels_given
from app.coaching.models import CalibrationItem
from app.coaching.operations import calibration as operations
from app.coaching.queries import calibration as queries
from app.coaching.web import coaching
from app.core import clock
from app.core.db import db
from app.core.errors import Invalid, NotFound, wants_json
from app.core.pages import clock_time
from app.core.permissions import Can, may, require


@coaching.get("/coaching/calibrations")
def calibrations() -> ResponseReturnValue:
    require(Can.SEE_COACHING)
    runs = may(Can.RUN_CALIBRATION)
    page = queries.calibrations(current_user, runs, request.args)
    scored = [row.id for row in page.rows if row.closed_at and row.submitted_at]
    return render_template(
        "coaching/calibrations.html",
        page=page,
        runs=runs,
        waiting=queries.waiting(current_user),
        severities=queries.own_severities(current_user.id, scored),
        words=calibration_phrases,
    )


@coaching.get("/coaching/calibrations/new")
def new_calibration() -> ResponseReturnValue:
    require(Can.RUN_CALIBRATION)
    return _form_page(CalibrationForm.fresh())


def _form_page(form: CalibrationForm, status: int = 200) -> ResponseReturnValue:
    return render_template("coaching/calibration_form.html", form=form, numbers=NUMBERS), status


@coaching.post("/coaching/calibrations/new")
def open_calibration() -> ResponseReturnValue:
    require(Can.RUN_CALIBRATION)
    form = CalibrationForm()
    if not form.validate():
        return _form_page(form, 422)
    try:
        opened = operations.open_calibration(
            token=form.token.data,
            title=form.title.data,
            floor=form.floor.data,
            closes_on=form.closes_on.data,
            behaviours=form.behaviours.data,
            interactions=form.interactions,
            raters=form.chosen_raters,
            opened_by_id=current_user.id,
            now=clock.now(),
        )
    except Invalid as refusal:
        form.show(refusal)
        return _form_page(form, 422)
    db.session.commit()
    flash("The calibration is open. Its raters find it on their calibration page.", "good")
    return redirect(url_for("coaching.calibration", calibration_id=opened), 303)


def _load(calibration_id: int) -> Any:
    require(Can.SEE_COACHING)
    found = queries.find(calibration_id, current_user, may(Can.RUN_CALIBRATION))
    if found is None:
        raise NotFound("There is no such calibration for you.")
    return found


@coaching.get("/coaching/calibrations/<int:calibration_id>")
def calibration(calibration_id: int) -> ResponseReturnValue:
    found = _load(calibration_id)
    runs = may(Can.RUN_CALIBRATION)
    closed = found.closed_at is not None
    rows = list(queries.agreements(calibration_id)) if closed else []
    return render_template(
        "coaching/calibration.html",
        found=found,
        runs=runs,
        interactions=queries.items(calibration_id),
        transcripts=queries.transcripts(calibration_id) if runs or closed else {},
        behaviours=queries.behaviours(calibration_id),
        raters=queries.raters(calibration_id) if runs else [],
        own=queries.own_levels(calibration_id, current_user.id) if found.mine else {},
        severity=queries.own_severities(current_user.id, [calibration_id] if closed else []).get(calibration_id),
        rows=rows,
        blocked=queries.blocked_behaviours() if rows else set(),
        picture=calibration_phrases.picture(rows, found.floor) if rows else None,
        words=calibration_phrases,
    )


@coaching.post("/coaching/calibrations/<int:calibration_id>/close")
def close_calibration(calibration_id: int) -> ResponseReturnValue:
    _load(calibration_id)
    require(Can.RUN_CALIBRATION)
    operations.close_calibration(calibration_id, clock.now())
    db.session.commit()
    flash("The calibration is closed. Its raters see the result, and how strict they were themselves.", "good")
    return _back_to(calibration_id)


def _back_to(calibration_id: int) -> ResponseReturnValue:
    return redirect(url_for("coaching.calibration", calibration_id=calibration_id), 303)


def _to_score(calibration_id: int, position: int) -> tuple[Any, CalibrationItem]:
    found = _load(calibration_id)
    require(Can.CALIBRATE, found)
    item = queries.item_at(calibration_id, position)
    if item is None:
        raise NotFound("This calibration has no such interaction.")
    return found, item


@coaching.get("/coaching/calibrations/<int:calibration_id>/score/<int:position>")
def calibrate(calibration_id: int, position: int) -> ResponseReturnValue:
    found, item = _to_score(calibration_id, position)
    if found.closed_at or found.submitted_at:
        return _back_to(calibration_id)
    return _score_page(found, item)


def _score_page(found: Any, item: CalibrationItem, problem: str = "", status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "coaching/calibration_score.html",
        found=found,
        item=item,
        interactions=queries.items(found.id),
        behaviours=queries.behaviours(found.id),
        own=queries.own_levels(found.id, current_user.id),
        problem=problem,
    )
    return page, status


@coaching.post("/coaching/calibrations/<int:calibration_id>/score/<int:position>")
def save_levels(calibration_id: int, position: int) -> ResponseReturnValue:
    """One interaction's levels, as they are clicked or with a button; `go` says where to next."""
    found, item = _to_score(calibration_id, position)
    now, go, levels = clock.now(), request.form.get("go", ""), levels_given(request.form)
    if go == "hand-in":
        return _hand_in(found, item, levels, now)
    operations.save_levels(item, current_user.id, levels)
    db.session.commit()
    if wants_json():
        return {"saved_at": clock_time(now)}
    next_position = int(go) if go.isascii() and go.isdigit() and len(go) < 3 else position
    return redirect(url_for("coaching.calibrate", calibration_id=calibration_id, position=next_position), 303)


def _hand_in(found: Any, item: CalibrationItem, levels: dict[int, int], now: datetime) -> ResponseReturnValue:
    missing = operations.hand_in(item, current_user.id, levels, now)
    db.session.commit()  # what was chosen is kept even where more is missing
    if missing:
        return _score_page(found, item, calibration_phrases.missing_words(missing), 422)
    now_stands = queries.find(found.id, current_user, runs=False)
    if now_stands is not None and now_stands.closed_at:
        flash("Your levels are handed in, and everyone else’s are too. This is what was found.", "good")
    else:
        flash("Your levels are handed in. The result is here once the calibration closes.", "good")
    return _back_to(found.id)
