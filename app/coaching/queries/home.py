"""What of coaching waits for a person, for the home page."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, case, func, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.coaching.models import Action, Dispute, Session
from app.coaching.queries import calibration
from app.coaching.queries.planner import due_of, reports_to_coach
from app.coaching.rules.cadence import DueState
from app.core import clock
from app.core.db import db

SOON = timedelta(days=7)


@dataclass(frozen=True)
class Waiting:
    """Sessions and actions that want this person, the most urgent of each, and how many there are."""

    unanswered: Any  # the oldest held session that waits for this person's answer: id, starts_at, name
    next: Any  # the next planned one within a week, or one that was due: id, starts_at, name, leads
    overdue: int  # own open actions past their day
    action: Any  # the first of them: id, text, due_on
    late: int  # people who report to this person and are overdue for a talk
    disputes: int  # that this person is to decide
    calibration: Any  # the first to close that this person was asked to score: id, title, closes_on


_OTHER = aliased(Person)
_ME: Any = bindparam("me")
_SESSIONS = (
    select(
        Session.id,
        Session.starts_at,
        Session.state,
        Session.person_id,
        (Session.supervisor_id == _ME).label("leads"),
        (_OTHER.given_name + " " + _OTHER.family_name).label("name"),
    )
    .join(_OTHER, _OTHER.id == case((Session.person_id == _ME, Session.supervisor_id), else_=Session.person_id))
    .where(
        or_(
            and_(Session.person_id == _ME, Session.state == "held", Session.answered_at.is_(None)),
            and_(
                or_(Session.person_id == _ME, Session.supervisor_id == _ME),
                Session.state == "planned",
                Session.starts_at <= bindparam("until"),
            ),
        )
    )
    .order_by(Session.starts_at, Session.id)
    .limit(20)
)
_ACTIONS = (
    select(Action.id, Action.text, Action.due_on, func.count().over().label("overdue"))
    .where(Action.owner_id == _ME, Action.state == "open", Action.due_on < bindparam("today"))
    .order_by(Action.due_on, Action.id)
    .limit(1)
)


def waiting_for(person: Person, now: datetime) -> Waiting:
    """Three statements; for those who lead people five more."""
    today = clock.today_in(person.time_zone, now)
    connection = db.session.connection()
    sessions = connection.execute(_SESSIONS, {"me": person.id, "until": now + SOON}).all()
    action = connection.execute(_ACTIONS, {"me": person.id, "today": today}).first()
    late = disputes = 0
    if person.is_supervisor:
        people = reports_to_coach(person.id)
        late = sum(due.state is DueState.OVERDUE for due in due_of(people, today).values())
        undecided = select(func.count()).where(Dispute.reader_id == person.id, Dispute.decided_at.is_(None))
        disputes = db.session.scalar(undecided) or 0
    return Waiting(
        unanswered=next((one for one in sessions if one.state == "held"), None),
        next=next((one for one in sessions if one.state == "planned"), None),
        overdue=action.overdue if action else 0,
        action=action,
        late=late,
        disputes=disputes,
        calibration=next(iter(calibration.waiting(person)), None),
    )
