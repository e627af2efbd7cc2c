"""Sessions as those may read them who take part, and the line above the one coached."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload

from app.accounts.models import Person
from app.coaching.models import Action, Gap, PrivateNote, Session, SessionRating, Topic
from app.coaching.queries.scope import records_seen_by
from app.core.db import db

_OWNER = aliased(Person)


def visible_session(session_id: int, viewer: Person) -> Session | None:
    """The session with its two people, if `viewer` may know of it. One statement."""
    statement = (
        select(Session)
        .where(Session.id == session_id, records_seen_by(viewer, Session.person_id, Session.supervisor_id))
        .options(joinedload(Session.person), joinedload(Session.supervisor))
    )
    return db.session.execute(statement).scalar_one_or_none()


def private_note(session_id: int, viewer: Person) -> str:
    """The viewer's own private note; nobody else's is ever read. One statement."""
    own = select(PrivateNote.text).where(PrivateNote.session_id == session_id, PrivateNote.author_id == viewer.id)
    return db.session.scalar(own) or ""


def is_rated(session_id: int) -> bool:
    """Whether the one coached has rated the session; never how. One statement."""
    return db.session.get(SessionRating, session_id) is not None


_ACTION = (
    Action.id,
    Action.session_id,
    Action.person_id,
    Action.owner_id,
    Action.kind,
    Action.text,
    Action.due_on,
    Action.gap_id,
    Action.sign,
    Action.course_slug,
    Action.state,
    Action.closed_on,
    Action.outcome,
    Gap.metric,
    _OWNER.given_name.label("owner_name"),
)


def _actions(*conditions: Any) -> Any:
    return (
        select(*_ACTION)
        .join(_OWNER, _OWNER.id == Action.owner_id)
        .outerjoin(Gap, Gap.id == Action.gap_id)
        .where(*conditions)
    )


def actions_of_session(session_id: int) -> Sequence[Any]:
    """What the session agreed, in the order of agreeing. One statement."""
    return db.session.execute(_actions(Action.session_id == session_id).order_by(Action.id)).all()


def open_actions(person_id: int) -> Sequence[Any]:
    """What is agreed with this person and not ended, the earliest day first. One statement."""
    statement = _actions(Action.person_id == person_id, Action.state == "open")
    return db.session.execute(statement.order_by(Action.due_on, Action.id)).all()


def visible_action(action_id: int, viewer: Person) -> Action | None:
    """The action, if `viewer` may know of it. One statement."""
    seen = records_seen_by(viewer, Action.person_id, Action.owner_id)
    return db.session.scalar(select(Action).where(Action.id == action_id, seen))


def last_held(person_id: int, before: Session | None = None) -> Any:
    """The newest session that was held with this person: id, starts_at, supervisor_id. One statement."""
    statement = select(Session.id, Session.starts_at, Session.supervisor_id).where(
        Session.person_id == person_id, Session.state == "held"
    )
    if before is not None:
        statement = statement.where(Session.id != before.id, Session.starts_at <= before.starts_at)
    return db.session.execute(statement.order_by(Session.starts_at.desc(), Session.id.desc()).limit(1)).first()


def next_planned(person_id: int, viewer: Person) -> Sequence[Any]:
    """Sessions planned with this person that the viewer may know of, the earliest first. One statement.

    Rows of id, starts_at, minutes, place, supervisor_id, names of the supervisor.
    """
    statement = (
        select(
            Session.id,
            Session.starts_at,
            Session.minutes,
            Session.place,
            Session.supervisor_id,
            Person.given_name,
            Person.family_name,
        )
        .join(Person, Person.id == Session.supervisor_id)
        .where(Session.person_id == person_id, Session.state == "planned")
        .where(records_seen_by(viewer, Session.person_id, Session.supervisor_id))
        .order_by(Session.starts_at, Session.id)
        .limit(5)
    )
    return db.session.execute(statement).all()


def waiting_for_answer(person_id: int) -> Sequence[Any]:
    """Held sessions that this person has not answered, the oldest first. One statement.

    Rows of id, starts_at, held_at, names of the supervisor.
    """
    statement = (
        select(Session.id, Session.starts_at, Session.held_at, Person.given_name, Person.family_name)
        .join(Person, Person.id == Session.supervisor_id)
        .where(Session.person_id == person_id, Session.state == "held", Session.answered_at.is_(None))
        .order_by(Session.starts_at, Session.id)
        .limit(10)
    )
    return db.session.execute(statement).all()


def waiting_topics(person_id: int) -> Sequence[Any]:
    """What the person wants to talk about next: id, text, added_at. One statement."""
    statement = select(Topic.id, Topic.text, Topic.added_at).where(
        Topic.person_id == person_id, Topic.session_id.is_(None)
    )
    return db.session.execute(statement.order_by(Topic.id)).all()


def own_topic(topic_id: int, person: Person) -> Topic | None:
    return db.session.scalar(select(Topic).where(Topic.id == topic_id, Topic.person_id == person.id))


def actions_since(person_id: int, since: date | None) -> Sequence[Any]:
    """Actions that ended since a day, or are open: what the last session left. One statement."""
    ended = Action.closed_on >= since if since else Action.closed_on.is_not(None)
    statement = _actions(Action.person_id == person_id, (Action.state == "open") | ended)
    return db.session.execute(statement.order_by(Action.due_on, Action.id).limit(30)).all()


def metric_of(action: Action) -> str:
    """The measure of the gap that an action is about; empty where it is about none. One statement, or none."""
    return "" if action.gap_id is None else db.session.scalar(select(Gap.metric).where(Gap.id == action.gap_id)) or ""


def people_of(action: Action) -> dict[int, str]:
    """The names of the one coached and of the owner. One statement."""
    columns = (Person.id, Person.given_name, Person.family_name)
    rows = db.session.execute(select(*columns).where(Person.id.in_((action.person_id, action.owner_id))))
    return {row.id: f"{row.given_name} {row.family_name}" for row in rows}
