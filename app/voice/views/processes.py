"""The catalogue of processes: what surveys and the board point at."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotFound
from app.core.permissions import Can, require
from app.voice.models import Process
from app.voice.operations import processes as operations
from app.voice.process_forms import ProcessForm
from app.voice.queries import processes as queries
from app.voice.web import voice


@voice.get("/voice/processes")
def processes() -> ResponseReturnValue:
    require(Can.BUILD_SURVEYS)
    return render_template(
        "voice/processes.html",
        page=queries.listed(request.args),
        retired=request.args.get("show") == "retired",
        has_retired=queries.has_retired(),
    )


@voice.get("/voice/processes/new")
def new_process() -> ResponseReturnValue:
    require(Can.BUILD_SURVEYS)
    return _form_page(None, ProcessForm.of(None))


def _form_page(found: Process | None, form: ProcessForm, status: int = 200) -> ResponseReturnValue:
    return render_template("voice/process.html", process=found, form=form, silos=queries.silos()), status


@voice.post("/voice/processes/new")
def add_process() -> ResponseReturnValue:
    require(Can.BUILD_SURVEYS)
    form = ProcessForm()
    if not form.validate():
        return _form_page(None, form, 422)
    try:
        added = operations.add_process(form.facts)
    except Invalid as refusal:
        form.show(refusal)
        return _form_page(None, form, 422)
    db.session.commit()
    flash(f"“{added.name}” is in the list.", "good")
    return redirect(url_for("voice.processes"), 303)


def _process_here(process_id: int) -> Process:
    require(Can.BUILD_SURVEYS)
    found = queries.find_process(process_id)
    if found is None:
        raise NotFound("There is no such process.")
    return found


@voice.get("/voice/processes/<int:process_id>")
def process(process_id: int) -> ResponseReturnValue:
    found = _process_here(process_id)
    return _form_page(found, ProcessForm.of(found))


@voice.post("/voice/processes/<int:process_id>")
def change_process(process_id: int) -> ResponseReturnValue:
    found, form = _process_here(process_id), ProcessForm()
    if not form.validate():
        return _form_page(found, form, 422)
    try:
        operations.change_process(found, form.facts, form.seen.data or "")
    except Invalid as refusal:
        form.show(refusal)
        return _form_page(found, form, 422)
    except Conflict as refusal:
        form.form_errors.append(refusal.message)
        form.seen.data = operations.stamp_of(found)
        return _form_page(found, form, 409)
    db.session.commit()
    flash(f"“{found.name}” is kept.", "good")
    return redirect(url_for("voice.processes"), 303)


@voice.post("/voice/processes/<int:process_id>/retire")
def retire_process(process_id: int) -> ResponseReturnValue:
    """Retire it or, with `back`, offer it again."""
    found, back = _process_here(process_id), request.form.get("back") == "1"
    if back:
        operations.restore_process(found)
    else:
        operations.retire_process(found, clock.now())
    db.session.commit()
    words = "is back in the list" if back else "is retired: it is offered no more, and what points at it stays"
    flash(f"“{found.name}” {words}.", "good")
    return redirect(url_for("voice.processes"), 303)
