"""Whom a list of comments and an analysis may be about: what a select offers."""

from sqlalchemy import select

from app.accounts.models import Person
from app.core.db import db
from app.nps.models import Dimension, Label
from app.nps.queries import subjects
from app.nps.queries.subjects import Kind, Subject, sees_all

OFFERED = ("company", "touchpoint", "channel", "department")  # dimensions that have few labels
MOST = 200  # a longer list is no help


def offered(viewer: Person, chosen: Subject) -> list[Subject]:
    """The company and its usual labels, or the own people and oneself; and what was chosen. At most one statement."""
    if sees_all(viewer):
        found = _labels()
    else:
        found = [subjects.people_below(viewer)] if viewer.has_reports else []
        found.append(subjects.person(viewer))
    return found if chosen in found else [*found[:1], chosen, *found[1:]]


def _labels() -> list[Subject]:
    statement = (
        select(Label.id, Label.name, Label.lead_id, Dimension.key, Dimension.name.label("dimension"))
        .join(Dimension, Dimension.id == Label.dimension_id)
        .where(Dimension.key.in_(OFFERED))
        .order_by(Label.name, Label.id)
        .limit(MOST)
    )
    found = [
        Subject(
            Kind.COMPANY if row.key == "company" else Kind.LABEL, row.id, row.name, row.key, row.dimension, row.lead_id
        )
        for row in db.session.execute(statement)
    ]
    return sorted(found, key=lambda one: OFFERED.index(one.dimension))
