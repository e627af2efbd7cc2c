"""What blockers have to do with: things of other slices, by kind and reference, as a viewer may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from app.accounts.models import Person
from app.core import search
from app.core.db import db
from app.core.references import Reference, knows, resolve
from app.voice.models import Blocker, BlockerLink

BLOCKER, LESSON, COACHING = "blocker", "lesson", "coaching-action"
LINKABLE = (LESSON, "case", "plan")  # what people link by hand, where some slice has it
MOST_FOUND = 12
_LARGEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a blocker; `thing` is None where it is gone."""

    kind: str
    ref: str
    thing: Reference | None


def links_of(blocker_id: int, viewer: Person) -> list[Link]:
    """The links of a blocker by kind. Coaching is between two people: others don't learn that there was a talk.

    One statement, and those of the slices whose things are linked.
    """
    statement = select(BlockerLink.kind, BlockerLink.ref).where(BlockerLink.blocker_id == blocker_id)
    rows = db.session.execute(statement.order_by(BlockerLink.kind, BlockerLink.ref)).all()
    kinds = {row.kind for row in rows}
    things = {
        (thing.kind, thing.ref): thing
        for kind in sorted(kinds)
        for thing in resolve(kind, [row.ref for row in rows if row.kind == kind], viewer)
    }
    found = [Link(row.kind, row.ref, things.get((row.kind, row.ref))) for row in rows]
    return [link for link in found if link.thing is not None or link.kind == LESSON]


def linkable() -> list[str]:
    """The kinds of things that can be linked by hand in this installation. No statement."""
    return [kind for kind in LINKABLE if knows(kind)]


def find(kind: str, words: str, viewer: Person) -> list[Reference]:
    """Things of one kind that hold every word, best first, and the one whose reference was given. Two statements."""
    matching = search.matching(kind, words).order_by("rank").limit(MOST_FOUND)
    refs = [str(row.ref) for row in db.session.execute(matching)]
    if words and words not in refs:
        refs.append(words[:200])
    order = {ref: place for place, ref in enumerate(refs)}
    return sorted(resolve(kind, refs, viewer), key=lambda thing: order[thing.ref])


def blockers_by_ref(refs: Sequence[str], viewer: Person | None) -> Sequence[Any]:
    """id and title of blockers by number, drafts for their own people only. One statement."""
    ids = [int(ref) for ref in refs if ref.isdecimal() and len(ref) < 11 and int(ref) <= _LARGEST]
    statement = select(Blocker.id, Blocker.title).where(Blocker.id.in_(ids))
    if viewer is not None:
        statement = statement.where(or_(Blocker.state != "draft", Blocker.reporter_id == viewer.id))
    return db.session.execute(statement.order_by(Blocker.id)).all()


def contradicting(kind: str, ref: str) -> Sequence[Any]:
    """Blockers of the board that are linked to a thing: id, title, state. One statement."""
    statement = (
        select(Blocker.id, Blocker.title, Blocker.state)
        .join(BlockerLink, BlockerLink.blocker_id == Blocker.id)
        .where(BlockerLink.kind == kind, BlockerLink.ref == ref)
        .where(Blocker.state != "draft", Blocker.merged_into_id.is_(None))
        .order_by(Blocker.id)
        .limit(MOST_FOUND)
    )
    return db.session.execute(statement).all()


def from_coaching(person_id: int) -> dict[str, Any]:
    """Blockers and drafts that came from this person's talks, by the action's number: id, title, state. One statement.

    An anonymous blocker is never among them: it has no reporter.
    """
    statement = (
        select(BlockerLink.ref, Blocker.id, Blocker.title, Blocker.state, Blocker.reporter_id)
        .join(Blocker, Blocker.id == BlockerLink.blocker_id)
        .where(Blocker.reporter_id == person_id, BlockerLink.kind == COACHING)
    )
    return {row.ref: row for row in db.session.execute(statement)}
