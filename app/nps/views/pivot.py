"""Scores by any two dimensions, as a page and as a file."""

from http import HTTPStatus

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.core import clock, tables
from app.core.errors import Invalid
from app.core.permissions import Can, require
from app.nps import exports, pivot_phrases, rules
from app.nps.pivot_forms import PivotForm, pivot_form
from app.nps.queries import pivot as queries
from app.nps.queries.pivot import Asked
from app.nps.queries.subjects import Subject
from app.nps.rules import pivoting
from app.nps.views.whose import number, people_of, widest
from app.nps.web import nps


def _subject() -> Subject | None:
    given = request.args.get("people")
    return widest() if given is None else people_of(number(given))


def _form(subject: Subject | None) -> PivotForm | None:
    """None before there is anything to split."""
    splits = queries.splits(subject) if subject else []
    return pivot_form(request.args, splits, clock.today_in("", clock.now())) if splits else None


def _asked(subject: Subject, form: PivotForm) -> Asked | None:
    if not form.validate() or form.named is None:
        return None
    period = pivoting.whole_months(form.named)
    return Asked(subject, period, form.splits[form.rows.data], form.splits.get(form.columns.data))


@nps.get("/nps/pivot")
def pivot() -> ResponseReturnValue:
    require(Can.SEE_NPS)
    subject = _subject()
    form = _form(subject)
    asked = _asked(subject, form) if subject and form else None
    table, too_broad = None, ""
    if asked and form:
        try:
            table = pivot_phrases.table(asked, queries.pivot_page(asked, request.args), form.shown.data or ())
        except queries.TooBroad:
            too_broad = pivot_phrases.too_broad(asked)
    page = render_template(
        "nps/pivot.html",
        subject=subject,
        form=form,
        table=table,
        too_broad=too_broad,
        most_columns=pivoting.MOST_COLUMNS,
        whole_score=rules.whole_score,
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form and form.errors else HTTPStatus.OK


@nps.get("/nps/pivot.csv")
def pivot_csv() -> ResponseReturnValue:
    require(Can.SEE_NPS)
    subject = _subject()
    form = _form(subject)
    asked = _asked(subject, form) if subject and form else None
    if asked is None:
        raise Invalid(
            "Nothing can be split as this address says, so there is no file. Open the pivot and set it again."
        )
    try:
        parts = queries.whole_pivot(asked)
    except queries.TooBroad as refusal:
        raise Invalid(pivot_phrases.too_broad(asked)) from refusal
    return tables.stream_csv(pivot_phrases.filename(asked), exports.PIVOT_HEADER, exports.pivot_rows(parts))
