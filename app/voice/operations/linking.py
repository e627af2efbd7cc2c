"""Say what else a blocker has to do with: a lesson that says otherwise, the case or plan that fixes it."""

from datetime import datetime

from sqlalchemy import delete

from app.accounts.models import Person
from app.core.db import db, insert_for
from app.core.errors import Invalid
from app.core.references import knows, resolve
from app.voice.models import Blocker, BlockerLink
from app.voice.operations.triage import note_change
from app.voice.queries.links import LINKABLE


def link(blocker: Blocker, kind: str, ref: str, by: Person, now: datetime) -> bool:
    """Link the two. False when they are linked already. Raises Invalid for what this person can't see."""
    if kind not in LINKABLE or not knows(kind) or not resolve(kind, [ref], by):
        raise Invalid("What you chose is not there any more. Choose from the list.")
    row = insert_for(BlockerLink).values(blocker_id=blocker.id, kind=kind, ref=ref, added_by_id=by.id)
    added = db.session.scalar(row.on_conflict_do_nothing().returning(BlockerLink.blocker_id))
    if added is None:
        return False
    note_change(blocker, by, {"linked": {"kind": kind, "ref": ref}}, "", now)
    return True


def unlink(blocker: Blocker, kind: str, ref: str, by: Person, now: datetime) -> bool:
    """Take a link back. False when there is none. What coaching linked stays: it says where the blocker came from."""
    if kind not in LINKABLE:
        return False
    named = (BlockerLink.blocker_id == blocker.id, BlockerLink.kind == kind, BlockerLink.ref == ref)
    gone = db.session.scalar(delete(BlockerLink).where(*named).returning(BlockerLink.blocker_id))
    if gone is None:
        return False
    note_change(blocker, by, {"unlinked": {"kind": kind, "ref": ref}}, "", now)
    return True
