"""The board for a screen in the office: a score in large figures that keeps itself up to date."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.core import clock
from app.core.errors import NotFound
from app.core.permissions import Can, require
from app.nps import phrases, sharing
from app.nps.queries import score_pages, subjects, trends
from app.nps.queries.quotes import Tone, quotes
from app.nps.queries.subjects import Subject
from app.nps.rules import last_days
from app.nps.views.whose import number, people_of, widest
from app.nps.web import nps

DAYS = 90
SECONDS = 60  # between two looks for news
NOT_THERE = "There is no board at this address, or it is not yours to see."


def _subject() -> Subject | None:
    """The company, a label or the people below someone; without a word in the address the widest that one may see."""
    of = request.args.get("of")
    if of is None:
        return widest()
    kind, _, text = of.partition(":")
    if of == "company":
        require(Can.SEE_COMPANY_NPS)
        return subjects.company()
    if kind == "people":
        return people_of(number(text))
    found = score_pages.visible_label(number(text), current_user) if kind == "label" else None
    if found is None:
        raise NotFound(NOT_THERE)
    require(Can.SEE_NPS_OF, found)
    return found


@nps.get("/nps/wall")
def wall() -> ResponseReturnValue:
    require(Can.SEE_NPS)
    subject = _subject()
    if subject is None:
        return render_template("nps/nothing_yet.html")
    today = clock.today_in("", clock.now())  # the installation's: days are counted in its zone
    period = last_days(DAYS, today)
    found = score_pages.scored(subject, period, period.previous())
    step = trends.usual_step(found.score.n if found.score else 0, DAYS)
    return render_template(
        "nps/wall.html",
        subject=subject,
        found=found,
        name=sharing.public_name(subject),
        changed=sharing.changed(found),
        line=sharing.line(trends.trend_of(subject, period, today, step)),
        praise=quotes(subject, current_user, period, [Tone.PRAISE], 2)[0],
        words=phrases,
        seconds=SECONDS,
        drawn_at=clock.now(),
    )
