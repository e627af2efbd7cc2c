"""Talks, actions and their people as mails and calendars tell of them: never what was talked about."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, String, and_, cast, exists, literal, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.coaching.models import Action, Session
from app.coaching.rules.cadence import PATIENCE
from app.core.clock import today_in
from app.core.db import db
from app.core.outbox import OutboxMessage

DAY_BEFORE = timedelta(hours=24)
WINDOW = timedelta(days=7)  # what has been due for longer was told of then, or lies before the time of reminders
AT_ONCE = 500  # of each kind in one go; the next one finds the rest
_coached, _supervisor = aliased(Person), aliased(Person)


@dataclass(frozen=True)
class Party:
    """One of the two."""

    id: int
    name: str
    given_name: str
    email: str
    time_zone: str
    active: bool


@dataclass(frozen=True)
class Appointment:
    """A talk as the outside may know it: who, when and where."""

    id: int
    uid: str
    sequence: int
    state: str
    starts_at: datetime
    minutes: int
    place: str
    because: str  # why it was cancelled
    answered_at: datetime | None
    person: Party
    supervisor: Party

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    def party(self, person_id: int) -> Party | None:
        """The one of the two with this id."""
        return next((party for party in (self.person, self.supervisor) if party.id == person_id), None)

    def other(self, party: Party) -> Party:
        return self.supervisor if party.id == self.person.id else self.person


_OF_PARTY = ("id", "given_name", "family_name", "email", "time_zone", "active")


def appointment(session_id: int) -> Appointment | None:
    """The talk with its two people. One statement."""
    statement = (
        select(
            Session.id,
            Session.uid,
            Session.sequence,
            Session.state,
            Session.starts_at,
            Session.minutes,
            Session.place,
            Session.cancelled_because,
            Session.answered_at,
            *(getattr(_coached, name).label(f"person_{name}") for name in _OF_PARTY),
            *(getattr(_supervisor, name).label(f"supervisor_{name}") for name in _OF_PARTY),
        )
        .join(_coached, _coached.id == Session.person_id)
        .join(_supervisor, _supervisor.id == Session.supervisor_id)
        .where(Session.id == session_id)
    )
    row = db.session.execute(statement).one_or_none()
    if row is None:
        return None
    return Appointment(
        id=row.id,
        uid=row.uid,
        sequence=row.sequence,
        state=row.state,
        starts_at=row.starts_at,
        minutes=row.minutes,
        place=row.place,
        because=row.cancelled_because,
        answered_at=row.answered_at,
        person=_party(row, "person"),
        supervisor=_party(row, "supervisor"),
    )


def _party(row: Row[Any], whose: str) -> Party:
    id_, given, family, email, zone, active = (getattr(row, f"{whose}_{name}") for name in _OF_PARTY)
    return Party(id_, f"{given} {family}", given, email, zone, active)


def action_with_owner(action_id: int) -> Row[Any] | None:
    """id, text, due_on, state, session_id, and of the owner given_name, email, time_zone, active. One statement."""
    statement = (
        select(Action.id, Action.text, Action.due_on, Action.state, Action.session_id)
        .add_columns(Person.given_name, Person.email, Person.time_zone, Person.active)
        .join(Person, Person.id == Action.owner_id)
        .where(Action.id == action_id)
    )
    return db.session.execute(statement).one_or_none()


def _told(*parts: Any) -> Any:
    """Whether there is a mail with this key."""
    key: Any = literal("", String)
    for part in parts:
        key = key + (literal(part, String) if isinstance(part, str) else cast(part, String))
    return exists().where(and_(OutboxMessage.kind == "mail", OutboxMessage.key == key))


def starting_within_a_day(now: datetime) -> list[Row[Any]]:
    """Planned talks of the next 24 hours that nobody was reminded of: id, sequence, person_id, supervisor_id.

    Whoever planned it within that day knows of it. One statement.
    """
    told = _told("coaching-reminder:", Session.id, ":", Session.sequence, ":", Session.person_id)
    statement = (
        select(Session.id, Session.sequence, Session.starts_at, Session.created_at)
        .add_columns(Session.person_id, Session.supervisor_id)
        .where(Session.state == "planned", Session.starts_at > now, Session.starts_at <= now + DAY_BEFORE, ~told)
        .order_by(Session.starts_at, Session.id)
        .limit(AT_ONCE)
    )
    rows = db.session.execute(statement)
    return [row for row in rows if row.sequence or row.created_at <= row.starts_at - DAY_BEFORE]


def actions_overdue(now: datetime) -> list[Any]:
    """Open actions whose day went by lately, in the owner's zone, that nobody was told of: id. One statement."""
    far_east = (now + DAY_BEFORE).date()
    told = _told("coaching-action:", Action.id)
    statement = (
        select(Action.id, Action.due_on, Person.time_zone)
        .join(Person, Person.id == Action.owner_id)
        .where(Action.state == "open", Action.due_on < far_east, Action.due_on >= (now - WINDOW).date())
        .where(Person.active, ~told)
        .order_by(Action.due_on, Action.id)
        .limit(AT_ONCE)
    )
    return [row for row in db.session.execute(statement) if is_past(row.due_on, row.time_zone, now)]


def is_past(day: date, time_zone: str, now: datetime) -> bool:
    return day < today_in(time_zone, now)


def left_unanswered(now: datetime) -> list[Row[Any]]:
    """Talks whose record has waited a week for an answer, lately, and nobody was told: id, person_id. One statement."""
    told = _told("coaching-unanswered:", Session.id)
    statement = (
        select(Session.id, Session.sequence, Session.person_id)
        .where(Session.state == "held", Session.answered_at.is_(None))
        .where(Session.held_at <= now - PATIENCE, Session.held_at > now - PATIENCE - WINDOW, ~told)
        .order_by(Session.id)
        .limit(AT_ONCE)
    )
    return list(db.session.execute(statement))
