"""What people say about a blocker, by name, or as its anonymous writer by their code."""

from datetime import date

from sqlalchemy import select

from app.accounts.models import Person, Role
from app.core.db import db, insert_for
from app.core.errors import Invalid
from app.voice.models import Blocker, BlockerComment
from app.voice.operations.voting import standing

LONGEST = 2000


def comment(blocker: Blocker, author: Person | None, text: str, token: str, today: date) -> BlockerComment | None:
    """A word about the blocker, or about what it was merged into; None when the same form has said it before.

    Without an author it is from whoever reported it, by their code. The first word from the owner or a champion answers
    the blocker. Raises Invalid.
    """
    check_text(text, "text")
    found = standing(blocker, lock=True)
    row = insert_for(BlockerComment).values(
        token=token, blocker_id=found.id, author_id=author.id if author else None, text=text, written_on=today
    )
    row = row.on_conflict_do_nothing(index_elements=["blocker_id", "token"])
    made = db.session.scalar(row.returning(BlockerComment.id))
    if made is None:
        return None
    if author is not None and found.answered_on is None and _answers(author, found):
        found.answered_on = today
        db.session.flush()
    return db.session.scalar(select(BlockerComment).where(BlockerComment.id == made))


def check_text(text: str, field: str) -> None:
    """Raises Invalid when there is nothing, or too much to be stored."""
    if not text:
        raise Invalid("", {field: "Write something first."})
    if len(text) > LONGEST:
        raise Invalid("", {field: f"This has {len(text):,} characters; there is room for {LONGEST:,}."})


def _answers(author: Person, blocker: Blocker) -> bool:
    return author.id == blocker.owner_id or (author.has_role(Role.CHAMPION) and author.id != blocker.reporter_id)
