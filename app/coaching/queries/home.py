"""What of coaching waits for a person, for the home page: one statement, built once, since every home page sends it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    Date,
    Integer,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from app.accounts.models import Person, Role
from app.coaching.models import Action, Calibration, CalibrationRater, Dispute, Session
from app.coaching.queries.planner import due_of, reports_to_coach
from app.coaching.rules.cadence import DueState
from app.core import clock
from app.core.db import UTCDateTime, db

SOON = timedelta(days=7)


@dataclass(frozen=True)
class Waiting:
    """What wants this person: rows of kind, id, text, name, person_id, at, day and number, or None."""

    unanswered: Any  # the oldest held session that waits for this person's answer
    next: Any  # the next planned one within a week, or one that was due
    leads: bool  # whether this person holds that one
    action: Any  # the own action that is overdue longest, with how many there are
    calibration: Any  # the first to close that this person was asked to score
    disputes: int  # that this person is to decide
    late: int  # people who report to this person and are overdue for a talk

    @property
    def overdue(self) -> int:
        return self.action.number if self.action else 0


_OTHER = aliased(Person)
_ME: Any = bindparam("me", type_=Integer)
_TODAY: Any = bindparam("today", type_=Date)
_UNTIL: Any = bindparam("until", type_=UTCDateTime)
_CHAMPION: Any = bindparam("champion", type_=Boolean) == true()


def _matter(kind: str, number: Any, *, text: Any = None, name: Any = None, whose: Any = None, **more: Any) -> Any:
    """One arm of the statement; all have the same columns."""
    return select(
        cast(literal(kind), String(20)).label("kind"),
        number.label("id"),
        (cast(null(), String(500)) if text is None else text).label("text"),
        (cast(null(), String(250)) if name is None else name).label("name"),
        (cast(null(), Integer) if whose is None else whose).label("person_id"),
        more.get("at", cast(null(), UTCDateTime)).label("at"),
        more.get("day", cast(null(), Date)).label("day"),
        more.get("count", cast(literal(1), Integer)).label("number"),
    )


def _first(arm: Any, *order: Any) -> Any:
    """The first row of an arm: SQLite sorts within a union in a subquery only."""
    rows = arm.order_by(*order).limit(1).subquery()
    return select(rows)


_NAME = _OTHER.given_name + " " + _OTHER.family_name
_WITH_SUPERVISOR = {"name": _NAME, "whose": Session.person_id, "at": Session.starts_at}
_STATEMENT = union_all(
    _first(
        _matter("answer", Session.id, **_WITH_SUPERVISOR)
        .join(_OTHER, _OTHER.id == Session.supervisor_id)
        .where(Session.person_id == _ME, Session.state == "held", Session.answered_at.is_(None)),
        Session.starts_at,
        Session.id,
    ),
    _first(
        _matter("own", Session.id, **_WITH_SUPERVISOR)
        .join(_OTHER, _OTHER.id == Session.supervisor_id)
        .where(Session.person_id == _ME, Session.state == "planned", Session.starts_at <= _UNTIL),
        Session.starts_at,
        Session.id,
    ),
    _first(
        _matter("led", Session.id, **_WITH_SUPERVISOR)
        .join(_OTHER, _OTHER.id == Session.person_id)
        .where(Session.supervisor_id == _ME, Session.state == "planned", Session.starts_at <= _UNTIL),
        Session.starts_at,
        Session.id,
    ),
    _first(
        _matter("action", Action.id, text=Action.text, day=Action.due_on, count=func.count().over()).where(
            Action.owner_id == _ME, Action.state == "open", Action.due_on < _TODAY
        ),
        Action.due_on,
        Action.id,
    ),
    _first(
        _matter("calibration", Calibration.id, text=Calibration.title, day=Calibration.closes_on)
        .join(CalibrationRater, CalibrationRater.calibration_id == Calibration.id)
        .where(
            CalibrationRater.person_id == _ME,
            CalibrationRater.submitted_at.is_(None),
            Calibration.closed_at.is_(None),
        ),
        Calibration.closes_on,
        Calibration.id,
    ),
    _matter("disputes", cast(literal(0), Integer), count=func.count(Dispute.observation_id)).where(
        or_(Dispute.reader_id == _ME, and_(Dispute.reader_id.is_(None), _CHAMPION)), Dispute.decided_at.is_(None)
    ),
)


def waiting_for(person: Person, now: datetime) -> Waiting:
    """One statement; for those who lead people four more."""
    today = clock.today_in(person.time_zone, now)
    values = {
        "me": person.id,
        "today": today,
        "until": now + SOON,
        "champion": person.has_role(Role.CHAMPION),
    }
    found = {row.kind: row for row in db.session.connection().execute(_STATEMENT, values)}
    talks = [found[kind] for kind in ("own", "led") if kind in found]
    coming = min(talks, key=lambda talk: talk.at, default=None)
    return Waiting(
        unanswered=found.get("answer"),
        next=coming,
        leads=coming is not None and coming.kind == "led",
        action=found.get("action"),
        calibration=found.get("calibration"),
        disputes=found["disputes"].number,
        late=_late(person, today) if person.is_supervisor else 0,
    )


def _late(person: Person, today: date) -> int:
    due = due_of(reports_to_coach(person.id), today)
    return sum(one.state is DueState.OVERDUE for one in due.values())
