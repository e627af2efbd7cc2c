"""The planner: who is due for a talk, and planning, moving and cancelling one."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts.models import Person
from app.coaching.calendar import calendar_of
from app.coaching.models import Session
from app.coaching.operations import planning
from app.coaching.planner_forms import CancelForm, MoveForm, PlanForm, TimeForm, planner_form
from app.coaching.queries import invitations
from app.coaching.queries import planner as queries
from app.coaching.queries.planner import Shown
from app.coaching.rules.cadence import day_to_propose
from app.coaching.views.loading import person_here, session_here
from app.coaching.web import coaching
from app.core import clock, tables
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotAllowed
from app.core.pages import moment, zone
from app.core.permissions import Can, require


@coaching.get("/coaching/planner")
def planner() -> ResponseReturnValue:
    require(Can.SEE_COVERAGE)
    form = planner_form(request.args)
    today = clock.today_in(current_user.time_zone, clock.now())
    due = queries.due_of(queries.reports_to_coach(current_user.id), today)
    fitting = {one: [id_ for id_, its in due.items() if one.fits(its, today)] for one in Shown}
    ids = None if form.shown is Shown.ALL else fitting[form.shown]
    page = tables.page(db.session(), queries.reports_by_name(current_user.id, ids), queries.BY_NAME, request.args)
    planned = [id_ for row in page.rows if (id_ := due[row.id].next_id) is not None]
    return render_template(
        "coaching/planner.html",
        form=form,
        page=page,
        due=due,
        counts={one.value: len(found) for one, found in fitting.items()},
        own=queries.planned_by(current_user.id, planned),
        today=today,
    )


def _to_coach(person_id: int) -> Person:
    found = person_here(person_id)
    require(Can.COACH, found)
    return found


@coaching.get("/coaching/people/<int:person_id>/plan")
def ask_plan(person_id: int) -> ResponseReturnValue:
    found = _to_coach(person_id)
    today = clock.today_in(current_user.time_zone, clock.now())
    due = queries.due_of([found], today)[found.id]
    return _plan_page(found, PlanForm.proposing(day_to_propose(due.due_on, today)))


def _plan_page(person: Person, form: PlanForm, status: int = 200) -> ResponseReturnValue:
    today = clock.today_in(current_user.time_zone, clock.now())
    due = queries.due_of([person], today)[person.id]
    return render_template("coaching/plan.html", person=person, form=form, due=due, zone=zone()), status


@coaching.post("/coaching/people/<int:person_id>/plan")
def plan(person_id: int) -> ResponseReturnValue:
    found, form = _to_coach(person_id), PlanForm()
    if not form.validate():
        return _plan_page(found, form, 422)
    try:
        session = planning.plan(found, current_user, **form.facts(zone()), token=form.token.data, now=clock.now())
    except Invalid as refusal:
        form.show(refusal)
        return _plan_page(found, form, 422)
    db.session.commit()
    flash(f"You meet {found.name} {moment(session.starts_at)}. Both of you get a mail for your calendars.", "good")
    return redirect(url_for("coaching.planner"), 303)


def _to_hold(session_id: int) -> tuple[Session, Person]:
    """The session and the one coached, who is named after it was read anew for the change."""
    found = session_here(session_id)
    require(Can.HOLD_SESSION, found)
    return found, found.person


@coaching.get("/coaching/sessions/<int:session_id>/move")
def ask_move(session_id: int) -> ResponseReturnValue:
    found, person = _to_hold(session_id)
    return _move_page(found, person, MoveForm.of(found, zone()))


def _move_page(session: Session, person: Person, form: TimeForm, status: int = 200) -> ResponseReturnValue:
    return render_template("coaching/move.html", session=session, other=person, form=form, zone=zone()), status


@coaching.post("/coaching/sessions/<int:session_id>/move")
def move(session_id: int) -> ResponseReturnValue:
    (found, person), form = _to_hold(session_id), MoveForm()
    if not form.validate():
        return _move_page(found, person, form, 422)
    try:
        planning.move(found, **form.facts(zone()), seen=form.seen.data, now=clock.now())
    except Invalid as refusal:
        form.show(refusal)
        return _move_page(found, person, form, 422)
    except Conflict as refusal:
        form.form_errors.append(refusal.message)
        form.seen.data = found.sequence  # sent once more, it holds
        return _move_page(found, person, form, 409)
    db.session.commit()
    flash(f"You meet {person.name} {moment(found.starts_at)}. Both of you hear of it by mail.", "good")
    return redirect(url_for("coaching.planner"), 303)


@coaching.get("/coaching/sessions/<int:session_id>/cancel")
def ask_cancel(session_id: int) -> ResponseReturnValue:
    return _cancel_page(*_to_hold(session_id), CancelForm(formdata=None))


def _cancel_page(session: Session, person: Person, form: CancelForm, status: int = 200) -> ResponseReturnValue:
    return render_template("coaching/cancel.html", session=session, other=person, form=form), status


@coaching.post("/coaching/sessions/<int:session_id>/cancel")
def cancel(session_id: int) -> ResponseReturnValue:
    (found, person), form = _to_hold(session_id), CancelForm()
    if not form.validate():
        return _cancel_page(found, person, form, 422)
    try:
        planning.cancel(found, form.because.data or "", clock.now())
    except Conflict:
        if found.state != "cancelled":  # a second click finds what the first one did
            raise
    db.session.commit()
    flash(f"The session with {person.name} is cancelled. Both of you hear of it by mail.", "good")
    return redirect(url_for("coaching.planner"), 303)


@coaching.get("/coaching/sessions/<int:session_id>/session.ics")
def calendar_file(session_id: int) -> ResponseReturnValue:
    found = session_here(session_id)
    if current_user.id not in {found.person_id, found.supervisor_id}:
        raise NotAllowed("The calendar entry is for the two who meet.")
    entry = invitations.appointment(found.id)
    file = calendar_of([entry] if entry else [], None, clock.now())
    response = Response(file, mimetype="text/calendar")
    response.headers["Content-Disposition"] = 'attachment; filename="session.ics"'
    return response
