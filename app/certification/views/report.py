"""The certification report, as a page and as a file."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts.queries import distinct_values
from app.certification import exports, phrases, pictures, policies, queries
from app.certification.forms import ReportForm
from app.certification.queries import Filter, Scope
from app.certification.rules import State, Terms
from app.certification.web import certification
from app.core import clock, tables
from app.core.charts import share
from app.core.db import db
from app.core.errors import Invalid, NotFound
from app.core.pages import zone
from app.core.permissions import Can, require

PAGING = {"sort", "after", "before"}


@dataclass(frozen=True)
class Asked:
    """What the address asks for, and what the viewer may have of it."""

    programmes: list[Terms]
    terms: Terms
    form: ReportForm
    fits: bool  # whether everything in the address could be read
    scope: Scope
    narrowed: Filter
    supervisors: list[Any]  # those who fit the supervisor asked for; exactly one narrows the report
    today: date

    @property
    def supervisor(self) -> str:
        """The name of the one supervisor whose tree is shown."""
        chosen = [row for row in self.supervisors if row.id == self.narrowed.supervisor_id]
        return f"{chosen[0].given_name} {chosen[0].family_name}" if chosen else ""


def _asked(*, offer: bool) -> Asked:
    programmes = queries.all_terms()
    form = ReportForm(request.args)
    fits = form.validate()
    terms = next((terms for terms in programmes if terms.slug == form.programme.data), None) or next(
        iter(programmes), None
    )
    if terms is None:
        raise NotFound("There is no programme to report on. It comes with the content: flask content sync loads it.")
    if offer:
        form.offer(distinct_values())
    called = form.supervisor.data or ""
    supervisors = queries.supervisors_called(current_user, called) if called else []
    scope = Scope(None if policies.sees_everyone(current_user) else current_user.id)
    today = clock.now().astimezone(zone()).date()
    return Asked(programmes, terms, form, fits, scope, _filter(form, supervisors), supervisors, today)


def _filter(form: ReportForm, supervisors: list[Any]) -> Filter:
    supervisor_id = None
    if form.supervisor.data:
        supervisor_id = queries.one_supervisor(supervisors, form.supervisor.data)
    return Filter(
        department=form.department.data or None,
        location=form.location.data or None,
        job_role=form.job_role.data or None,
        state=State(form.state.data) if form.state.data and not form.state.errors else None,
        within=form.within.data if not form.within.errors else None,
        supervisor_id=supervisor_id,
    )


@certification.get("/reports/certification")
def report() -> ResponseReturnValue:
    require(Can.SEE_CERTIFICATION_REPORT)
    asked = _asked(offer=True)
    by_department = queries.totals(asked.terms, asked.scope, asked.narrowed, asked.today)
    totals = queries.together(by_department)
    sort = request.args.get("sort", "")
    statement = queries.people_in_report(asked.terms, asked.scope, asked.narrowed, asked.today, sort)
    ui: Any = current_app.jinja_env.globals["ui"]
    page = tables.page(db.session(), statement, queries.SORTS, request.args)
    return render_template(
        "certification/report.html",
        asked=asked,
        page=page,
        lines=queries.lines(page.rows, asked.terms, asked.today),
        totals=totals,
        percent=share(totals.valid, totals.people),
        chart=pictures.by_department(by_department) if by_department else None,
        states=list(State),
        tags={state: ui.tag(state.tone, state.words) for state in State},
        plain_args={key: value for key, value in request.args.items() if value and key not in PAGING},
        quick_views=phrases.quick_views(asked.terms),
        among=phrases.among(asked.narrowed, asked.supervisor, everyone=asked.scope.manager_id is None),
    )


@certification.get("/reports/certification.csv")
def report_csv() -> ResponseReturnValue:
    require(Can.SEE_CERTIFICATION_REPORT)
    asked = _asked(offer=False)
    if not asked.fits:
        raise Invalid("Some part of the filter can't be read, so no file was made. Open the report and set it again.")
    sort = request.args.get("sort", "")
    found = queries.all_lines(asked.terms, asked.scope, asked.narrowed, asked.today, sort=sort)
    name = f"certification-{asked.terms.slug}-{asked.today}.csv"
    return tables.stream_csv(name, exports.HEADER, map(exports.cells, found))
