"""How many responses of each band there are: sums over the tallies, so that no page counts responses."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, union_all

from app.accounts.models import ReportingLine
from app.accounts.queries import everyone_below
from app.core.db import db
from app.nps.models import Dimension, Label, LabelDay, PersonDay, PersonMonth
from app.nps.queries.subjects import Kind, Subject
from app.nps.rules import Counts, Period, adding_up
from app.nps.rules.dimensions import COMPANY_KEY

PersonTally = type[PersonDay] | type[PersonMonth]
SAMPLE = 400  # groups: more of them hardly change what a small one is pulled towards


def total(subject: Subject, period: Period) -> Counts:
    """Responses of a subject in a period. One statement."""
    if subject.is_labelled:
        return _added(select(*_sums(LabelDay)).where(LabelDay.label_id == subject.id, _days(LabelDay, period)))
    return _added(
        *(select(*_sums(table)).where(_served(table, subject), within) for table, within in _covering(period))
    )


def of_company(period: Period) -> Counts:
    """All responses of a period, without knowing the company's label. One statement."""
    label = (
        select(Label.id)
        .join(Dimension, Dimension.id == Label.dimension_id)
        .where(Dimension.key == "company", Label.key == COMPANY_KEY)
    )
    return _added(select(*_sums(LabelDay)).where(LabelDay.label_id == label.scalar_subquery(), _days(LabelDay, period)))


def by_day(subject: Subject, period: Period) -> dict[date, Counts]:
    """Responses of a subject on each day that has some. One statement."""
    table: Any = LabelDay if subject.is_labelled else PersonDay
    whose = LabelDay.label_id == subject.id if subject.is_labelled else _served(PersonDay, subject)
    rows = db.session.execute(select(table.day, *_sums(table)).where(whose, _days(table, period)).group_by(table.day))
    return {day: _counts(cells) for day, *cells in rows}


def by_month(subject: Subject, period: Period) -> dict[date, Counts]:
    """Responses about a person, or those below one, in each month that the period touches. One statement."""
    rows = db.session.execute(
        select(PersonMonth.month, *_sums(PersonMonth))
        .where(_served(PersonMonth, subject), _months(period))
        .group_by(PersonMonth.month)
    )
    return {month: _counts(cells) for month, *cells in rows}


def by_label(dimension_id: int, period: Period) -> list[tuple[Any, Counts]]:
    """The labels of a dimension (id, name, lead_id) that have responses in a period. One statement."""
    rows = db.session.execute(
        select(Label.id, Label.name, Label.lead_id, *_sums(LabelDay))
        .join(LabelDay, LabelDay.label_id == Label.id)
        .where(Label.dimension_id == dimension_id, _days(LabelDay, period))
        .group_by(Label.id, Label.name, Label.lead_id)
    )
    found = [(row, _counts(row[3:])) for row in rows]
    return [(row, counts) for row, counts in found if counts.n]


def by_report(people: Sequence[int], period: Period) -> dict[int, Counts]:
    """Responses about each of these people and all who report to them today. One statement."""
    arms = [
        select(ReportingLine.ancestor_id, *_sums(table))
        .join(table, table.person_id == ReportingLine.descendant_id)
        .where(ReportingLine.ancestor_id.in_(people), within)
        .group_by(ReportingLine.ancestor_id)
        for table, within in _covering(period)
    ]
    found = dict.fromkeys(people, Counts())
    for person_id, *cells in db.session.execute(union_all(*arms)):
        found[person_id] += _counts(cells)
    return found


def months_by_report(people: Sequence[int], period: Period) -> dict[int, dict[date, Counts]]:
    """The same as `by_report` for each month that the period touches. One statement."""
    rows = db.session.execute(
        select(ReportingLine.ancestor_id, PersonMonth.month, *_sums(PersonMonth))
        .join(PersonMonth, PersonMonth.person_id == ReportingLine.descendant_id)
        .where(ReportingLine.ancestor_id.in_(people), _months(period))
        .group_by(ReportingLine.ancestor_id, PersonMonth.month)
    )
    found: dict[int, dict[date, Counts]] = {person_id: {} for person_id in people}
    for person_id, month, *cells in rows:
        found[person_id][month] = _counts(cells)
    return found


