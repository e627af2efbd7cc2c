"""One blocker as its page tells it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.core.db import db
from app.core.tables import Page, Sort, page
from app.nps.models import Driver
from app.voice.models import (
    Attachment,
    Blocker,
    BlockerChange,
    BlockerComment,
    Follower,
    Process,
)
from app.voice.queries.links import Link, links_of

COMMENTS = 50  # on a page
_COMMENT = BlockerComment.__table__.c
_REPORTER, _OWNER = aliased(Person), aliased(Person)


def find(blocker_id: int, viewer_id: int) -> Blocker | None:
    """The blocker, if this person may know of it: a draft is there for its person only. One statement."""
    found = db.session.get(Blocker, blocker_id)
    return None if found is None or (found.state == "draft" and found.reporter_id != viewer_id) else found


def find_by_code(digest: bytes) -> Blocker | None:
    """What was reported anonymously with the code of that digest. One statement."""
    return db.session.scalar(select(Blocker).where(Blocker.code_digest == digest))


def draft_of(blocker_id: int, person_id: int) -> Blocker | None:
    """This person's draft. One statement."""
    mine = select(Blocker).where(Blocker.id == blocker_id, Blocker.reporter_id == person_id, Blocker.state == "draft")
    return db.session.scalar(mine)


def processes(chosen: int | None = None) -> list[Any]:
    """What can be chosen: id and name, in alphabetical order; a retired one only while it is chosen. One statement."""
    statement = select(Process.id, Process.name).where(Process.retired_at.is_(None) | (Process.id == (chosen or 0)))
    return sorted(db.session.execute(statement), key=lambda row: (row.name.casefold(), row.id))


@dataclass(frozen=True)
class Told:
    """One blocker with all that belongs to it."""

    blocker: Blocker
    names: Any  # process, driver, reporter and owner by name
    following: bool
    changes: list[Any]
    pictures: list[Any]
    merged: list[Any]  # those that were merged into it
    links: list[Link]
    comments: Page


def told(blocker: Blocker, viewer: Person | None, args: Mapping[str, str]) -> Told:
    """The blocker as its page shows it. At most seven statements, and one for each kind of thing it is linked to.

    `viewer` None is its anonymous writer, of whom nothing is looked up.
    """
    return Told(
        blocker=blocker,
        names=_names(blocker.id),
        following=viewer is not None and db.session.get(Follower, (blocker.id, viewer.id)) is not None,
        changes=_changes(blocker.id),
        pictures=_pictures(blocker.id),
        merged=_merged(blocker.id),
        links=links_of(blocker.id, viewer) if viewer is not None else [],
        comments=comments(blocker.id, args),
    )


def _names(blocker_id: int) -> Any:
    statement = (
        select(
            Process.name.label("process"),
            Driver.name.label("driver"),
            (_REPORTER.given_name + " " + _REPORTER.family_name).label("reporter"),
            (_OWNER.given_name + " " + _OWNER.family_name).label("owner"),
        )
        .select_from(Blocker)
        .outerjoin(Process, Process.id == Blocker.process_id)
        .outerjoin(Driver, Driver.id == func.coalesce(Blocker.driver_id, Process.driver_id))
        .outerjoin(_REPORTER, _REPORTER.id == Blocker.reporter_id)
        .outerjoin(_OWNER, _OWNER.id == Blocker.owner_id)
        .where(Blocker.id == blocker_id)
    )
    return db.session.execute(statement).one()


def _changes(blocker_id: int) -> list[Any]:
    statement = (
        select(
            BlockerChange.what,
            BlockerChange.note,
            BlockerChange.changed_at,
            (Person.given_name + " " + Person.family_name).label("by"),
        )
        .outerjoin(Person, Person.id == BlockerChange.changed_by_id)
        .where(BlockerChange.blocker_id == blocker_id)
        .order_by(BlockerChange.id)
    )
    return list(db.session.execute(statement))


def _pictures(blocker_id: int) -> list[Any]:
    columns = (Attachment.id, Attachment.description, Attachment.width, Attachment.height)
    here = select(*columns).where(Attachment.blocker_id == blocker_id)
    return list(db.session.execute(here.order_by(Attachment.id)))


def picture(blocker_id: int, attachment_id: str) -> Any:
    """A picture of this blocker: media_type, content; None when there is none. One statement."""
    here = select(Attachment.media_type, Attachment.content)
    here = here.where(Attachment.id == attachment_id, Attachment.blocker_id == blocker_id)
    return db.session.execute(here).first()


def _merged(blocker_id: int) -> list[Any]:
    columns = (Blocker.id, Blocker.title, Blocker.happens, Blocker.reported_on)
    return list(db.session.execute(select(*columns).where(Blocker.merged_into_id == blocker_id).order_by(Blocker.id)))


def comments(blocker_id: int, args: Mapping[str, str]) -> Page:
    """What was said of it, the newest first, by the address's `after` and `before`. One statement."""
    statement: Any = (
        select(
            BlockerComment.id,
            BlockerComment.text,
            BlockerComment.written_on,
            BlockerComment.author_id,
            (Person.given_name + " " + Person.family_name).label("author"),
        )
        .outerjoin(Person, Person.id == BlockerComment.author_id)
        .where(BlockerComment.blocker_id == blocker_id)
    )
    around = {name: args[name] for name in ("after", "before") if name in args}
    order = {"written": Sort("Written", (_COMMENT.id,))}
    return page(db.session(), statement, order, {**around, "sort": "-written"}, COMMENTS)
