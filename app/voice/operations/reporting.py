"""Telling of a blocker: by name, or anonymously with a code that nobody can find out.

An anonymous report writes one row without a person and without a time, and what the search needs to find it; nothing
else belongs to its transaction. A draft that it was written from is discarded afterwards, in another one: what is
written together can be seen to belong together. It goes only then, so that the report never gets the draft’s number.
"""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, exists, or_, select, update

from app.accounts.models import Person
from app.core import search
from app.core.db import db, insert_for
from app.core.errors import Conflict, Invalid
from app.voice.models import (
    Attachment,
    Blocker,
    BlockerChange,
    BlockerComment,
    BlockerLink,
    Follower,
    Merge,
    Process,
    Vote,
)
from app.voice.operations import sealing
from app.voice.operations.commenting import check_text
from app.voice.operations.following import follow

FREQUENCIES = ("daily", "weekly", "monthly", "rarely")
LONGEST = {"title": 160, "happens": 4000, "effect": 2000, "idea": 2000}
LONGEST_ALTOGETHER = 20_000  # of what happens, with all that was added
KIND = "blocker"  # of documents of the search


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody tells. Without a process it is another one than those of the catalogue."""

    title: str
    happens: str
    frequency: str
    process_id: int | None = None
    effect: str = ""
    idea: str = ""


def reported(token: str) -> Blocker | None:
    """What the form with this token has reported already. One statement."""
    return db.session.scalar(select(Blocker).where(Blocker.token == token, Blocker.state != "draft"))


def report(told: Told, token: str, person: Person, today: date) -> Blocker:
    """Report by name. Whoever does follows it. The same form a second time changes nothing. Raises Invalid."""
    check(told)
    made, fresh = _insert(told, token, today, reporter_id=person.id)
    if fresh:
        follow(made, person)
    return made


def report_anonymously(told: Told, token: str, today: date) -> str | None:
    """Report without a name; the code by which the writer comes back, which is kept nowhere.

    None when the same form has reported it before: the code was shown then. Raises Invalid.
    """
    check(told)
    code = sealing.new_code()
    _, fresh = _insert(told, token, today, code_digest=sealing.code_digest(code))
    return code if fresh else None


def check(told: Told) -> None:
    """Raises Invalid with the fields at fault."""
    wrong = _too_long(told)
    if not told.title:
        wrong["title"] = "Say in a sentence what gets in your way."
    if not told.happens:
        wrong["happens"] = "Tell what happens, so that others know whether they meet it, too."
    if told.frequency not in FREQUENCIES:
        wrong["frequency"] = "Choose how often it happens."
    if told.process_id is not None and _process(told.process_id) is None:
        wrong["process_id"] = "This process is not in the catalogue any more. Choose another one."
    if wrong:
        raise Invalid("", wrong)


def _too_long(told: Told) -> dict[str, str]:
    given = {name: len(getattr(told, name)) for name in LONGEST}
    words = "This has {:,} characters; there is room for {:,}."
    return {name: words.format(n, LONGEST[name]) for name, n in given.items() if n > LONGEST[name]}


def _process(process_id: int | None) -> Process | None:
    return None if process_id is None else db.session.get(Process, process_id)


def _values(told: Told) -> dict[str, Any]:
    """The columns of what is told; the process says which part of the company owns it.

    What customers notice of it follows from the process, too, unless a champion says otherwise.
    """
    process = _process(told.process_id)
    return {**asdict(told), "silo": process.silo if process else ""}


def _insert(told: Told, token: str, today: date, **values: Any) -> tuple[Blocker, bool]:
    row = insert_for(Blocker).values(
        token=token, reported_on=today, state="new", state_on=today, votes=0, revision=0, **_values(told), **values
    )
    row = row.values(reason="", we_did="").on_conflict_do_nothing(index_elements=["token"])
    made = db.session.scalar(row.returning(Blocker.id))
    blocker = db.session.scalars(select(Blocker).where(Blocker.token == token)).one()
    if made is not None:
        index(blocker)
    return blocker, made is not None


def index(blocker: Blocker) -> None:
    """Let the search find it by what it says now."""
    body = "\n".join((blocker.happens, blocker.effect, blocker.idea))
    search.index(KIND, str(blocker.id), blocker.title, body)


def change_draft(draft: Blocker, told: Told, revision: int) -> None:
    """Keep what was typed into a draft, complete or not. Raises Conflict when another window has changed it."""
    db.session.refresh(draft, with_for_update=True)
    if draft.revision != revision:
        raise Conflict("This draft was changed in another window. What you typed is below; reload to see the other.")
    if too_long := _too_long(told):
        raise Invalid("", too_long)
    for name, value in _values(told).items():
        if name != "frequency" or value in FREQUENCIES:
            setattr(draft, name, value)
    draft.revision += 1
    db.session.flush()


def report_draft(draft: Blocker, told: Told, revision: int, today: date) -> None:
    """Put a draft on the board, by name. Raises Invalid and Conflict."""
    check(told)
    person_id = draft.reporter_id
    change_draft(draft, told, revision)
    draft.state, draft.state_on, draft.reported_on = "new", today, today
    db.session.flush()
    row = insert_for(Follower).values(blocker_id=draft.id, person_id=person_id)
    db.session.execute(row.on_conflict_do_nothing(index_elements=["blocker_id", "person_id"]))
    index(draft)


def add_detail(blocker: Blocker, text: str, today: date) -> bool:
    """Add to what happens, as its writer. False when the same was added just before. Raises Invalid."""
    check_text(text, "detail")
    db.session.refresh(blocker, with_for_update=True)
    added = f"Added on {today.day} {today:%B %Y}: {text}"
    if blocker.happens.endswith(added):
        return False
    if len(blocker.happens) + len(added) > LONGEST_ALTOGETHER:
        raise Invalid("", {"detail": "So much is told here already that there is no more room. Answer below instead."})
    blocker.happens = f"{blocker.happens}\n\n{added}".strip()
    blocker.revision += 1
    db.session.flush()
    index(blocker)
    return True


def withdraw(blocker: Blocker) -> bool:
    """Take back an anonymous report, as its writer. True when it is gone altogether.

    Where others had a part in it already, the title stays for them; the writer’s own words and the code go. What
    stays elsewhere: see `stays_elsewhere`.
    """
    db.session.refresh(blocker, with_for_update=True)
    if not _others_take_part(blocker):
        _remove(blocker.id)
        return True
    db.session.execute(delete(Attachment).where(Attachment.blocker_id == blocker.id))
    if not db.session.scalar(
        select(exists().where(Merge.target_id == blocker.id))
    ):  # else another writer's may be here
        own = update(BlockerComment).where(BlockerComment.blocker_id == blocker.id, BlockerComment.author_id.is_(None))
        db.session.execute(own.values(text="Whoever wrote this took it back."))
    blocker.happens = "Whoever reported this took their words back."
    blocker.effect = blocker.idea = ""
    blocker.code_digest = None
    blocker.revision += 1
    db.session.flush()
    index(blocker)
    return False


def stays_elsewhere(blocker: Blocker) -> bool:
    """Whether words of its writer may stand elsewhere, where withdrawing takes none back. At most one statement.

    Answers that were given while it was merged are the other one’s, and a part keeps the text that it was made of.
    """
    if blocker.merged_into_id is not None:
        return True
    traces = exists().where(Merge.source_id == blocker.id), exists().where(Blocker.split_from_id == blocker.id)
    return bool(db.session.scalar(select(or_(*traces))))


def _others_take_part(blocker: Blocker) -> bool:
    if blocker.state != "new" or blocker.owner_id is not None or blocker.votes or blocker.merged_into_id is not None:
        return True
    here = blocker.id
    traces = (
        exists().where(BlockerComment.blocker_id == here, BlockerComment.author_id.is_not(None)),
        exists().where(BlockerChange.blocker_id == here),
        exists().where(Merge.target_id == here),
        exists().where(Merge.source_id == here),
        exists().where(Blocker.split_from_id == here),
        exists().where(BlockerLink.blocker_id == here),
    )
    return bool(db.session.scalar(select(or_(*traces))))


def _remove(blocker_id: int) -> None:
    for table in (BlockerLink, Follower, BlockerChange, BlockerComment, Attachment, Vote):
        db.session.execute(delete(table).where(table.blocker_id == blocker_id))
    search.forget(KIND, str(blocker_id))
    db.session.execute(delete(Blocker).where(Blocker.id == blocker_id))
