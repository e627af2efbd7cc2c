"""Importing a file of responses: hand it in, say which column is which, look at how it is read, confirm, wait."""

import filecmp
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import current_app, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.core import clock
from app.core.db import db
from app.core.errors import Invalid, NotFound
from app.core.jobs import wake
from app.core.permissions import Can, require
from app.nps import import_phrases, uploads
from app.nps.content import ResponseMapping, content_of
from app.nps.files import Unreadable
from app.nps.import_columns import Columns, columns_of
from app.nps.import_forms import MappingForm, UploadForm
from app.nps.jobs import IMPORTS
from app.nps.layouts import Misfit
from app.nps.models import ImportRun
from app.nps.operations import runs
from app.nps.operations.mappings import choose_mapping, save_mapping
from app.nps.previews import Preview, preview_of
from app.nps.queries import runs as queries
from app.nps.queries.mappings import find_mapping
from app.nps.web import nps

KEPT = timedelta(seconds=uploads.KEPT_SECONDS)
GONE = "This file is not kept any more: files are kept for a week. Hand it in again."


def _own(token: str, *, lock: bool = False) -> ImportRun:
    require(Can.IMPORT_RESPONSES)
    run = queries.run_of(token, current_user.id, lock=lock)
    if run is None:
        raise NotFound("There is no file of yours at this address.")
    return run


def _file_of(run: ImportRun) -> Path:
    path = uploads.path_of(run.token)
    if not path.exists():
        raise NotFound(GONE)
    return path


def _page(run: ImportRun, **values: Any) -> ResponseReturnValue:
    return redirect(url_for("nps.import_run", token=run.token, **values), 303)


@nps.get("/nps/import")
def import_start() -> ResponseReturnValue:
    require(Can.IMPORT_RESPONSES)
    return _start(UploadForm())


def _start(form: UploadForm) -> str:
    return render_template(
        "nps/import_start.html",
        form=form,
        runs=queries.runs_since(clock.now() - KEPT, current_user.id),
        states=import_phrases.STATES,
        tones=import_phrases.TONES,
    )


@nps.post("/nps/import")
def import_upload() -> ResponseReturnValue:
    require(Can.IMPORT_RESPONSES)
    form = UploadForm()
    if not form.validate():
        return _start(form), 422
    kept = uploads.keep(form.file.data.stream)
    path = uploads.path_of(kept.token)
    try:
        columns_of(path, None)
    except Unreadable as refusal:
        path.unlink()
        form.file.errors = [str(refusal)]
        return _start(form), 422
    filename = Path(form.file.data.filename.replace("\\", "/").replace("\0", "")).name[-200:] or "responses.csv"
    for earlier in queries.open_runs(filename, kept.size, current_user.id):  # a double click
        other = uploads.path_of(earlier.token)
        if other.exists() and filecmp.cmp(path, other, shallow=False):
            path.unlink()
            return _page(earlier)
    run = runs.start_run(
        token=kept.token, filename=filename, size=kept.size, person_id=current_user.id, now=clock.now()
    )
    page = _page(run)
    db.session.commit()
    return page


@nps.get("/nps/import/<token>")
def import_run(token: str) -> ResponseReturnValue:
    """Which column is which, while nothing is confirmed; then how far it is, and what became of it."""
    run = _own(token)
    asks = "columns" in request.args or "mapping" in request.args
    if run.state == "mapping" and run.mapping and not asks:
        return redirect(url_for("nps.import_preview", token=token), 303)
    if run.state == "mapping" or (run.state == "failed" and asks):
        chosen = request.args.get("mapping", "")
        columns = _columns(run, chosen)
        return _ask(run, columns, columns.form(), chosen)
    return render_template(
        "nps/import_run.html",
        run=run,
        state=import_phrases.STATES[run.state],
        outcomes=import_phrases.OUTCOMES,
        has_rejects=uploads.rejects_of(token).exists(),
        has_file=uploads.path_of(token).exists(),
    )


def _columns(run: ImportRun, chosen: str) -> Columns:
    path, content = _file_of(run), run.mapping
    if chosen:
        mapping = find_mapping(chosen)
        if mapping is None:
            raise NotFound("There is no mapping of that name any more.")
        content = content_of(mapping)
    try:
        return columns_of(path, content)
    except Unreadable as refusal:
        raise Invalid(str(refusal)) from None


def _ask(run: ImportRun, columns: Columns, form: MappingForm, chosen: str) -> str:
    return render_template(
        "nps/import_columns.html",
        run=run,
        form=form,
        header=columns.head.names,
        samples=columns.samples,
        mappings=queries.named_mappings(),
        sources=queries.slugs_of_sources(),
        chosen=chosen,
    )


@nps.post("/nps/import/<token>")
def import_columns(token: str) -> ResponseReturnValue:
    run, chosen = _own(token, lock=True), request.form.get("mapping", "")
    columns = _columns(run, chosen)
    form = columns.form()
    if len(form.columns) != len(columns.head.names):
        raise Invalid("The form and the file have different columns. Go back, reload the page and send it again.")
    form.validate()
    mapping = columns.chosen(form, _file_of(run), clock.now())
    if mapping is None:
        return _ask(run, columns, form, chosen), 422
    choose_mapping(run, mapping)
    db.session.commit()
    return redirect(url_for("nps.import_preview", token=token), 303)


@nps.get("/nps/import/<token>/preview")
def import_preview(token: str) -> ResponseReturnValue:
    run = _own(token)
    if run.state != "mapping" or not run.mapping:
        return _page(run)
    problem = ""
    try:
        found = preview_of(_file_of(run), ResponseMapping.model_validate(run.mapping), clock.now())
    except (Misfit, Unreadable) as refusal:
        found, problem = Preview([], 0, []), str(refusal)
    return render_template("nps/import_preview.html", run=run, found=found, problem=problem, would=import_phrases.WOULD)


@nps.post("/nps/import/<token>/confirm")
def import_confirm(token: str) -> ResponseReturnValue:
    """A second click is harmless."""
    run = _own(token, lock=True)
    page = _page(run)
    if run.state != "mapping" or not run.mapping:
        return page
    _file_of(run)
    mapping, now = ResponseMapping.model_validate(run.mapping), clock.now()
    runs.confirm_run(run, mapping)
    save_mapping(mapping, run.uploaded_by_id, now)
    db.session.commit()
    wake(current_app, IMPORTS)
    return page


@nps.get("/nps/import/<token>/rejects.csv")
def import_rejects(token: str) -> ResponseReturnValue:
    run = _own(token)
    path = uploads.rejects_of(token)
    if not path.exists():
        raise NotFound("No refused lines of this file are kept.")
    name = f"{Path(run.filename).stem}.refused.csv"
    return send_file(path, "text/csv", as_attachment=True, download_name=name)
