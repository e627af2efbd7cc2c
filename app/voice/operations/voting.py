"""Saying “I meet this too”, once a person, without keeping who said it.

What is kept is a digest by a key that is stored nowhere (see sealing.vote_keys). Blocker.votes is counted anew with
each vote, while the blocker is locked.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import delete, func, select, update

from app.accounts.models import Person
from app.core.db import db, insert_for
from app.core.errors import Conflict
from app.voice.models import Blocker, Vote
from app.voice.operations import sealing

OPEN = ("new", "understood", "planned", "in_progress")  # states in which a vote says something
_LONGEST_WAY = 20  # merges one after the other


def standing(blocker: Blocker, *, lock: bool = False) -> Blocker:
    """The blocker that this one was merged into, and that one, and so on; itself when it was not. One statement each.

    With `lock`, the one that is found is locked until the end of the transaction.
    """
    found = blocker
    for _ in range(_LONGEST_WAY):
        if found.merged_into_id is None and lock:
            db.session.refresh(found, with_for_update=True)
        if found.merged_into_id is None:
            return found
        found = db.session.get_one(Blocker, found.merged_into_id)
    raise Conflict("This one was merged too often to be followed.")


def vote(blocker: Blocker, person: Person) -> Blocker:
    """Count this person for the blocker, or for what it was merged into; twice is harmless. The one that was meant.

    Raises Conflict when it takes no votes.
    """
    found = standing(blocker, lock=True)
    if found.state not in OPEN:
        raise Conflict("This one is closed, so it takes no votes any more. If you still meet it, report it anew.")
    if found.reporter_id == person.id:
        return found  # counted already: whoever reports it by name meets it
    keys = sealing.vote_keys(found.id)
    earlier = [sealing.vote_digest(key, person.id) for key in keys[1:]]
    there = select(Vote.digest).where(Vote.blocker_id == found.id, Vote.digest.in_(earlier))
    if not earlier or db.session.scalar(there) is None:
        row = insert_for(Vote).values(blocker_id=found.id, digest=sealing.vote_digest(keys[0], person.id))
        db.session.execute(row.on_conflict_do_nothing(index_elements=["blocker_id", "digest"]))
    recount([found.id])
    return found


def take_back(blocker: Blocker, person: Person) -> Blocker:
    """Count this person no more; without a vote nothing changes. The blocker that was meant, as in `vote`."""
    found = standing(blocker, lock=True)
    if found.state not in OPEN:
        raise Conflict("This one is closed: its votes stay as they are.")
    mine = list(digests_of(found.id, [person.id]))
    db.session.execute(delete(Vote).where(Vote.blocker_id == found.id, Vote.digest.in_(mine)))
    recount([found.id])
    return found


def recount(blocker_ids: Collection[int]) -> None:
    """Write the number of votes into these blockers, which the caller has locked."""
    number = select(func.count()).select_from(Vote).where(Vote.blocker_id == Blocker.id).scalar_subquery()
    db.session.execute(update(Blocker).where(Blocker.id.in_(blocker_ids)).values(votes=number))


def votes_of(person_id: int, blocker_ids: Collection[int]) -> set[int]:
    """Those of the blockers that this person has voted for, for a page of a list. One statement, none without ids."""
    if not blocker_ids:
        return set()
    mine = [digest for blocker_id in blocker_ids for digest in digests_of(blocker_id, [person_id])]
    statement = select(Vote.blocker_id).where(Vote.blocker_id.in_(blocker_ids), Vote.digest.in_(mine))
    return set(db.session.scalars(statement))


def digests_of(blocker_id: int, person_ids: Iterable[int]) -> dict[bytes, int]:
    """What these people’s votes for one blocker look like, by today’s key and the earlier ones: digest to person."""
    people = list(person_ids)
    return {sealing.vote_digest(key, one): one for key in sealing.vote_keys(blocker_id) for one in people}


def digest_of(blocker_id: int, person_id: int) -> bytes:
    """What a vote of this person that is made today looks like."""
    return sealing.vote_digest(sealing.vote_keys(blocker_id)[0], person_id)
