"""Blockers that a coaching talk named: drafts for the board, which only the one they are for sees."""

import uuid
from datetime import datetime

from sqlalchemy import delete, select

from app.accounts.models import Person
from app.core import clock
from app.core.db import db, insert_for
from app.core.errors import Conflict
from app.core.references import resolve
from app.voice.models import Attachment, Blocker, BlockerLink, Follower
from app.voice.queries.links import COACHING

LONGEST_TITLE = 160


def draft_from_action(person_id: int, action_id: int, now: datetime) -> Blocker | None:
    """A draft of what a talk agreed to have fixed. The same fact a second time makes no second one.

    None when nothing is known of the action. A number that is given anew, because the action that had it was taken
    back, names another action: a draft of the same person then says what that one says.
    """
    known = resolve(COACHING, [str(action_id)], None)
    if not known:
        return None
    text, token = known[0].text, f"coaching-action-{action_id}"
    there = db.session.scalar(select(Blocker).where(Blocker.token == token))
    if there is not None and there.reporter_id == person_id:
        return _say(there, text) if there.state == "draft" else there
    if there is not None:
        _let_go(there, action_id)
    today = clock.today_in("", now)
    statement = insert_for(Blocker).values(
        token=token,
        title=_title(text),
        happens=text,
        frequency="weekly",
        effect="",
        idea="",
        silo="",
        reporter_id=person_id,
        reported_on=today,
        state="draft",
        state_on=today,
        reason="",
        we_did="",
        votes=0,
        revision=0,
    )
    db.session.execute(statement.on_conflict_do_nothing(index_elements=["token"]))
    made = db.session.scalars(select(Blocker).where(Blocker.token == token)).one()
    link = insert_for(BlockerLink).values(blocker_id=made.id, kind=COACHING, ref=str(action_id))
    db.session.execute(link.on_conflict_do_nothing())
    return made


def _title(text: str) -> str:
    """The text in one line, cut between words where it is too long for a title."""
    line = " ".join(text.split())
    if len(line) <= LONGEST_TITLE:
        return line
    words = line[: LONGEST_TITLE - 1].rsplit(" ", 1)[0]
    return f"{words} …" if len(words) <= LONGEST_TITLE - 2 else f"{line[: LONGEST_TITLE - 1]}…"


def _say(draft: Blocker, text: str) -> Blocker:
    if draft.happens != text:
        draft.title, draft.happens = _title(text), text
        db.session.flush()
    return draft


def _let_go(blocker: Blocker, action_id: int) -> None:
    """The action that it came from was taken back, and somebody else's has its number now."""
    blocker.token = uuid.uuid4().hex
    mine = (BlockerLink.blocker_id == blocker.id, BlockerLink.kind == COACHING, BlockerLink.ref == str(action_id))
    db.session.execute(delete(BlockerLink).where(*mine))
    db.session.flush()


def discard(draft_id: int, person: Person) -> bool:
    """Throw one's own draft away, for good. False when it is gone already.

    Raises Conflict when it is on the board: then it is no draft any more.
    """
    own = select(Blocker).where(Blocker.id == draft_id, Blocker.reporter_id == person.id).with_for_update()
    draft = db.session.scalar(own)
    if draft is None:
        return False
    if draft.state != "draft":
        raise Conflict("This one is on the board by now, so it can’t be discarded any more.")
    for table in (BlockerLink, Follower, Attachment):
        db.session.execute(delete(table).where(table.blocker_id == draft.id))
    db.session.delete(draft)
    db.session.flush()
    return True
