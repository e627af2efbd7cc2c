"""Plan a talk, move it, cancel it. Both people hear of it, and so do their calendars."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person, ReportingLine
from app.coaching.models import Session
from app.coaching.operations.actions import drop_actions_of
from app.coaching.operations.sessions import lock
from app.coaching.operations.telling import tell_both
from app.core.db import db, insert_for
from app.core.errors import Conflict, Invalid

BACK = timedelta(days=1)  # a talk that came about by chance can still be put down on the day after
MINUTES = (5, 240)
LONGEST_PLACE, LONGEST_REASON = 200, 300
MOVED_AWAY = "The reporting line has changed: it is for someone else to coach now."
LEFT = "One of the two has left."
_MANY = 500  # people in one statement; beyond it everyone is looked at


def plan(
    person: Person, supervisor: Person, starts_at: datetime, *, minutes: int, place: str, token: str, now: datetime
) -> Session:
    """A talk of the two. The same token of the same supervisor a second time changes nothing.

    Raises Invalid at "day", "time", "minutes" or "place".
    """
    _one_at_a_time(person)
    if (known := _planned_with(supervisor, token)) is not None:
        return _of(known, person)
    _check((person.id, supervisor.id), starts_at, minutes, place, now=now)
    values = {
        "token": token,
        "person_id": person.id,
        "supervisor_id": supervisor.id,
        "state": "planned",
        "starts_at": starts_at,
        "minutes": minutes,
        "place": place,
        "uid": str(uuid.uuid4()),  # as RFC 7986 has it: it tells of no host and no person
        "created_at": now,
    }
    # The columns' defaults are the dataclass's, so the statement has to name them.
    texts = dict.fromkeys(("cancelled_because", "goal", "reality", "options", "will", "note", "answer_comment"), "")
    statement = insert_for(Session).values(**values, **texts, sequence=0, revision=0)
    statement = statement.on_conflict_do_nothing(index_elements=["supervisor_id", "token"])
    added = db.session.scalar(statement.returning(Session.id))
    session = _of(_planned_with(supervisor, token), person)
    if added is not None:
        tell_both([session], now)
    return session


def _one_at_a_time(person: Person) -> None:
    """Talks with one person are planned one after the other, so that no two get the same time."""
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))


def _planned_with(supervisor: Person, token: str) -> Session | None:
    return db.session.scalar(select(Session).where(Session.supervisor_id == supervisor.id, Session.token == token))


def _of(session: Session | None, person: Person) -> Session:
    if session is None or session.person_id != person.id:
        raise Conflict("This form was sent for someone else already. Open it again.")
    return session


def move(session: Session, starts_at: datetime, *, minutes: int, place: str, seen: int, now: datetime) -> bool:
    """Another time, length or place; `seen` is the sequence that the form was made from. True when it changed.

    Raises Conflict unless the talk is planned and unchanged since, and Invalid as `plan` does.
    """
    session = lock(session)
    _refuse_unless_planned(session)
    if (session.starts_at, session.minutes, session.place) == (starts_at, minutes, place):
        return False
    if session.sequence != seen:
        raise Conflict("This session was moved in the meantime. Look at both times before you send yours.")
    _check((session.person_id, session.supervisor_id), starts_at, minutes, place, now=now, besides=session.id)
    session.starts_at, session.minutes, session.place = starts_at, minutes, place
    session.sequence += 1
    db.session.flush()
    tell_both([session], now)
    return True


def cancel(session: Session, because: str, now: datetime) -> None:
    """The talk is off; what was prepared stays. Raises Conflict unless it is planned, Invalid at "because"."""
    session = lock(session)
    _refuse_unless_planned(session)
    if len(because) > LONGEST_REASON:
        raise Invalid("", {"because": f"Say it in {LONGEST_REASON} characters."})
    _cancel([session], because, now)


def _cancel(sessions: Sequence[Session], because: str, now: datetime) -> None:
    for session in sessions:
        session.state, session.cancelled_because = "cancelled", because
        session.sequence += 1
    drop_actions_of(sessions, now)
    db.session.flush()
    tell_both(sessions, now)


def withdraw_sessions_of_former_supervisors(person_ids: Sequence[int], now: datetime) -> int:
    """Cancel what is planned with people who report to someone else now, or where one of the two has left.

    An empty sequence means that everyone is looked at. Returns how many it were. Twice is harmless.
    """
    person, supervisor = aliased(Person), aliased(Person)
    above = exists().where(
        ReportingLine.ancestor_id == Session.supervisor_id,
        ReportingLine.descendant_id == Session.person_id,
        ReportingLine.depth > 0,
    )
    left = or_(person.active.is_(False), supervisor.active.is_(False))
    statement = (
        select(Session, left.label("left"))
        .join(person, person.id == Session.person_id)
        .join(supervisor, supervisor.id == Session.supervisor_id)
        .where(Session.state == "planned", or_(~above, left), *_touching(person_ids))
        .order_by(Session.id)
        .with_for_update(of=Session)
        .execution_options(populate_existing=True)
    )
    rows = db.session.execute(statement).all()
    _cancel([row.Session for row in rows if row.left], LEFT, now)
    _cancel([row.Session for row in rows if not row.left], MOVED_AWAY, now)
    return len(rows)


def _touching(person_ids: Sequence[int]) -> list[Any]:
    """With one of these people, with someone below them (who moves along), or planned by one of them."""
    if not person_ids or len(person_ids) > _MANY:
        return []
    moved = select(ReportingLine.descendant_id).where(ReportingLine.ancestor_id.in_(person_ids))
    return [or_(Session.person_id.in_(moved), Session.supervisor_id.in_(person_ids))]


def _refuse_unless_planned(session: Session) -> None:
    if session.state == "held":
        raise Conflict("This session was held already, so its time stays as it was.")
    if session.state != "planned":
        raise Conflict("This session is cancelled already. Plan a new one.")


def _check(
    two: tuple[int, int], starts_at: datetime, minutes: int, place: str, *, now: datetime, besides: int = 0
) -> None:
    wrong: dict[str, str] = {}
    if starts_at < now - BACK:
        wrong["day"] = "This lies more than a day back. Choose a day from yesterday on."
    if not MINUTES[0] <= minutes <= MINUTES[1]:
        wrong["minutes"] = f"Enter a number of minutes from {MINUTES[0]} to {MINUTES[1]}."
    if len(place) > LONGEST_PLACE:
        wrong["place"] = f"Say it in {LONGEST_PLACE} characters."
    if not wrong and _meets_another(two, starts_at, minutes, besides):
        wrong["time"] = "You two have a session planned at this time already. Choose another time, or move that one."
    if wrong:
        raise Invalid(" ".join(wrong.values()), wrong)


def _meets_another(two: tuple[int, int], starts_at: datetime, minutes: int, besides: int) -> bool:
    """Whether another planned talk of the same two lies partly at the same time."""
    ends_at = starts_at + timedelta(minutes=minutes)
    near = select(Session.starts_at, Session.minutes).where(
        Session.person_id == two[0],
        Session.supervisor_id == two[1],
        Session.state == "planned",
        Session.id != besides,
        Session.starts_at > starts_at - timedelta(minutes=MINUTES[1]),
        Session.starts_at < ends_at,
    )
    return any(row.starts_at + timedelta(minutes=row.minutes) > starts_at for row in db.session.execute(near))
