"""What a page is about: the company, one label, the people below someone, or one person."""

import enum
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, false, select, true
from sqlalchemy.orm import aliased

from app.accounts.models import Person, ReportingLine, Role
from app.accounts.queries import everyone_below
from app.core.db import db
from app.nps.models import Dimension, Label, Response, ResponseSegment
from app.nps.rules.dimensions import COMPANY_KEY, FIXED

SEES_ALL_RESPONSES = (Role.CHAMPION, Role.EXECUTIVE)


class Kind(enum.StrEnum):
    COMPANY = "company"
    LABEL = "label"
    PEOPLE = "people"  # those who report to someone today, at any distance
    PERSON = "person"


@dataclass(frozen=True)
class Subject:
    """Whose score it is. `id` is a label's (of the company, too) or a person's; `lead_id` that of a team's lead."""

    kind: Kind
    id: int
    name: str
    dimension: str = ""  # key of a label's dimension
    dimension_name: str = ""
    lead_id: int | None = None

    @property
    def is_labelled(self) -> bool:
        """Whether the tallies of labels know it."""
        return self.kind in {Kind.COMPANY, Kind.LABEL}


def company() -> Subject | None:
    """The company; None until the first response is in. One statement."""
    found = _labels(Dimension.key == "company", Label.key == COMPANY_KEY)
    return found[0] if found else None


def label(label_id: int) -> Subject | None:
    """One label of any dimension but the company. One statement."""
    found = _labels(Label.id == label_id, Dimension.key != "company")
    return found[0] if found else None


def labels_of(dimension: str) -> list[Subject]:
    """Every label of a dimension by its name. One statement."""
    return _labels(Dimension.key == dimension)


def _labels(*conditions: ColumnElement[bool]) -> list[Subject]:
    statement = (
        select(Label.id, Label.name, Label.lead_id, Dimension.key, Dimension.name.label("dimension_name"))
        .join(Dimension, Dimension.id == Label.dimension_id)
        .where(*conditions)
        .order_by(Label.name, Label.id)
    )
    return [
        Subject(
            kind=Kind.COMPANY if row.key == "company" else Kind.LABEL,
            id=row.id,
            name=row.name,
            dimension=row.key,
            dimension_name=row.dimension_name,
            lead_id=row.lead_id,
        )
        for row in db.session.execute(statement)
    ]


def dimensions() -> list[Any]:
    """The dimensions that responses have values of: id, key, name, is_segment; the company is not one of them."""
    used = select(Label.id).where(Label.dimension_id == Dimension.id).exists()
    rows = db.session.execute(
        select(Dimension.id, Dimension.key, Dimension.name, Dimension.is_segment).where(
            Dimension.key != "company", used
        )
    ).all()
    order = {key: position for position, key in enumerate(FIXED)}
    return sorted(rows, key=lambda row: (order.get(row.key, len(order)), row.name))


def people_below(person: Person) -> Subject:
    """Everyone who reports to this person today."""
    return Subject(Kind.PEOPLE, person.id, f"{person.name}’s people", lead_id=person.id)


def person(served_by: Person) -> Subject:
    """One person, as the one who served."""
    return Subject(Kind.PERSON, served_by.id, served_by.name)


def sees_all(viewer: Person) -> bool:
    """Whether every response is this person's to read."""
    return viewer.has_role(*SEES_ALL_RESPONSES)


def visible_responses(viewer: Person) -> ColumnElement[bool]:
    """Condition on Response: an employee's own, a supervisor's tree, everything for champions and executives."""
    if sees_all(viewer):
        return true()
    if viewer.has_reports:
        tree = select(ReportingLine.descendant_id).where(ReportingLine.ancestor_id == viewer.id)
        return Response.person_id.in_(tree)
    return Response.person_id == viewer.id


def of_subject(subject: Subject) -> ColumnElement[bool]:
    """Condition on Response: those that count for this subject."""
    if subject.kind is Kind.COMPANY:
        return true()
    if subject.kind is Kind.PERSON:
        return Response.person_id == subject.id
    if subject.kind is Kind.PEOPLE:
        return Response.person_id.in_(everyone_below(subject.id))
    fixed = FIXED.get(subject.dimension)
    if fixed is None:
        return Response.id.in_(select(ResponseSegment.response_id).where(ResponseSegment.label_id == subject.id))
    column = getattr(Response, fixed.column) if fixed.column else None
    return column == subject.id if column is not None else false()


def in_period(first: date, last: date) -> ColumnElement[bool]:
    """Condition on Response.day, both ends included."""
    return Response.day.between(first, last)


def leads_of_teams(viewer: Person) -> ColumnElement[bool]:
    """Condition on Label: teams led by this person or by someone below."""
    tree = aliased(ReportingLine)
    return Label.lead_id.in_(select(tree.descendant_id).where(tree.ancestor_id == viewer.id))
