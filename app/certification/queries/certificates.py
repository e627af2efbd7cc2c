"""Certificates: one's own, the one at an address, the one behind a verification code."""

from typing import Any

from sqlalchemy import Row, or_, select, true
from sqlalchemy.orm import contains_eager, undefer

from app.accounts.models import Person
from app.accounts.queries import everyone_below
from app.accounts.queries.people import SEES_EVERYONE
from app.certification.models import Certificate, Programme
from app.core.db import db


def certificates_of(person_id: int) -> list[Row[*tuple[Any, ...]]]:
    """All that a person ever held, newest first: id, programme_slug, programme_title, cycle, issued_on, expires_on."""
    found = db.session.execute(
        select(
            Certificate.id,
            Certificate.programme_id,
            Programme.slug.label("programme_slug"),
            Certificate.programme_title,
            Programme.renewal_days,
            Certificate.cycle,
            Certificate.issued_on,
            Certificate.expires_on,
        )
        .join(Programme, Programme.id == Certificate.programme_id)
        .where(Certificate.person_id == person_id)
        .order_by(Certificate.issued_at.desc(), Certificate.id.desc())
    )
    return list(found)


def visible_certificate(viewer: Person, certificate_id: int) -> Certificate | None:
    """The certificate with its evidence and programme, if `viewer` may know of it.

    The holder may, whoever stands above the holder, and the roles that answer for the programme.
    """
    may_see = or_(Certificate.person_id == viewer.id, Certificate.person_id.in_(everyone_below(viewer.id)))
    if viewer.has_role(*SEES_EVERYONE):
        may_see = true()
    statement = (
        select(Certificate)
        .join(Certificate.programme)
        .where(Certificate.id == certificate_id, may_see)
        .options(undefer(Certificate.evidence), contains_eager(Certificate.programme))
    )
    return db.session.scalar(statement)


def by_code(code: str) -> Row[*tuple[Any, ...]] | None:
    """What the public may know of the certificate with this code, and the holder's zone to tell today by."""
    return db.session.execute(
        select(
            Certificate.holder_name,
            Certificate.programme_title,
            Certificate.issued_on,
            Certificate.expires_on,
            Person.time_zone,
        )
        .join(Person, Person.id == Certificate.person_id)
        .where(Certificate.code == code)
    ).one_or_none()


def latest_certificate(person_id: int, programme_id: int) -> Row[*tuple[Any, ...]] | None:
    """The newest cycle's certificate: id, cycle, expires_on."""
    return db.session.execute(
        select(Certificate.id, Certificate.cycle, Certificate.expires_on)
        .where(Certificate.person_id == person_id, Certificate.programme_id == programme_id)
        .order_by(Certificate.cycle.desc())
        .limit(1)
    ).one_or_none()
