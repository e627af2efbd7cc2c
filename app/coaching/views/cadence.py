"""How often people are coached, a job role at a time."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts.queries import distinct_values
from app.coaching import benchmark_phrases as words
from app.coaching.benchmark_forms import CadenceForm
from app.coaching.operations.cadence import set_cadence as keep_weeks
from app.coaching.queries.benchmark_pages import cadences
from app.coaching.rules.cadence import USUAL_WEEKS
from app.coaching.web import coaching
from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotFound
from app.core.permissions import Can, require


def _job_role() -> str:
    """The job role that the address names; empty is everyone else."""
    require(Can.SET_BENCHMARKS)
    job_role = request.args.get("job_role", "")
    if job_role and job_role not in distinct_values()["job_role"] and job_role not in cadences():
        raise NotFound("Nobody has this job role.")
    return job_role


@coaching.get("/coaching/cadence/set")
def set_cadence() -> ResponseReturnValue:
    job_role = _job_role()
    found = cadences()
    own = found[job_role].weeks if job_role in found else None
    data = {"weeks": own or _everyones(), "seen": str(own or ""), "as_everyone": own is None}
    return _page(job_role, CadenceForm(formdata=None, data=data).shape(job_role))


@coaching.post("/coaching/cadence/set")
def keep_cadence() -> ResponseReturnValue:
    job_role = _job_role()
    form = CadenceForm().shape(job_role)
    if not form.validate():
        return _page(job_role, form, 422)
    try:
        keep_weeks(job_role, form.wanted, current_user, clock.now(), seen=form.seen_weeks, check=True)
    except Invalid as refusal:
        form.show(refusal)
        return _page(job_role, form, 422)
    except Conflict as refusal:
        form.form_errors.append(refusal.message)
        found = cadences()
        form.seen.data = str(found[job_role].weeks) if job_role in found else ""
        return _page(job_role, form, 409)
    db.session.commit()
    flash(_said(job_role, form.wanted), "good")
    return redirect(url_for("coaching.benchmarks", _anchor="cadence"), 303)


def _everyones() -> int:
    found = cadences()
    return found[""].weeks if "" in found else USUAL_WEEKS


def _said(job_role: str, weeks: int | None) -> str:
    whom = job_role or "Everyone else"
    return f"{whom}: a talk is due {words.every(_everyones() if weeks is None else weeks)}."


def _page(job_role: str, form: CadenceForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "coaching/cadence_form.html", job_role=job_role, form=form, everyones=words.every(_everyones())
    )
    return page, status
