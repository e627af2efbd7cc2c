"""The list of people, and a person's page with what may be done there."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts import operations, policies, queries
from app.accounts.forms import PersonForm
from app.accounts.models import LinkPurpose, Person
from app.accounts.operations.editing import FACTS
from app.accounts.web import accounts
from app.core import clock, tables
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from app.core.permissions import Can, require


@accounts.get("/people")
def people() -> ResponseReturnValue:
    require(Can.SEE_PEOPLE)
    statement = queries.people_statement(current_user, request.args)
    return render_template(
        "accounts/people.html",
        page=tables.page(db.session(), statement, queries.SORTS, request.args),
        choices=queries.distinct_values(),
        filtered=any(request.args.get(name) for name in ("q", "department", "location", "job_role")),
    )


def _load(person_id: int) -> Person:
    require(Can.USE_UPLIFT)
    found = queries.find_visible(person_id, current_user)
    if found is None:
        raise NotFound("Nobody you can see has this page.")
    return found


@accounts.get("/people/<int:person_id>")
def person(person_id: int) -> ResponseReturnValue:
    found = _load(person_id)
    require(Can.SEE_PERSON, found)
    return render_template(
        "accounts/person.html",
        person=found,
        above=queries.line_above(found.id, current_user),
        reports=queries.direct_reports(found.id) if found.has_reports else [],
        counts=queries.count_reports(found.id) if found.has_reports else (0, 0),
        may_let_go=policies.can_let_go(current_user, found),
    )


@accounts.get("/people/new")
def new_person() -> ResponseReturnValue:
    require(Can.EDIT_PEOPLE)
    return _form_page(PersonForm(), None)


def _form_page(form: PersonForm, person: Person | None, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "accounts/person_form.html",
        form=form,
        person=person,
        choices=queries.distinct_values(),
        gives_roles=policies.can_give_roles(current_user),
    )
    return page, status


@accounts.post("/people/new")
def add_person() -> ResponseReturnValue:
    require(Can.EDIT_PEOPLE)
    form = PersonForm()
    if not form.validate():
        return _form_page(form, None, 422)
    roles = form.roles.data if policies.can_give_roles(current_user) else []
    facts = {name: form[name].data for name in FACTS}
    try:
        added = operations.add_by_form(facts, form.manager.data, roles, clock.now())
    except Invalid as refusal:
        form.show(refusal)
        return _form_page(form, None, 422)
    db.session.commit()
    flash(f"{added.name} is added. They can sign in once they have been invited.", "good")
    return redirect(url_for("accounts.person", person_id=added.id), 303)


@accounts.get("/people/<int:person_id>/edit")
def edit_person(person_id: int) -> ResponseReturnValue:
    found = _load(person_id)
    require(Can.EDIT_PEOPLE, found)
    form = PersonForm(formdata=None, data={**operations.values_of(found), "seen": operations.mark_of(found)})
    return _form_page(form, found)


@accounts.post("/people/<int:person_id>/edit")
def keep_person(person_id: int) -> ResponseReturnValue:
    found = _load(person_id)
    require(Can.EDIT_PEOPLE, found)
    form = PersonForm()
    if not form.validate():
        return _form_page(form, found, 422)
    roles = form.roles.data if policies.can_give_roles(current_user) else None
    facts = {name: form[name].data for name in FACTS}
    try:
        operations.edit_person(
            found, facts=facts, manager=form.manager.data, roles=roles, seen=form.seen.data, now=clock.now()
        )
    except Invalid as refusal:
        form.show(refusal)
        return _form_page(form, found, 422)
    except Conflict as refusal:
        form.form_errors.append(refusal.message)
        form.seen.data = operations.mark_of(found)
        return _form_page(form, found, 409)
    db.session.commit()
    flash(f"What you changed about {found.name} is kept.", "good")
    return redirect(url_for("accounts.person", person_id=person_id), 303)


@accounts.get("/people/<int:person_id>/deactivate")
def ask_deactivate(person_id: int) -> ResponseReturnValue:
    found = _load(person_id)
    require(Can.EDIT_PEOPLE, found)
    counts = queries.count_reports(found.id)
    return render_template("accounts/deactivate.html", person=found, counts=counts)


@accounts.post("/people/<int:person_id>/deactivate")
def deactivate(person_id: int) -> ResponseReturnValue:
    found = _load(person_id)
    require(Can.EDIT_PEOPLE, found)
    if not policies.can_let_go(current_user, found):
        raise NotAllowed("You can’t deactivate yourself. Ask someone else who changes people.")
    operations.deactivate(found, clock.now())
    db.session.commit()
    flash(f"{found.name} can no longer sign in. Everything they did is kept.", "good")
    return redirect(url_for("accounts.person", person_id=person_id), 303)


@accounts.post("/people/<int:person_id>/reactivate")
def reactivate(person_id: int) -> ResponseReturnValue:
    found = _load(person_id)
    require(Can.EDIT_PEOPLE, found)
    operations.reactivate(found, clock.now())
    db.session.commit()
    flash(f"{found.name} is back, with everything they did.", "good")
    return redirect(url_for("accounts.person", person_id=person_id), 303)


@accounts.post("/people/<int:person_id>/invite")
def invite(person_id: int) -> ResponseReturnValue:
    found = _load(person_id)
    require(Can.EDIT_PEOPLE, found)
    purpose = operations.invite(found, clock.now())
    db.session.commit()
    what = "An invitation" if purpose is LinkPurpose.INVITATION else "A link to choose a new password"
    flash(f"{what} is on its way to {found.email}. Links sent before work no more.", "good")
    return redirect(url_for("accounts.person", person_id=person_id), 303)
