"""Where responses come from: the systems that hand them in, their tokens and webhook secrets."""

from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.core import clock, tables
from app.core.db import db
from app.core.errors import NotFound
from app.core.permissions import Can, require
from app.nps.models import ApiToken, Source
from app.nps.operations import tokens
from app.nps.operations.invitations import note_invitations
from app.nps.operations.source_names import add_source
from app.nps.queries import sources as queries
from app.nps.source_forms import AskedForm, RotationForm, SourceForm, TokenForm
from app.nps.web import nps

# What the next page shows once. The cookie says which it is; the secret itself is never in it.
SHOWN = "nps.shown"


@nps.get("/nps/sources")
def sources() -> ResponseReturnValue:
    require(Can.MANAGE_SOURCES)
    return _list()


def _list(new: SourceForm | None = None, asked: AskedForm | None = None, status: int = 200) -> ResponseReturnValue:
    page = tables.page(db.session(), queries.sources_statement(), queries.SORTS, request.args)
    shown = render_template(
        "nps/sources.html",
        page=page,
        lately=queries.lately(),
        newest=queries.LATELY,
        known=queries.latest_invitations(),
        form=new or SourceForm(formdata=None),
        asked_form=asked or AskedForm(formdata=None),
    )
    return shown, status


@nps.post("/nps/sources")
def new_source() -> ResponseReturnValue:
    require(Can.MANAGE_SOURCES)
    form = SourceForm()
    if not form.validate():
        return _list(new=form, status=422)
    added = add_source(form.name.data, clock.now())
    db.session.commit()
    return redirect(url_for("nps.source", slug=added.slug), 303)


@nps.post("/nps/sources/asked")
def keep_asked() -> ResponseReturnValue:
    require(Can.MANAGE_SOURCES)
    form = AskedForm()
    if not form.validate():
        return _list(asked=form, status=422)
    survey, month, asked = form.survey.data, form.month.data, form.asked.data
    note_invitations({(survey, month): asked})
    db.session.commit()
    flash(
        f"“{survey}” asked {asked:,} people in {month:%B %Y}: that is what its response rate is worked out from.",
        "good",
    )
    return redirect(url_for("nps.sources"), 303)


def _load(slug: str) -> Source:
    """Those who may manage sources may know of every one."""
    require(Can.MANAGE_SOURCES)
    found = queries.source_called(slug)
    if found is None:
        raise NotFound("There is no source of this name.")
    return found


@nps.get("/nps/sources/<slug>")
def source(slug: str) -> ResponseReturnValue:
    found = _load(slug)
    return _page(found, TokenForm.fresh(), session.pop(SHOWN, {}))


def _page(source: Source, form: TokenForm, shown: dict[str, Any], status: int = 200) -> ResponseReturnValue:
    token = secret = None
    if shown.get("source") == source.id:
        if "seed" in shown:
            token = tokens.token_from(shown["seed"], source, current_user.id)
        else:
            secret = tokens.webhook_secret(source.id, source.secret_epoch)
    page = render_template(
        "nps/source.html",
        source=source,
        tokens=queries.tokens_of(source),
        form=form,
        token=token,
        secret=secret,
        base=queries.base_url(),
    )
    return page, status


@nps.post("/nps/sources/<slug>/tokens")
def new_token(slug: str) -> ResponseReturnValue:
    found, form = _load(slug), TokenForm()
    if not form.validate():
        return _page(found, form, {}, 422)
    tokens.create_token(found, form.name.data, form.seed.data, current_user.id, clock.now())
    session[SHOWN] = {"source": found.id, "seed": form.seed.data}
    db.session.commit()
    return redirect(url_for("nps.source", slug=slug, _anchor="shown"), 303)


def _token(source: Source, token_id: int) -> ApiToken:
    found = queries.token_of(source, token_id)
    if found is None:
        raise NotFound("This source has no such token.")
    return found


@nps.get("/nps/sources/<slug>/tokens/<int:token_id>/revoke")
def ask_revoke(slug: str, token_id: int) -> ResponseReturnValue:
    found = _load(slug)
    return render_template("nps/revoke.html", source=found, token=_token(found, token_id))


@nps.post("/nps/sources/<slug>/tokens/<int:token_id>/revoke")
def revoke(slug: str, token_id: int) -> ResponseReturnValue:
    found = _load(slug)
    token = _token(found, token_id)
    tokens.revoke(token, clock.now())
    db.session.commit()
    flash(f"The token “{token.name}” is revoked: calls with it are refused.", "good")
    return redirect(url_for("nps.source", slug=slug), 303)


@nps.post("/nps/sources/<slug>/secret")
def show_secret(slug: str) -> ResponseReturnValue:
    """Changes nothing, but is asked for by a button: the secret is in no page that is merely opened."""
    session[SHOWN] = {"source": _load(slug).id}
    return redirect(url_for("nps.source", slug=slug, _anchor="shown"), 303)


@nps.get("/nps/sources/<slug>/secret/new")
def ask_rotate(slug: str) -> ResponseReturnValue:
    found = _load(slug)
    return render_template("nps/rotate.html", source=found, form=RotationForm(formdata=None))


@nps.post("/nps/sources/<slug>/secret/new")
def rotate(slug: str) -> ResponseReturnValue:
    found, form = _load(slug), RotationForm()
    if form.validate() and tokens.rotate_secret(found, form.seen.data):
        flash("There is a new secret. Messages signed with the old one are refused from now on.", "good")
    session[SHOWN] = {"source": found.id}
    db.session.commit()
    return redirect(url_for("nps.source", slug=slug, _anchor="shown"), 303)
