"""The sheet that a supervisor prints for the huddle with the team."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.core import clock
from app.core.permissions import Can, require
from app.nps import phrases, pictures, sharing
from app.nps.huddle_forms import huddle_form
from app.nps.queries import huddle as queries
from app.nps.queries import score_pages
from app.nps.queries.quotes import Tone, quotes
from app.nps.rules import last_days
from app.nps.views.whose import people_of
from app.nps.web import nps

OFFERED = 10  # comments of each kind to choose from
DRIVER_DAYS = 90  # a month's ratings are too few to tell what matters


@nps.get("/nps/teams/<int:person_id>/huddle")
def huddle(person_id: int) -> ResponseReturnValue:
    require(Can.SEE_NPS)
    subject = people_of(person_id)
    today = clock.today_in("", clock.now())  # the installation's: days are counted in its zone
    form = huddle_form(request.args)
    period = last_days(form.length, today)
    found = score_pages.scored(subject, period, period.previous())
    heard = quotes(subject, current_user, period, (Tone.PRAISE, Tone.CONCERN), OFFERED)
    praise, concern = form.offer(*heard)
    focus = queries.driver_to_look_at(subject, last_days(DRIVER_DAYS, today))
    return render_template(
        "nps/huddle.html",
        subject=subject,
        own=subject.id == current_user.id,
        form=form,
        found=found,
        today=today,
        praise=praise,
        concern=concern,
        driver=sharing.driver_words(*focus) if focus else None,
        words=phrases,
        changed=sharing.changed(found),
        spread=pictures.spread(found.score) if found.score else None,
    )
