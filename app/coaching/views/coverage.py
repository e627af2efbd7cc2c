"""How far coaching reaches: planned, held and attested sessions by supervisor, as a page and as a file."""

from datetime import datetime

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.coaching import coverage_exports, policies
from app.coaching.coverage_forms import CoverageForm, coverage_form
from app.coaching.queries import coverage as queries
from app.coaching.queries.planner import BY_NAME
from app.coaching.rules.coverage import SHOWN_FROM, Period, last_days
from app.coaching.web import coaching
from app.core import clock, tables
from app.core.charts import share
from app.core.db import db
from app.core.permissions import Can, require


def _everyone() -> bool:
    return bool(current_user.has_role(*policies.SEES_FIGURES))


def _period(form: CoverageForm, now: datetime) -> Period:
    """Of the installation's days, so that all who look see the same figures."""
    return last_days(form.length, clock.today_in("", now), clock.zone_of(""))


@coaching.get("/coaching/coverage")
def coverage() -> ResponseReturnValue:
    require(Can.SEE_COVERAGE)
    form, now, everyone = coverage_form(request.args), clock.now(), _everyone()
    period = _period(form, now)
    statement = queries.supervisors(current_user, everyone=everyone)
    page = tables.page(db.session(), statement, BY_NAME, request.args)
    return render_template(
        "coaching/coverage.html",
        form=form,
        period=period,
        page=page,
        lines=queries.lines(page.rows, period, now),
        totals=queries.totals(current_user, period, now, everyone=everyone),
        everyone=everyone,
        share=share,
        shown_from=SHOWN_FROM,
    )


@coaching.get("/coaching/coverage.csv")
def coverage_csv() -> ResponseReturnValue:
    require(Can.SEE_COVERAGE)
    now, everyone = clock.now(), _everyone()
    period = _period(coverage_form(request.args), now)
    found = queries.all_lines(current_user, period, now, everyone=everyone)
    name = f"coaching-coverage-{period.first}-to-{period.last}.csv"
    return tables.stream_csv(name, coverage_exports.HEADER, map(coverage_exports.cells, found))
