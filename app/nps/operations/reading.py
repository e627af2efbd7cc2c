"""Comments are read a while after they came in, so that letting them in is quick: how each sounds, what comes up."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import cast

from sqlalchemy import Table, bindparam, delete, select, update

from app.core.clock import zone_of
from app.core.db import db, reading
from app.core.sentiment import compound
from app.nps.models import EmergingTopic, Response
from app.nps.rules import Emerging, emerging

RECENT_DAYS, BEFORE_DAYS = 14, 90
SAMPLES = (5000, 20_000)  # of each stretch; terms that more comments would tell are said by a few in a thousand
_LONGEST_TERM = 120
_DAY = timedelta(days=1)
_RESPONSE = cast("Table", Response.__table__)


def read_comments(limit: int) -> int:
    """Judge how some unread comments sound; from then on they are also found by their words. How many there were.

    The judging, which takes most of the time, holds no lock; what was corrected or erased meanwhile stays unread.
    """
    unread = select(Response.id, Response.comment).where(Response.comment.is_not(None), Response.sentiment.is_(None))
    with reading() as connection:
        found = connection.execute(unread.order_by(Response.id).limit(limit)).all()
    if found:
        statement = (
            update(_RESPONSE)
            .where(_RESPONSE.c.id == bindparam("response"), _RESPONSE.c.comment == bindparam("read"))
            .values(sentiment=bindparam("sounds"))
        )
        read = [{"response": row.id, "read": row.comment, "sounds": compound(row.comment)} for row in found]
        db.session.execute(statement, read)
    return len(found)


def find_emerging_topics(today: date) -> int:
    """Note which terms comments of the last 14 days hold much more often than those of the 90 days before; how many.

    Of each stretch some comments are looked at. `recent` counts those of the last days that hold the term, `before` as
    many as would have held it at the former pace. A term that goes on standing out keeps its `since`.
    """
    begun = today - RECENT_DAYS * _DAY
    lately = _comments(begun, today - _DAY, SAMPLES[0])
    before = _comments(begun - BEFORE_DAYS * _DAY, begun - _DAY, SAMPLES[1])
    found = emerging(lately, before, RECENT_DAYS, BEFORE_DAYS)
    topics = {topic.term: topic for topic in found if len(topic.term) <= _LONGEST_TERM}
    known = db.session.execute(select(EmergingTopic.term, EmergingTopic.since))
    since = {row.term: row.since for row in known}
    db.session.execute(delete(EmergingTopic))
    db.session.add_all(
        _noted(topic, since.get(topic.term, today), usual=len(lately) / len(before)) for topic in topics.values()
    )
    db.session.flush()
    return len(topics)


def _noted(topic: Emerging, since: date, usual: float) -> EmergingTopic:
    return EmergingTopic(
        term=topic.term, since=since, recent=topic.recent, before=round(usual * topic.before), z=topic.z
    )


def _comments(first: date, last: date, most: int) -> Sequence[str]:
    """Comments from all over a stretch of days, the same ones each time. Nobody has to wait to write meanwhile."""
    zone = zone_of("")
    statement = (
        select(Response.comment)
        .where(
            Response.comment.is_not(None),
            Response.responded_at >= datetime.combine(first, time(), zone),
            Response.responded_at < datetime.combine(last + _DAY, time(), zone),
        )
        .order_by(Response.id % 9973 * 40503 % 65537, Response.id)
        .limit(most)
    )
    with reading() as connection:
        return [text for text in connection.scalars(statement) if text]
