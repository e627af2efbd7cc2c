"""The record of a coaching session: written, attested by the supervisor, answered by the one coached."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app.accounts.models import Person
from app.coaching.models import Action, PrivateNote, Session, SessionRating, Topic
from app.coaching.operations import telling
from app.coaching.operations.gaps import mark_coached
from app.core import bus, clock
from app.core.db import db, insert_for
from app.core.errors import Conflict, Invalid
from app.events import SessionAttested

GROW = ("goal", "reality", "options", "will")
SHARED = (*GROW, "note")
LONGEST = 10_000
_COLUMNS = [column.key for column in Session.__table__.columns]
CHANGED_ELSEWHERE = "This record was also changed in another window. Keep a copy of what you typed here."
CLOSED = "This session is not open any more: its record stays as it was."


def lock(session: Session) -> Session:
    """The session with what its row says now, for this transaction alone."""
    db.session.refresh(session, attribute_names=_COLUMNS, with_for_update=True)
    return session


def save_notes(session: Session, texts: Mapping[str, str], private: str, revision: int, now: datetime) -> int:
    """Keep what is typed; returns the revision that the next save builds on.

    Raises Conflict when the record was changed elsewhere since `revision`, unless it says the same, and Invalid for
    a text that is too long. The private note is the supervisor's own: it is kept apart.
    """
    session = lock(session)
    _refuse_long(session, {**texts, "private": private})
    if session.state != "planned":
        raise Conflict(CLOSED)
    changed = {name: texts[name] for name in SHARED if getattr(session, name) != texts[name]}
    if changed and session.revision != revision:
        raise Conflict(CHANGED_ELSEWHERE)
    for name, text in changed.items():
        setattr(session, name, text)
    _keep_private(session, private, now)
    session.revision = max(session.revision, revision) + 1
    db.session.flush()
    return session.revision


def _refuse_long(session: Session, texts: Mapping[str, str]) -> None:
    long = {
        name: f"There is room for {LONGEST:,} characters; this has {len(text):,}."
        for name, text in texts.items()
        if len(text) > LONGEST
    }
    if long:
        raise Invalid(next(iter(long.values())), long)


def _keep_private(session: Session, text: str, now: datetime) -> None:
    values = {"author_id": session.supervisor_id, "text": text, "saved_at": now}
    if text or db.session.get(PrivateNote, session.id) is not None:
        statement = insert_for(PrivateNote).values(session_id=session.id, **values)
        db.session.execute(statement.on_conflict_do_update(index_elements=["session_id"], set_=values))


def hold(session: Session, agenda: Sequence[Mapping[str, Any]], now: datetime) -> bool:
    """The supervisor attests the record: from now on nobody changes it. True when it was open until now.

    What was talked about is kept with it, the gaps that something was agreed on count as coached from this day, and
    the one coached is asked to answer. Raises Invalid for an empty record and Conflict for a cancelled one.
    """
    session = lock(session)
    if session.state == "held":
        return False
    if session.state == "cancelled":
        raise Conflict(CLOSED)
    agreed = db.session.execute(select(Action.id, Action.gap_id).where(Action.session_id == session.id)).all()
    if not agreed and not any(getattr(session, name) for name in SHARED):
        raise Invalid("Write down what you talked about, or agree an action: an empty record helps nobody.")
    session.state, session.held_at, session.agenda = "held", now, [dict(item) for item in agenda]
    session.starts_at = min(session.starts_at, now)  # it may be held before its time
    day = clock.today_in("", now)
    mark_coached([row.gap_id for row in agreed if row.gap_id is not None], day)
    taken_up = update(Topic).where(Topic.person_id == session.person_id, Topic.session_id.is_(None))
    db.session.execute(taken_up.values(session_id=session.id))
    telling.put([(f"coaching-held:{session.id}", {"mail": telling.HELD, "session_id": session.id})], now)
    db.session.flush()
    return True


def answer(session: Session, verdict: str, comment: str, now: datetime) -> bool:
    """The one coached stands by the record, or says what they see otherwise. True at the first time; it stays so.

    Raises Invalid for a correction without words and Conflict for a session that was not held or answered otherwise.
    """
    session = lock(session)
    if session.state != "held":
        raise Conflict("This session has no record yet that you could answer.")
    if verdict not in {"agrees", "corrects"}:
        raise Invalid("", {"answer": "Choose one of the two."})
    if verdict == "corrects" and not comment:
        raise Invalid("", {"comment": "Say what you see otherwise; it stands beside the record."})
    if session.answer is not None:
        if (session.answer, session.answer_comment) != (verdict, comment):
            raise Conflict("You have answered this session already; your answer stays as it was.")
        return False
    session.answer, session.answer_comment, session.answered_at = verdict, comment, now
    db.session.flush()
    if verdict == "agrees":
        bus.publish(SessionAttested(session.id, session.person_id, session.supervisor_id, now))
    return True


def rate(session: Session, rating: int) -> None:
    """Keep how useful the session was, 1 to 5. The first rating stays: a second one would tell whose it is."""
    if not 1 <= rating <= 5:
        raise Invalid("", {"rating": "Choose from 1 to 5."})
    statement = insert_for(SessionRating).values(
        session_id=session.id, supervisor_id=session.supervisor_id, rating=rating
    )
    db.session.execute(statement.on_conflict_do_nothing(index_elements=["session_id"]))


def add_topic(person: Person, text: str, now: datetime) -> Topic | None:
    """Put something on the agenda of one's next session; the same words a second time change nothing."""
    if not text:
        raise Invalid("", {"text": "Write what you want to talk about."})
    statement = insert_for(Topic).values(person_id=person.id, text=text, added_at=now)
    statement = statement.on_conflict_do_nothing(
        index_elements=["person_id", "text"], index_where=Topic.session_id.is_(None)
    )
    added = db.session.scalar(statement.returning(Topic.id))
    return None if added is None else db.session.get(Topic, added)


def drop_topic(topic: Topic) -> None:
    """Take it off again, while no session has taken it up."""
    if topic.session_id is not None:
        raise Conflict("A session has taken this up already.")
    db.session.delete(topic)
    db.session.flush()
