"""Scores: of the company, a label, those below a supervisor, a person; and a dimension's labels side by side."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts.queries import find_visible
from app.core.charts import share
from app.core.errors import NotFound
from app.core.permissions import Can, may, require
from app.nps import phrases, pictures
from app.nps.queries import breakdowns, counts, people_below, score_pages, subjects, trends
from app.nps.queries.breakdowns import Row
from app.nps.queries.score_pages import Scored
from app.nps.queries.subjects import Kind, Subject
from app.nps.queries.trends import Trend
from app.nps.views.asking import Asked, asked
from app.nps.views.references import reference
from app.nps.views.whose import people_of
from app.nps.web import nps


@nps.get("/nps")
def home() -> ResponseReturnValue:
    require(Can.SEE_NPS)
    found = subjects.company()
    if found is None:
        return render_template("nps/nothing_yet.html")
    if may(Can.SEE_COMPANY_NPS):
        return _show(found)
    return redirect(url_for("nps.team" if current_user.is_supervisor else "nps.person", person_id=current_user.id))


@nps.get("/nps/labels/<int:label_id>")
def label(label_id: int) -> ResponseReturnValue:
    require(Can.SEE_NPS)
    found = score_pages.visible_label(label_id, current_user)
    if found is None:
        raise NotFound("There is no score at this address, or it is not yours to see.")
    require(Can.SEE_NPS_OF, found)
    return _show(found, lead_id=found.lead_id if found.lead_id and counts.number_below(found.lead_id) else None)


@nps.get("/nps/teams/<int:person_id>")
def team(person_id: int) -> ResponseReturnValue:
    found = people_of(person_id)
    return _show(found)


@nps.get("/nps/people/<int:person_id>")
def person(person_id: int) -> ResponseReturnValue:
    require(Can.SEE_NPS)
    served_by = find_visible(person_id, current_user)
    if served_by is None:
        raise NotFound("There is nobody at this address, or they are not yours to see.")
    subject = subjects.person(served_by)
    require(Can.SEE_NPS_OF, subject)
    return _show(subject, lead_id=subject.id if served_by.is_supervisor else None)


def _show(subject: Subject, *, lead_id: int | None = None) -> ResponseReturnValue:
    """The page of any subject. `lead_id` is whose people today it leads to."""
    wanted = asked()
    if wanted.moved:
        return redirect(wanted.moved)
    found = score_pages.scored(subject, wanted.period, wanted.against)
    step = wanted.step or trends.usual_step(found.score.n if found.score else 0, wanted.period.days)
    trend = trends.trend_of(subject, wanted.period, wanted.today, step)
    own = subject.kind in {Kind.PEOPLE, Kind.PERSON} and subject.id == current_user.id
    return render_template(
        "nps/score.html",
        asked=wanted,
        found=found,
        subject=subject,
        own=own,
        reference=reference(subject),
        lead_id=lead_id,
        words=phrases,
        sparkline=pictures.sparkline,
        trend=trend,
        spread=pictures.spread(found.score) if found.score else None,
        course=pictures.course(trend, found.company),
        rate=score_pages.rate_of(subject, wanted.period) if found.score else None,
        **_below(found, trend, wanted),
    )


def _below(found: Scored, trend: Trend, wanted: Asked) -> dict[str, Any]:
    """What stands below the score: the ways to split it, those below, what was said."""
    subject, kind = found.subject, found.subject.kind
    shown: dict[str, Any] = {"splits": [], "page": None, "lines": [], "responses": [], "comments": []}
    if subject.is_labelled and may(Can.SEE_COMPANY_NPS):
        shown["splits"] = subjects.dimensions()
    if kind is Kind.PEOPLE:
        shown["page"] = people_below.direct_reports(subject.id, request.args)
        shown["lines"] = people_below.lines(shown["page"], wanted.period)
    if kind is Kind.PERSON:
        shown["responses"] = score_pages.newest_responses(subject.id, current_user)
    elif found.score:
        shown["comments"] = score_pages.newest_comments(subject, current_user, trend.last)
    return shown


@nps.get("/nps/by/<path:key>")
def breakdown(key: str) -> ResponseReturnValue:
    require(Can.SEE_COMPANY_NPS)
    dimensions = subjects.dimensions()
    dimension = next((one for one in dimensions if one.key == key), None)
    if dimension is None:
        raise NotFound("Responses are not split by anything of that name.")
    wanted = asked()
    if wanted.moved:
        return redirect(wanted.moved)
    found = breakdowns.breakdown(dimension, wanted.period)
    sides = [request.args.get(side, type=int) for side in ("a", "b")]
    name = phrases.plural_of(dimension.key, dimension.name)
    draw = pictures.teams if key == "team" else pictures.side_by_side
    return render_template(
        "nps/breakdown.html",
        asked=wanted,
        found=found,
        name=name,
        words=phrases,
        dimensions=dimensions,
        chart=draw(found, name, lambda row: _label_address(row, wanted)) if found.rows else None,
        page=breakdowns.sorted_page(found.rows, request.args),
        offered=breakdowns.offered(found, sides),
        sides=sides,
        usual=breakdowns.usual_pair(found),
        pair=breakdowns.pair(found, *sides),
        share=share,
    )


def _label_address(row: Row, wanted: Asked) -> str:
    return url_for("nps.label", label_id=row.id, **wanted.carried)
