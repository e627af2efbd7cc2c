"""Certificates as a measure of a person, and as something to talk about."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from flask import url_for
from sqlalchemy import select

from app.certification.models import Programme, Standing
from app.certification.rules import Stage
from app.core.db import db
from app.core.matters import Matter
from app.core.measures import Cell, Day, Known, Measure

KEY = "certification"


class Certified:
    """Whether someone holds a valid certificate of every programme; a core.measures.MeasureSource."""

    def measures(self) -> Sequence[Measure]:
        return [Measure(KEY, "Certificate", "%", 0, 100, sampled=False, wanted="valid")]

    def known(self, keys: Sequence[str], people: Sequence[int], today: date) -> Mapping[Cell, Known]:
        """Two statements. Nothing is known where there is no programme."""
        programmes = list(db.session.scalars(select(Programme.id).where(Programme.active)))
        statement = select(Standing.person_id, Standing.expires_on).where(
            Standing.person_id.in_(people),
            Standing.programme_id.in_(programmes),
            Standing.stage == Stage.CERTIFIED.value,
        )
        held: dict[int, list[date]] = {person: [] for person in people}
        for person, expires_on in db.session.execute(statement):
            held[person].append(expires_on)
        if not programmes:
            return {}
        return {(person, KEY): _known(days, len(programmes), today) for person, days in held.items()}

    def days(self, keys: Sequence[str], people: Sequence[int], first: date, last: date) -> Mapping[Cell, list[Day]]:
        """A fact has no observations."""
        return {}


def _known(expiries: Sequence[date], programmes: int, today: date) -> Known:
    valid = [day for day in expiries if day >= today]
    if len(valid) == programmes:
        return Known(value=100.0, words="Certified", until=min(valid))
    return Known(value=0.0, words="Expired" if expiries else "Not certified yet")


def matters(person_id: int, today: date) -> list[Matter]:
    """Certificates that end soon or have ended. One statement."""
    statement = (
        select(Programme.title, Programme.renewal_days, Standing.expires_on)
        .join(Standing, Standing.programme_id == Programme.id)
        .where(Standing.person_id == person_id, Standing.stage == Stage.CERTIFIED.value, Programme.active)
        .order_by(Standing.expires_on)
    )
    return [
        Matter(
            "certificate",
            f"The certificate for {title} {'has ended' if expires_on < today else 'ends soon'}",
            due=expires_on,
            href=url_for("certification.index"),
        )
        for title, renewal_days, expires_on in db.session.execute(statement)
        if expires_on <= today + timedelta(days=renewal_days)
    ]
