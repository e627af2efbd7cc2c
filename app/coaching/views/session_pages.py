"""The two faces of a session: the editor while it is open, the record once it is held."""

import secrets
from typing import Any

from flask import render_template
from flask_login import current_user

from app.coaching import agenda_phrases, phrases
from app.coaching.models import Session
from app.coaching.operations.sessions import SHARED, save_notes
from app.coaching.queries import agenda as agendas
from app.coaching.queries import sessions as queries
from app.coaching.queries.agenda import Agenda
from app.coaching.session_forms import ActionForm, AnswerForm, NotesForm
from app.core import clock
from app.core.errors import Invalid
from app.core.measures import all_measures
from app.learning.queries import courses_to_offer


def agenda_here(found: Session) -> Agenda:
    return agendas.agenda_of(found, found.person, current_user, clock.today_in("", clock.now()))


def keep_notes(found: Session, form: NotesForm) -> None:
    """Save what came with any form of the editor. Raises Invalid and Conflict; the form then holds what was typed."""
    if not form.validate():
        raise Invalid("Your sign-in has changed. Copy what you typed, then reload the page.")
    texts = {name: form[name].data or "" for name in SHARED}
    form.revision.data = str(save_notes(found, texts, form.private.data or "", form.seen, clock.now()))


def offered(found: Session, form: ActionForm, agenda: Agenda) -> ActionForm:
    """The form of an action with what can be chosen for this person."""
    today = clock.today_in(current_user.time_zone, clock.now())
    names = (found.person.name, found.supervisor.name)
    return form.offer(names, courses_to_offer(found.person_id), agenda.lines, today)


def show_editor(
    found: Session, notes: NotesForm | None = None, action: ActionForm | None = None, problem: str = ""
) -> str:
    """Three regions: what we know, what we say, what we agree. With forms that were sent: as they were typed."""
    stored = {name: getattr(found, name) for name in SHARED}
    agenda = agenda_here(found)
    if notes is None:
        private = queries.private_note(found.id, current_user)
        notes = NotesForm(formdata=None, data={**stored, "private": private, "revision": str(found.revision)})
    if action is None:
        action = offered(found, ActionForm(formdata=None, data={"token": secrets.token_hex(16)}), agenda)
    return render_template(
        "coaching/session_editor.html",
        session=found,
        notes=notes,
        action=action,
        problem=problem,
        agenda=agenda,
        actions=queries.actions_of_session(found.id),
        today=clock.today_in(current_user.time_zone, clock.now()),
        names=all_measures(),
        words=phrases,
        agenda_words=agenda_phrases,
    )


def show_record(found: Session, form: AnswerForm) -> str:
    """What was said and agreed. A private note is read by its author alone."""
    own = found.person_id == current_user.id
    kept: list[dict[str, Any]] = found.agenda or []
    return render_template(
        "coaching/session.html",
        session=found,
        own=own,
        mine=found.supervisor_id == current_user.id,
        form=form,
        private=queries.private_note(found.id, current_user),
        rated=own and queries.is_rated(found.id),
        actions=queries.actions_of_session(found.id),
        responses=agendas.readable_responses([i["response_id"] for i in kept if i.get("response_id")], current_user),
        topics=queries.waiting_topics(found.person_id) if found.state == "planned" else [],
        names=all_measures(),
        words=phrases,
    )
