"""Pictures of a blocker."""

import hashlib

from sqlalchemy import delete, func, select

from app.accounts.models import Person, Role
from app.core.db import db, insert_for
from app.core.errors import Conflict, Invalid, NotAllowed
from app.voice.models import Attachment, Blocker
from app.voice.rules.pictures import Picture

MOST = 5
LONGEST = 200


def may_attach(blocker: Blocker, person: Person) -> bool:
    """Whoever reported it by name, its owner, and champions. An anonymous writer has the code instead."""
    return blocker.state != "draft" and (
        person.id in {blocker.reporter_id, blocker.owner_id} or person.has_role(Role.CHAMPION)
    )


def require_attach(blocker: Blocker, person: Person) -> None:
    """Raises NotAllowed."""
    if not may_attach(blocker, person):
        raise NotAllowed("Pictures are added by whoever reported this, by its owner and by champions.")


def check(description: str) -> None:
    """Raises Invalid when a picture says nothing to those who can’t see it."""
    if not description:
        raise Invalid("", {"description": "Say in a few words what the picture shows, for those who can’t see it."})
    if len(description) > LONGEST:
        message = f"This has {len(description):,} characters; there is room for {LONGEST}."
        raise Invalid("", {"description": message})


def attach(blocker: Blocker, picture: Picture, description: str, token: str) -> None:
    """Keep a picture that was drawn anew (rules.pictures); the same form a second time adds nothing.

    Its id follows from the form alone. Raises Invalid, and Conflict when there are enough.
    """
    check(description)
    db.session.refresh(blocker, with_for_update=True)
    attachment_id = hashlib.sha256(f"{blocker.id} {token}".encode()).hexdigest()[:32]
    there = list(db.session.scalars(select(Attachment.id).where(Attachment.blocker_id == blocker.id)))
    if attachment_id in there:
        return
    if len(there) >= MOST:
        raise Conflict(f"There are {MOST} pictures here already. Remove one to add another.")
    row = insert_for(Attachment).values(
        id=attachment_id,
        blocker_id=blocker.id,
        description=description,
        media_type=picture.media_type,
        width=picture.width,
        height=picture.height,
        content=picture.content,
    )
    db.session.execute(row.on_conflict_do_nothing(index_elements=["id"]))


def detach(blocker: Blocker, attachment_id: str) -> bool:
    """Remove a picture; False when it is gone already."""
    gone = delete(Attachment).where(Attachment.id == attachment_id, Attachment.blocker_id == blocker.id)
    return db.session.scalar(gone.returning(func.length(Attachment.id))) is not None
