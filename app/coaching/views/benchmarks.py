"""Benchmarks: what is asked of whom and since when, and asking something else from a day on."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts.models import Person
from app.accounts.queries import distinct_values
from app.coaching import benchmark_phrases as words
from app.coaching.benchmark_forms import BenchmarkForm, choice_of, proposal
from app.coaching.benchmark_tables import board_for
from app.coaching.operations import benchmarks as operations
from app.coaching.queries import benchmark_pages as queries
from app.coaching.queries.benchmark_pages import Series
from app.coaching.web import coaching
from app.core import clock, tables
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotFound
from app.core.measures import Measure, all_measures
from app.core.permissions import Can, may, require


@coaching.get("/coaching/benchmarks")
def benchmarks() -> ResponseReturnValue:
    require(Can.SEE_BENCHMARKS)
    today = _today()
    sets_all = may(Can.SET_BENCHMARKS)
    board = board_for(current_user, today, all_roles=sets_all)
    whose = None if sets_all else current_user.id
    teams = tables.page(db.session(), queries.team_statement(today, whose), queries.TEAM_SORTS, request.args)
    return render_template(
        "coaching/benchmarks.html",
        board=board,
        teams=teams,
        today=today,
        form=choice_of(board.measures.values(), board.roles, "Everyone", "all"),
        team_form=choice_of(board.team_measures, _team_roles(), "Your whole team", "team"),
        words=words,
    )


def _today() -> date:
    return clock.today_in("", clock.now())  # the installation's: benchmarks begin in its zone


def _team_roles() -> list[str]:
    return queries.roles_of_reports(current_user.id) if current_user.is_supervisor else []


@dataclass(frozen=True)
class Asked:
    """The benchmark that an address names."""

    series: Series
    measure: Measure | None  # None where it is gone
    lead: Person | None  # whose team's it is; None: the company's

    @property
    def whom(self) -> str:
        return words.for_whom(self.series.job_role, of_team=self.lead is not None)

    @property
    def address(self) -> dict[str, Any]:
        """What names it in an address."""
        named = {"metric": self.series.metric, "job_role": self.series.job_role}
        return {**named, "team": 1} if self.lead else named


def _named(argument: str) -> str:
    """What the address says, without NUL, which PostgreSQL does not even compare."""
    return request.args.get(argument, "").replace("\x00", "")


def _load() -> Asked:
    """The benchmark that the address names, and whether this person may set it."""
    require(Can.SEE_BENCHMARKS)
    metric, job_role = _named("metric"), _named("job_role")
    of_team = bool(request.args.get("team"))
    lead = current_user._get_current_object() if of_team else None
    if not queries.known_metric(metric):
        raise NotFound("There is no such measure.")
    series = queries.series_of(metric, job_role, lead.id if lead else None, _today())
    roles = _team_roles() if of_team else distinct_values()["job_role"]
    if job_role and job_role not in roles and not series.versions:
        raise NotFound("Nobody in your team has this job role." if of_team else "Nobody has this job role.")
    if of_team:
        require(Can.SET_TEAM_BENCHMARKS, current_user.id)
    else:
        require(Can.SET_BENCHMARKS)
    return Asked(series, all_measures().get(metric), lead)


@coaching.get("/coaching/benchmarks/set")
def set_benchmark() -> ResponseReturnValue:
    asked = _load()
    return _page(asked, _shape(BenchmarkForm(formdata=None, data=proposal(asked.series)), asked))


@coaching.post("/coaching/benchmarks/set")
def keep_benchmark() -> ResponseReturnValue:
    asked = _load()
    form = _shape(BenchmarkForm(), asked)
    if "preview" in request.args:
        return _page(asked, form)
    if not form.validate():
        return _page(asked, form, 422)
    try:
        _keep(asked, form)
    except Invalid as refusal:
        form.show(refusal)
        return _page(asked, form, 422)
    except Conflict as refusal:
        form.form_errors.append(refusal.message)
        form.seen.data = asked.series.mark
        return _page(asked, form, 409)
    said = _consequence(asked, form)
    db.session.commit()
    flash(said, "good")
    return redirect(url_for("coaching.benchmarks"), 303)


def _shape(form: BenchmarkForm, asked: Asked) -> BenchmarkForm:
    return form.shape(asked.measure, can_end=asked.series.live, of_team=asked.lead is not None)


def _keep(asked: Asked, form: BenchmarkForm) -> None:
    operations.set_benchmark(
        asked.series.metric,
        asked.series.job_role,
        asked.lead,
        target=form.asked,
        starts_on=form.starts_on.data,
        reason=form.reason.data or "",
        by=current_user,
        now=clock.now(),
        seen=form.seen.data,
    )


def _consequence(asked: Asked, form: BenchmarkForm) -> str:
    """What will happen, in words; empty while the form does not say it."""
    if not form.says_something:
        return ""
    before = queries.asked_before(asked.series, asked.lead, form.starts_on.data)
    return words.what_happens(asked.measure, asked.whom, form.asked, form.starts_on.data, before)


def _page(asked: Asked, form: BenchmarkForm, status: int = 200) -> ResponseReturnValue:
    day = form.starts_on.data or asked.series.today
    page = render_template(
        "coaching/benchmark_form.html",
        asked=asked,
        form=form,
        consequence=_consequence(asked, form),
        companys=queries.company_holds(asked.series.metric, asked.series.job_role, day),
        here=url_for("coaching.set_benchmark", **asked.address),
        preview=url_for("coaching.set_benchmark", **asked.address, preview=1),
        words=words,
    )
    return page, status


@coaching.post("/coaching/benchmarks/take-back")
def take_back_benchmark() -> ResponseReturnValue:
    asked = _load()
    form = BenchmarkForm()
    if form.starts_on.data is None:
        raise Invalid("Say which change is to be taken back.")
    operations.take_back(
        asked.series.metric, asked.series.job_role, asked.lead, starts_on=form.starts_on.data, now=clock.now()
    )
    db.session.commit()
    flash(f"The change planned for {words.full_day(form.starts_on.data)} is taken back.", "good")
    return redirect(url_for("coaching.set_benchmark", **asked.address), 303)
