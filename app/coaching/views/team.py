"""The supervisor's people."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.coaching import phrases
from app.coaching.queries import team as queries
from app.coaching.views.loading import person_here
from app.coaching.web import coaching
from app.core import clock
from app.core.errors import NotFound
from app.core.measures import all_measures


@coaching.get("/coaching/teams/<int:person_id>")
def team(person_id: int) -> ResponseReturnValue:
    lead = person_here(person_id)
    if not lead.is_supervisor:
        raise NotFound("Nobody reports to this person, so there is no team to show.")
    today = clock.today_in(current_user.time_zone, clock.now())
    page = queries.reports(lead.id, request.args)
    return render_template(
        "coaching/team.html",
        lead=lead,
        own=lead.id == current_user.id,
        page=page,
        rows=queries.rows(page, today),
        names=all_measures(),
        unanswered=queries.unanswered_of(lead.id),
        today=today,
        words=phrases,
    )
