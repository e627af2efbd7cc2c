"""One person's coaching: the same page for the person and for those above."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts.models import Person
from app.coaching import effect_phrases, phrases
from app.coaching.operations import sessions as operations
from app.coaching.queries import person_page, sessions
from app.coaching.queries import record as records
from app.coaching.session_forms import TopicForm
from app.coaching.views.loading import person_here
from app.coaching.web import coaching
from app.core import clock, tables
from app.core.charts import spark
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotFound
from app.core.measures import all_measures
from app.core.permissions import Can, require


@coaching.get("/coaching/people/<int:person_id>")
def person(person_id: int) -> ResponseReturnValue:
    return _show(person_here(person_id), TopicForm(formdata=None))


def _show(found: Person, form: TopicForm) -> str:
    today = clock.today_in(current_user.time_zone, clock.now())
    return render_template(
        "coaching/person.html",
        person=found,
        own=found.id == current_user.id,
        form=form,
        names=all_measures(),
        today=today,
        words=phrases,
        effect_words=effect_phrases,
        spark=spark,
        **vars(person_page.page_of(found, current_user, request.args, today)),
    )


@coaching.get("/coaching/people/<int:person_id>/record.csv")
def record(person_id: int) -> ResponseReturnValue:
    """What both sides see, as a file: for the one coached to keep, and for those above."""
    found = person_here(person_id)
    rows = records.record_of(found.id, current_user)
    return tables.stream_csv(f"coaching-{found.employee_id}.csv", records.HEADER, rows)


@coaching.post("/coaching/topics")
def add_topic() -> ResponseReturnValue:
    require(Can.SEE_COACHING)
    form = TopicForm()
    try:
        if not form.validate():
            raise Invalid("")
        operations.add_topic(current_user, form.text.data, clock.now())
    except Invalid as refusal:
        form.show(refusal)
        return _show(person_here(current_user.id), form), 422
    db.session.commit()
    flash("It is on the agenda of your next session.", "good")
    return redirect(url_for("coaching.person", person_id=current_user.id, _anchor="next"), 303)


@coaching.post("/coaching/topics/<int:topic_id>/drop")
def drop_topic(topic_id: int) -> ResponseReturnValue:
    require(Can.SEE_COACHING)
    topic = sessions.own_topic(topic_id, current_user)
    if topic is None:
        raise NotFound("This is not on your agenda any more.")
    try:
        operations.drop_topic(topic)
    except Conflict as refusal:
        flash(refusal.message, "watch")
    else:
        db.session.commit()
    return redirect(url_for("coaching.person", person_id=current_user.id, _anchor="next"), 303)
