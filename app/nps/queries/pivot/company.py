"""The whole company's figures, from the tallies by label: they cost the same for any number of responses."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from app.core.db import db
from app.core.tables import Sort
from app.nps.models import Label, LabelDay, PairMonth
from app.nps.queries.pivot.asking import LABELS, LABELS_BY_NAME, Asked, Counted, Split, summed
from app.nps.rules import Counts


class Company:
    """Reads the tallies of the months asked for."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.days = LabelDay.day.between(asked.period.first, asked.period.last)

    def rows(self) -> tuple[Select[Any], Sort]:
        return self._labels(self.asked.rows), LABELS_BY_NAME

    def columns(self, most: int) -> dict[int, str]:
        if self.asked.columns is None:
            return {}
        found = db.session.execute(self._labels(self.asked.columns).order_by(*LABELS_BY_NAME.columns).limit(most))
        return {row.id: row.name for row in found}

    def counted(self, rows: Sequence[int], columns: Sequence[int] | None) -> Counted:
        totals = self._totals([*rows, *(columns or ()), self.asked.subject.id])
        return Counted(
            rows={label: totals[label] for label in rows if label in totals},
            whole=totals.get(self.asked.subject.id, Counts()),
            columns={label: totals[label] for label in columns or () if label in totals},
            cells=self._cells(self.asked.columns, rows, columns) if self.asked.columns and columns else {},
        )

    def _labels(self, split: Split) -> Select[Any]:
        """Those with responses in the period."""
        used = select(LabelDay.label_id).where(LabelDay.label_id == Label.id, self.days).exists()
        return LABELS.where(Label.dimension_id == split.id, used)

    def _totals(self, labels: Sequence[int]) -> dict[int, Counts]:
        found = db.session.execute(
            select(LabelDay.label_id, *summed(LabelDay))
            .where(LabelDay.label_id.in_(labels), self.days)
            .group_by(LabelDay.label_id)
        )
        return {label: Counts(*map(int, counts)) for label, *counts in found}

    def _cells(self, across: Split, rows: Sequence[int], columns: Sequence[int]) -> dict[tuple[int, int], Counts]:
        # A pair is kept once, the label of the older dimension first.
        rows_first = self.asked.rows.id < across.id
        first, second = (rows, columns) if rows_first else (columns, rows)
        period = self.asked.period
        found = db.session.execute(
            select(PairMonth.first_id, PairMonth.second_id, *summed(PairMonth))
            .where(
                PairMonth.first_id.in_(first),
                PairMonth.second_dimension_id == max(self.asked.rows.id, across.id),
                PairMonth.month.between(period.first, period.last),
                _unindexed(PairMonth.second_id).in_(second),
            )
            .group_by(PairMonth.first_id, PairMonth.second_id)
        )
        return {
            (one, other) if rows_first else (other, one): Counts(*map(int, counts)) for one, other, *counts in found
        }


def _unindexed(column: Any) -> ColumnElement[int]:
    """The column as no index knows it: the table's own order serves better than the index on this one."""
    bare: ColumnElement[int] = column + 0
    return bare
