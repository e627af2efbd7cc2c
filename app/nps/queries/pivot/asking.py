"""What a table by dimensions is asked for, and what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, func, select

from app.core.tables import Sort
from app.nps.models import Label
from app.nps.queries.subjects import Subject
from app.nps.rules import Counts, Period

PERSON_KEY = "person"
_LABEL: Any = Label  # SQLAlchemy's attributes act as columns; their types do not say so
LABELS = cast("Select[Any]", select(Label.id, Label.name))
LABELS_BY_NAME = Sort("Name", (_LABEL.name, _LABEL.id))


@dataclass(frozen=True)
class Split:
    """A way to split responses: a dimension by its id, or the people who served (PERSON)."""

    key: str
    name: str
    id: int = 0


PERSON = Split(PERSON_KEY, "Person")


@dataclass(frozen=True)
class Asked:
    """Whose responses, of which whole months, by what. The subject is the company or the people below someone."""

    subject: Subject
    period: Period
    rows: Split
    columns: Split | None = None


@dataclass(frozen=True)
class Counted:
    """Figures by the ids of rows and columns. Totals hold responses that lack the other label, too."""

    rows: Mapping[int, Counts]
    whole: Counts
    columns: Mapping[int, Counts] = field(default_factory=dict)
    cells: Mapping[tuple[int, int], Counts] = field(default_factory=dict)


def summed(table: Any) -> tuple[ColumnElement[int], ...]:
    """Promoters, passives and detractors of a table of tallies, added up."""
    return (func.sum(table.promoters), func.sum(table.passives), func.sum(table.detractors))