def some_people(period: Period) -> dict[int, Counts]:
    """Responses about each of those who served in the period; of more than `SAMPLE` people, some from all over.

    It is what one person's few responses are set against. One statement.
    """
    who = select(PersonMonth.person_id).where(_months(period)).group_by(PersonMonth.person_id)
    chosen = _spread(who, PersonMonth.person_id).subquery()
    rows = db.session.execute(
        select(PersonDay.person_id, *_sums(PersonDay))
        .join(chosen, chosen.c.person_id == PersonDay.person_id)
        .where(_days(PersonDay, period))
        .group_by(PersonDay.person_id)
    )
    return _with_some(rows)


def some_labels(dimension: str, period: Period) -> dict[int, Counts]:
    """The same as `some_people` for the labels of a dimension. One statement."""
    labels = select(Label.id).join(Dimension, Dimension.id == Label.dimension_id).where(Dimension.key == dimension)
    chosen = _spread(labels, Label.id).subquery()
    rows = db.session.execute(
        select(LabelDay.label_id, *_sums(LabelDay))
        .join(chosen, chosen.c.id == LabelDay.label_id)
        .where(_days(LabelDay, period))
        .group_by(LabelDay.label_id)
    )
    return _with_some(rows)


def around(subject: Subject, period: Period) -> tuple[date | None, date | None]:
    """A day of the last month with responses before an empty period, and of the first one after it. One statement."""
    table: Any = LabelDay if subject.is_labelled else PersonMonth
    when = table.day if subject.is_labelled else table.month
    whose = table.label_id == subject.id if subject.is_labelled else _served(table, subject)
    some = table.promoters + table.passives + table.detractors > 0
    before = select(func.max(when)).where(whose, some, when <= period.first)
    after = select(func.min(when)).where(whose, some, when > period.first)
    found = db.session.execute(select(before.scalar_subquery(), after.scalar_subquery())).one()
    return found[0], found[1]


def number_below(person_id: int) -> int:
    """How many report to this person today, directly or not. One statement."""
    below = select(func.count()).where(ReportingLine.ancestor_id == person_id, ReportingLine.depth > 0)
    return db.session.scalar(below) or 0


def _sums(table: Any) -> tuple[ColumnElement[int], ...]:
    return tuple(func.coalesce(func.sum(column), 0) for column in (table.promoters, table.passives, table.detractors))


def _counts(cells: Iterable[Any]) -> Counts:
    return Counts(*map(int, cells))


def _added(*statements: Any) -> Counts:
    return adding_up(map(_counts, db.session.execute(union_all(*statements))))


def _days(table: Any, period: Period) -> ColumnElement[bool]:
    within: ColumnElement[bool] = table.day.between(period.first, period.last)
    return within


def _months(period: Period) -> ColumnElement[bool]:
    return PersonMonth.month.between(period.first.replace(day=1), period.last)


def _served(table: PersonTally, subject: Subject) -> ColumnElement[bool]:
    """Condition on a tally of people: the person, or those below."""
    if subject.kind is Kind.PEOPLE:
        return table.person_id.in_(everyone_below(subject.id))
    return table.person_id == subject.id


def _covering(period: Period) -> Iterator[tuple[PersonTally, ColumnElement[bool]]]:
    """Tallies of people that make up the period: whole months where there are some, days at its ends."""
    parts = period.months()
    whole = [part for part in parts if part.kind == "month"]
    if not whole:
        yield PersonDay, _days(PersonDay, period)
        return
    yield PersonMonth, _months(Period(whole[0].first, whole[-1].last))
    for part in (parts[0], parts[-1]):
        if part.kind != "month":
            yield PersonDay, _days(PersonDay, part)


def _spread(statement: Select[Any], key: Any) -> Select[Any]:
    """At most `SAMPLE` rows in an order that has nothing to do with when they came, the same each time."""
    return statement.order_by(key % 9973 * 40503 % 65537, key).limit(SAMPLE)


def _with_some(rows: Iterable[Any]) -> dict[int, Counts]:
    found = {key: _counts(cells) for key, *cells in rows}
    return {key: counts for key, counts in found.items() if counts.n}
