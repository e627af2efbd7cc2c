"""What a session agrees, and what becomes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from app.coaching.models import Action, Session
from app.coaching.operations.gaps import gap_of
from app.coaching.operations.sessions import CLOSED, lock
from app.core import bus, clock
from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.events import BlockerNamed
from app.learning import operations as learning

KINDS = ("practice", "module", "shadow", "blocker")
LATEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Agreed:
    """What two people agree: who does what until when, which gap it is about, and what will show that it worked."""

    kind: str
    text: str
    owner: str  # "person" or "supervisor"
    due_on: date
    gap_id: int | None = None
    sign: str = ""
    course: str = ""


def agree(session: Session, agreed: Agreed, token: str, now: datetime) -> Action:
    """Add an action to the record of a session that is still open. The same form a second time adds nothing.

    A module becomes an assignment in learning. Raises Invalid with the fields at fault.
    """
    session = lock(session)
    there = select(Action).where(Action.session_id == session.id, Action.token == token)
    if (found := db.session.scalar(there)) is not None:
        return found
    if session.state != "planned":
        raise Conflict(CLOSED)
    _check(session, agreed, clock.today_in("", now))
    module = agreed.kind == "module"
    action = Action(
        token=token,
        session_id=session.id,
        person_id=session.person_id,
        owner_id=session.supervisor_id if agreed.owner == "supervisor" and not module else session.person_id,
        kind=agreed.kind,
        text=agreed.text,
        due_on=agreed.due_on,
        gap_id=agreed.gap_id,
        sign=agreed.sign,
        course_slug=agreed.course if module else None,
        created_at=now,
    )
    if module:
        learning.assign(
            session.person_id,
            agreed.course,
            by_id=session.supervisor_id,
            due_on=agreed.due_on,
            reason=agreed.text[:300],
            now=now,
        )
    db.session.add(action)
    db.session.flush()
    if agreed.kind == "blocker":
        bus.publish(BlockerNamed(session.person_id, action.id, now))
    return action


def _check(session: Session, agreed: Agreed, today: date) -> None:
    wrong = {}
    if agreed.kind not in KINDS:
        wrong["kind"] = "Choose what kind of action it is."
    if not agreed.text:
        wrong["text"] = "Say what will be done, in a sentence."
    if agreed.kind == "module" and not agreed.course:
        wrong["course"] = "Choose the course."
    if not today <= agreed.due_on <= today + LATEST:
        wrong["due_on"] = "Choose a day from today on, within a year."
    if agreed.gap_id is not None and gap_of(agreed.gap_id, session.person_id) is None:
        wrong["gap"] = "This gap is not there any more. Choose another one."
    if not agreed.sign and agreed.gap_id is None:
        wrong["sign"] = "Say what will show that it worked, or choose the gap that it is to close."
    if wrong:
        raise Invalid("", wrong)


def take_back(action: Action, session: Session) -> None:
    """Remove an action from a record that is still open; twice is harmless."""
    if lock(session).state != "planned":
        raise Conflict(CLOSED)
    if action.course_slug:
        learning.withdraw_assignment(action.person_id, action.course_slug, session.supervisor_id)
    db.session.delete(action)
    db.session.flush()


def close_action(action: Action, state: str, outcome: str, now: datetime) -> bool:
    """Say that an action is done or dropped. True at the first time; a second time changes nothing.

    Raises Invalid when it is dropped without a reason, and Conflict when it ended otherwise.
    """
    if action.state != "open":
        if action.state != state:
            raise Conflict("This action has ended already.")
        return False
    if state not in {"done", "dropped"}:
        raise Invalid("", {"state": "Choose one of the two."})
    if state == "dropped" and not outcome:
        raise Invalid("", {"outcome": "Say why it is dropped."})
    action.state, action.outcome, action.closed_on = state, outcome, clock.today_in("", now)
    db.session.flush()
    return True


def drop_actions_of(sessions: Sequence[Session], now: datetime) -> None:
    """What talks that are off had begun to agree is dropped, and modules are asked for no more."""
    unfinished = select(Action).where(Action.session_id.in_([one.id for one in sessions]), Action.state == "open")
    supervisors = {one.id: one.supervisor_id for one in sessions}
    for action in db.session.scalars(unfinished).all():
        if action.course_slug:
            learning.withdraw_assignment(action.person_id, action.course_slug, supervisors[action.session_id])
        action.state, action.outcome = "dropped", "The session was cancelled."
        action.closed_on = clock.today_in("", now)


def close_modules(person_id: int, course_slug: str, now: datetime) -> None:
    """A course was completed: the actions that asked for it are done."""
    asked = update(Action).where(
        Action.person_id == person_id, Action.course_slug == course_slug, Action.state == "open"
    )
    db.session.execute(asked.values(state="done", closed_on=clock.today_in("", now), outcome="Completed"))
