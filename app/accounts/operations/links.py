"""Invitations and resets: a link by mail with which a person chooses a password, once."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import insert, select, update

from app.accounts import queries
from app.accounts.models import AccessLink, LinkPurpose, Person
from app.accounts.operations.passwords import set_password
from app.accounts.queries.links import LinkState, find_link, superseded
from app.accounts.rules import passwords as rules
from app.core import outbox
from app.core.db import db, insert_for
from app.core.errors import Conflict, Invalid

MAILS = {LinkPurpose.INVITATION: "invitation", LinkPurpose.RESET: "password_reset"}
_CHUNK = 1000


def lifetime(purpose: LinkPurpose) -> timedelta:
    if purpose is LinkPurpose.INVITATION:
        return timedelta(days=current_app.config["INVITATION_DAYS"])
    return timedelta(minutes=current_app.config["RESET_MINUTES"])


def make_link(person: Person, purpose: LinkPurpose, now: datetime) -> AccessLink:
    """A new link; older ones of the person work no more."""
    link = AccessLink(person_id=person.id, purpose=str(purpose), created_at=now, expires_at=now + lifetime(purpose))
    db.session.add(link)
    db.session.flush()
    return link


def invite(person: Person, now: datetime) -> LinkPurpose:
    """Send a link with which the person chooses a first password, or a new one when there is one already.

    Raises Conflict for someone who has left.
    """
    if not person.active:
        raise Conflict(f"{person.name} has left, so no invitation was sent. Take them back first.")
    purpose = LinkPurpose.INVITATION if person.password_hash is None else LinkPurpose.RESET
    _send(make_link(person, purpose, now), now)
    return purpose


def _send(link: AccessLink, now: datetime) -> None:
    mail = MAILS[LinkPurpose(link.purpose)]
    outbox.enqueue("mail", f"{mail}:{link.id}", {"mail": mail, "link_id": link.id}, now)


def invite_many(person_ids: Sequence[int], now: datetime) -> int:
    """Invite all of these who are active, have no password and no invitation that still works. How many it were."""
    waiting = select(AccessLink.person_id).where(AccessLink.used_at.is_(None), AccessLink.expires_at > now)
    count = 0
    for start in range(0, len(person_ids), _CHUNK):
        chunk = person_ids[start : start + _CHUNK]
        wanted = select(Person.id).where(Person.id.in_(chunk), Person.active, Person.password_hash.is_(None))
        found = db.session.scalars(wanted.where(Person.id.not_in(waiting)).order_by(Person.id)).all()
        if found:
            _invite_all(found, now)
        count += len(found)
    return count


def invite_by_employee_id(employee_ids: Sequence[str], now: datetime) -> int:
    """As invite_many, for people named by employee id."""
    found: list[int] = []
    for start in range(0, len(employee_ids), _CHUNK):
        chunk = employee_ids[start : start + _CHUNK]
        found += db.session.scalars(select(Person.id).where(Person.employee_id.in_(chunk)))
    return invite_many(found, now)


def _invite_all(person_ids: Sequence[int], now: datetime) -> None:
    until = now + lifetime(LinkPurpose.INVITATION)
    row = {"purpose": str(LinkPurpose.INVITATION), "created_at": now, "expires_at": until}
    made = insert(AccessLink).returning(AccessLink.id)
    link_ids = db.session.scalars(made, [{"person_id": i, **row} for i in person_ids]).all()
    messages = [
        {
            "kind": "mail",
            "key": f"invitation:{link_id}",
            "payload": {"mail": "invitation", "link_id": link_id},
            "created_at": now,
            "available_at": now,
            "attempts": 0,
        }
        for link_id in link_ids
    ]
    statement = insert_for(outbox.OutboxMessage).on_conflict_do_nothing(index_elements=["kind", "key"])
    db.session.execute(statement, messages)


def ask_reset(email: str, now: datetime) -> None:
    """Send a reset link if the address belongs to someone active; do as much work when it does not."""
    person = queries.find_by_email(email)
    if person is not None and person.active:
        _send(make_link(person, LinkPurpose.RESET, now), now)
        return
    # A message that comes to nothing: the answer takes as long, so it does not tell who has an account.
    mail = MAILS[LinkPurpose.RESET]
    outbox.enqueue("mail", f"{mail}:nobody:{uuid.uuid4()}", {"mail": mail, "link_id": None}, now)


def redeem(purpose: LinkPurpose, link_id: int | None, password: str, now: datetime) -> Person:
    """Set the password by a link, which works this once.

    Raises Invalid at "password", and Conflict when the link can no longer be used.
    """
    state, link, person = find_link(purpose, link_id, now)
    if state is not LinkState.OPEN or link is None or person is None:
        raise Conflict("This link can no longer be used.")
    if problem := rules.problem(password, person.email):
        raise Invalid(problem, {"password": problem})
    # Whoever of two comes first: the second finds no row to mark.
    taken = (
        update(AccessLink)
        .where(AccessLink.id == link.id, AccessLink.used_at.is_(None), AccessLink.expires_at > now, ~superseded())
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    if db.session.execute(taken.returning(AccessLink.id)).one_or_none() is None:
        raise Conflict("This link can no longer be used.")
    set_password(person, password, now)
    return person
