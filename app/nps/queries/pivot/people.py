"""The figures of the people below one supervisor: their responses of the months asked for, grouped in one statement.

There are no tallies of their labels, since who stands below whom changes; at most a year of one tree is read.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from typing import cast as cast_type

from sqlalchemy import ColumnElement, Select, Text, bindparam, case, cast, func, select

from app.accounts.models import Person
from app.accounts.queries import everyone_below
from app.core.db import db
from app.core.tables import Sort
from app.nps.models import Label, Response
from app.nps.queries.pivot.asking import LABELS, LABELS_BY_NAME, PERSON, Asked, Counted, Split
from app.nps.queries.subjects import in_period
from app.nps.rules import Counts, Period, adding_up
from app.nps.rules.dimensions import FIXED

_PERSON: Any = Person  # SQLAlchemy's attributes act as columns; their types do not say so
_RESPONSE: Any = Response
_NAMED = cast_type("Select[Any]", select(Person.id, (Person.given_name + " " + Person.family_name).label("name")))
_BY_NAME = Sort("Name", (_PERSON.family_name, _PERSON.given_name, _PERSON.id))
_BANDS = tuple(
    func.sum(case((condition, 1), else_=0))
    for condition in (Response.score >= 9, Response.score.between(7, 8), Response.score <= 6)
)
Place = tuple[int | None, int | None]


class PeopleBelow:
    """Reads the responses once, when it is made; None is a label that a response doesn't have."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.cells = _grouped(asked)
        self.by_row: dict[int | None, Counts] = defaultdict(Counts)
        self.by_column: dict[int | None, Counts] = defaultdict(Counts)
        for (row, column), counts in self.cells.items():
            self.by_row[row] += counts
            self.by_column[column] += counts

    def rows(self) -> tuple[Select[Any], Sort]:
        ids = _known(self.by_row)
        if self.asked.rows == PERSON:
            return _NAMED.where(Person.id.in_(ids)), _BY_NAME
        return LABELS.where(Label.id.in_(ids)), LABELS_BY_NAME

    def columns(self, most: int) -> dict[int, str]:
        found = db.session.execute(
            LABELS.where(Label.id.in_(_known(self.by_column))).order_by(*LABELS_BY_NAME.columns).limit(most)
        )
        return {row.id: row.name for row in found}

    def counted(self, rows: Sequence[int], columns: Sequence[int] | None) -> Counted:
        places = [(row, column) for row in rows for column in columns or ()]
        return Counted(
            rows={row: self.by_row[row] for row in rows},
            whole=adding_up(self.by_row.values()),
            columns={column: self.by_column[column] for column in columns or ()},
            cells={place: self.cells[place] for place in places if place in self.cells},
        )


def _grouped(asked: Asked) -> dict[Place, Counts]:
    splits = [split for split in (asked.rows, asked.columns) if split]
    values = [_value(split).label(f"value_{position}") for position, split in enumerate(splits)]
    found = db.session.execute(
        select(*values, *_BANDS)
        .where(
            Response.person_id.in_(everyone_below(asked.subject.id)),
            in_period(asked.period.first, asked.period.last),
            _about(asked.period),
        )
        .group_by(*values)
    ).all()
    segments = [split.id for split in splits if _is_segment(split)]
    labels = _labels_of(segments) if segments else {}
    cells: dict[Place, Counts] = defaultdict(Counts)
    for *carried, promoters, passives, detractors in found:
        ids = [_id(split, value, labels) for split, value in zip(splits, carried, strict=True)]
        cells[ids[0], ids[1] if asked.columns else None] += Counts(int(promoters), int(passives), int(detractors))
    return dict(cells)


def _value(split: Split) -> ColumnElement[Any]:
    if split == PERSON:
        served: ColumnElement[Any] = _RESPONSE.person_id
        return served
    if _is_segment(split):
        # All segments of a response as one text: grouped like a column, and taken apart afterwards.
        return cast(Response.segments, Text)
    column: ColumnElement[Any] = getattr(Response, str(FIXED[split.key].column))
    return column


def _is_segment(split: Split) -> bool:
    return split != PERSON and split.key not in FIXED


def _id(split: Split, value: Any, labels: dict[int, set[int]]) -> int | None:
    if value is None:
        return None
    carried: list[int] = json.loads(value) if _is_segment(split) else [value]
    return next((label for label in carried if not _is_segment(split) or label in labels[split.id]), None)


def _labels_of(dimensions: Sequence[int]) -> dict[int, set[int]]:
    labels: dict[int, set[int]] = {dimension: set() for dimension in dimensions}
    for label, dimension in db.session.execute(
        select(Label.id, Label.dimension_id).where(Label.dimension_id.in_(dimensions))
    ):
        labels[dimension].add(label)
    return labels


def _about(period: Period) -> ColumnElement[bool]:
    """The same days by the clock, a day wider for the time zone: the index on people goes by it."""
    first = datetime.combine(period.first, time.min, UTC) - timedelta(days=1)
    return Response.responded_at.between(first, datetime.combine(period.last, time.max, UTC) + timedelta(days=1))


def _known(labels: Iterable[int | None]) -> Any:
    """Ids written into the statement, since there may be more of them than a database takes parameters."""
    ids = sorted(label for label in labels if label is not None)
    return bindparam("ids", ids, expanding=True, literal_execute=True)
