"""What the one who looks after a blocker needs to see, and what mails about it are written from."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import String, cast, exists, func, or_, select, union
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.accounts.queries import people_statement
from app.core import search, tables
from app.core.db import db
from app.core.tables import Page, Sort
from app.nps.models import Driver
from app.voice.models import Blocker, BlockerChange, BlockerComment, BlockerLink, Follower, Merge, Process
from app.voice.queries.links import COACHING

MOST_FOUND = 20
_ON_THE_BOARD = (Blocker.state != "draft", Blocker.merged_into_id.is_(None))
_AUTHOR = aliased(Person)


def people_called(text: str, viewer: Person) -> Sequence[Any]:
    """Those who work here and whose names, address or employee id begin with these words. At most one statement.

    Rows of id, given_name, family_name, email, employee_id; at most ten.
    """
    if not text.strip():
        return []
    statement = people_statement(viewer, {"q": text}).order_by(Person.family_name, Person.given_name, Person.id)
    return db.session.execute(statement.limit(10)).all()


def find_blocker(blocker_id: int) -> Blocker | None:
    return db.session.get(Blocker, blocker_id)


def drivers() -> Sequence[Any]:
    """What customers rate: id, name. One statement."""
    return db.session.execute(select(Driver.id, Driver.name).order_by(Driver.name, Driver.id)).all()


def processes() -> Sequence[Any]:
    """Processes in use: id, name. One statement."""
    statement = select(Process.id, Process.name).where(Process.retired_at.is_(None))
    return db.session.execute(statement.order_by(Process.name, Process.id)).all()


def silos() -> list[str]:
    """The parts of the company that processes and blockers name. One statement."""
    named = union(select(Process.silo).where(Process.silo != ""), select(Blocker.silo).where(Blocker.silo != ""))
    return sorted(db.session.scalars(named), key=str.casefold)


def merges_of(blocker: Blocker) -> Sequence[Any]:
    """The merges that hold, into this blocker and of it: Merge.id, source_id, target_id, merged_at, title of the other.

    One statement.
    """
    other = Blocker.id == func.coalesce(func.nullif(Merge.source_id, blocker.id), Merge.target_id)
    statement = (
        select(Merge.id, Merge.source_id, Merge.target_id, Merge.merged_at, Blocker.title)
        .join(Blocker, other)
        .where(or_(Merge.source_id == blocker.id, Merge.target_id == blocker.id), Merge.undone_at.is_(None))
        .order_by(Merge.id)
    )
    return db.session.execute(statement).all()


def find_merge(merge_id: int, source_id: int) -> Merge | None:
    """A merge of this blocker, undone or not. One statement."""
    return db.session.scalar(select(Merge).where(Merge.id == merge_id, Merge.source_id == source_id))


def relatives(blocker: Blocker) -> tuple[Any, Sequence[Any]]:
    """What this blocker was split from, and what was split from it: id, title, merged_into_id. One statement."""
    ids = [blocker.split_from_id] if blocker.split_from_id else []
    statement = select(Blocker.id, Blocker.title, Blocker.split_from_id, Blocker.merged_into_id)
    rows = db.session.execute(
        statement.where(or_(Blocker.id.in_(ids), Blocker.split_from_id == blocker.id)).order_by(Blocker.id)
    ).all()
    whole = next((row for row in rows if row.id == blocker.split_from_id), None)
    return whole, [row for row in rows if row.split_from_id == blocker.id]


def merge_candidates(blocker: Blocker, words: str) -> Sequence[Any]:
    """Blockers that this one could be a part of: those that hold every word, best first; without words, of its process.

    Rows of id, title, state, votes, process. One statement.
    """
    columns = (Blocker.id, Blocker.title, Blocker.state, Blocker.votes, Process.name.label("process"))
    statement: Any = select(*columns).outerjoin(Process, Process.id == Blocker.process_id)
    statement = statement.where(*_ON_THE_BOARD, Blocker.id != blocker.id)
    if words:
        found = search.matching("blocker", words).subquery()
        statement = statement.join(found, found.c.ref == cast(Blocker.id, String(200)))
        statement = statement.order_by(found.c.rank, Blocker.id)
    else:
        statement = statement.where(Blocker.process_id == blocker.process_id)
        statement = statement.order_by(Blocker.votes.desc(), Blocker.id)
    return db.session.execute(statement.limit(MOST_FOUND)).all()


def process_names(ids: Collection[int | None]) -> dict[int, str]:
    """One statement."""
    rows = db.session.execute(select(Process.id, Process.name).where(Process.id.in_([one for one in ids if one])))
    return {row.id: row.name for row in rows}


def drafts_of(person: Person, args: Mapping[str, str]) -> Page:
    """The person's drafts, the oldest first: id, title, happens, reported_on, ref of the action. One statement."""
    statement = (
        select(Blocker.id, Blocker.title, Blocker.happens, Blocker.reported_on, BlockerLink.ref)
        .outerjoin(BlockerLink, (BlockerLink.blocker_id == Blocker.id) & (BlockerLink.kind == COACHING))
        .where(Blocker.reporter_id == person.id, Blocker.state == "draft")
    )
    given = {name: args[name] for name in ("after", "before") if name in args}
    return tables.page(db.session(), statement, {"age": Sort("Age", (Blocker.id,))}, given)  # type: ignore[arg-type]


def change_for(change_id: int, person_id: int) -> Any:
    """A change of a blocker as a mail tells one person of it, or None. One statement.

    what, note, author_id and names of the author; id, title, state, owner_id and reporter_id of the blocker; names,
    email and active of the reader, and whether they follow.
    """
    columns = (BlockerChange.what, BlockerChange.note, BlockerChange.changed_by_id.label("author_id"))
    return _letter(BlockerChange, BlockerChange.changed_by_id, columns, person_id, BlockerChange.id == change_id)


def comment_for(comment_id: int, person_id: int) -> Any:
    """A word about a blocker as a mail tells one person of it, or None; columns as of `change_for`. One statement."""
    columns = (BlockerComment.text, BlockerComment.author_id)
    return _letter(BlockerComment, BlockerComment.author_id, columns, person_id, BlockerComment.id == comment_id)


def _letter(table: Any, author: Any, columns: Sequence[Any], person_id: int, condition: Any) -> Any:
    follows = exists().where(Follower.blocker_id == Blocker.id, Follower.person_id == Person.id)
    statement = (
        select(*columns, Blocker.id, Blocker.title, Blocker.state, Blocker.owner_id, Blocker.reporter_id)
        .add_columns(_AUTHOR.given_name.label("author_given"), _AUTHOR.family_name.label("author_family"))
        .add_columns(Person.id.label("reader_id"), Person.given_name, Person.family_name, Person.email, Person.active)
        .add_columns(follows.label("follows"))
        .select_from(table)
        .join(Blocker, Blocker.id == table.blocker_id)
        .join(Person, Person.id == person_id)
        .outerjoin(_AUTHOR, _AUTHOR.id == author)
        .where(condition)
    )
    return db.session.execute(statement).one_or_none()
