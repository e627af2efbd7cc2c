"""Hearing what becomes of a blocker: a choice of its own, which voting never makes."""

from sqlalchemy import delete

from app.accounts.models import Person
from app.core.db import db, insert_for
from app.voice.models import Blocker, Follower
from app.voice.operations.voting import standing


def follow(blocker: Blocker, person: Person) -> Blocker:
    """Tell this person of changes from now on; twice is harmless. The blocker that was meant, if it was merged."""
    found = standing(blocker)
    row = insert_for(Follower).values(blocker_id=found.id, person_id=person.id)
    db.session.execute(row.on_conflict_do_nothing(index_elements=["blocker_id", "person_id"]))
    return found


def unfollow(blocker: Blocker, person: Person) -> Blocker:
    """Tell this person nothing more; twice is harmless."""
    found = standing(blocker)
    mine = delete(Follower).where(Follower.blocker_id == found.id, Follower.person_id == person.id)
    db.session.execute(mine)
    return found
