"""One more try for someone: the section of a person's page, and the form in it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts import queries as accounts
from app.accounts.models import Person
from app.core import clock
from app.core.db import db
from app.core.errors import Invalid, NotFound
from app.core.permissions import Can, may, require
from app.quizzing import forms, operations, queries, rules
from app.quizzing.views.blueprint import quizzing


def person_section(person: Person) -> str:
    """Where a person stands with the quizzes whose tries are limited, for whoever may grant one more."""
    if not may(Can.GRANT_ATTEMPT, person):
        return ""
    now = clock.now()
    quizzes = [
        (version, standing, rules.refusal(version.kind, standing.chances, now))
        for version in queries.limited_quizzes()  # exams: a handful in a company
        for standing in (queries.standing(person.id, version),)
    ]
    if not quizzes:
        return ""
    sees = may(Can.SEE_ATTEMPT, queries.AttemptRef(person.id, now))
    shown = {"person": person, "quizzes": quizzes, "sees": sees, "percent": rules.percent}
    return render_template("quizzing/person_section.html", **shown)


@quizzing.route("/people/<int:person_id>/tries/<slug>", methods=["GET", "POST"])
def grant(person_id: int, slug: str) -> ResponseReturnValue:
    require(Can.USE_UPLIFT)
    person, version = accounts.find_visible(person_id, current_user), queries.current_version(slug)
    if person is None or version is None:
        raise NotFound("There is no such person or quiz that you may see.")
    require(Can.GRANT_ATTEMPT, person)
    form = forms.GrantForm()
    back = url_for("accounts.person", person_id=person_id)
    if form.validate_on_submit():
        try:
            operations.grant_attempt(person_id, version, current_user.id, form.reason.data or "", clock.now())
        except Invalid as refusal:
            form.show(refusal)
        else:
            flash(f"{person.name} can try “{version.title}” once more now.", "good")
            db.session.commit()
            return redirect(back, 303)
    chances = queries.standing(person_id, version).chances
    page = render_template("quizzing/grant.html", person=person, quiz=version, form=form, back=back, chances=chances)
    return page, 422 if form.errors else 200
