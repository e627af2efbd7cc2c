"""Put mails about blockers into the outbox. Each is written when it is sent, and only if it still is for its reader.

What someone writes anonymously is told of on the day after, all of it together: a row of the outbox has a time and a
place among the others, and nobody is to learn when an anonymous writer was there.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.core import clock
from app.core.db import db, insert_for
from app.core.outbox import OutboxMessage
from app.voice.models import Blocker, BlockerChange, BlockerComment, Follower

CHANGE, OWNER, COMMENT = "blocker_change", "blocker_owner", "blocker_comment"
_WEEK = timedelta(days=7)  # what nobody was told of for so long is no news


def tell_followers(blocker: Blocker, change: BlockerChange, now: datetime, without: Iterable[int] = ()) -> int:
    """Whoever follows the blocker, reported it by name or owns it hears of a change. How many; not its author."""
    readers = readers_of(blocker) - {change.changed_by_id, *without}
    if "owner" in change.what:
        readers -= {blocker.owner_id}  # has a mail of their own, see `tell_owners`
    return _put(
        (
            (f"blocker-change:{change.id}:{one}", {"mail": CHANGE, "change_id": change.id, "person_id": one})
            for one in readers
        ),
        now,
    )


def tell_owners(blocker: Blocker, change: BlockerChange, former_id: int | None, now: datetime) -> int:
    """Whoever owns a blocker from now on hears of it, and whoever did until now. How many; not the author."""
    if blocker.owner_id == former_id:
        return 0
    readers = {blocker.owner_id, former_id} - {None, change.changed_by_id}
    return _put(
        (
            (f"blocker-owner:{change.id}:{one}", {"mail": OWNER, "change_id": change.id, "person_id": one})
            for one in readers
        ),
        now,
    )


def tell_comment(blocker: Blocker, comment: BlockerComment, now: datetime) -> int:
    """The same people hear of a word about the blocker, its author apart. How many; none yet of an anonymous one."""
    if comment.author_id is None:
        return 0
    return _put(_letters(blocker, comment), now)


def tell_of_anonymous_comments(now: datetime) -> int:
    """Tell of what anonymous writers added before today. How many mails were due; twice sends nothing twice."""
    today = clock.today_in("", now)
    written = (
        select(BlockerComment, Blocker)
        .join(Blocker, Blocker.id == BlockerComment.blocker_id)
        .where(BlockerComment.author_id.is_(None))
        .where(BlockerComment.written_on < today, BlockerComment.written_on >= today - _WEEK)
        .order_by(BlockerComment.id)
    )
    rows = db.session.execute(written).all()
    return _put((letter for comment, blocker in rows for letter in _letters(blocker, comment)), now)


def readers_of(blocker: Blocker) -> set[int | None]:
    """Its followers, its reporter if that is known, and its owner. One statement."""
    followers = db.session.scalars(select(Follower.person_id).where(Follower.blocker_id == blocker.id))
    return {*followers, blocker.reporter_id, blocker.owner_id} - {None}


def _letters(blocker: Blocker, comment: BlockerComment) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"blocker-comment:{comment.id}:{one}", {"mail": COMMENT, "comment_id": comment.id, "person_id": one})
        for one in readers_of(blocker) - {comment.author_id}
    ]


def _put(messages: Iterable[tuple[str, Mapping[str, Any]]], now: datetime) -> int:
    """Mails by key and payload, all in one statement; those that are there already stay as they are. How many given."""
    rows = [
        {"kind": "mail", "key": key, "payload": dict(payload), "created_at": now, "available_at": now, "attempts": 0}
        for key, payload in sorted(messages, key=lambda message: message[0])
    ]
    if rows:
        statement = insert_for(OutboxMessage).on_conflict_do_nothing(index_elements=["kind", "key"])
        db.session.execute(statement, rows)
    return len(rows)
