"""Those who report to a supervisor, in order of name: each with what may be said of their score."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.core import tables
from app.core.db import db
from app.core.tables import Page, Sort
from app.nps.queries import counts
from app.nps.queries.score_pages import pulled
from app.nps.rules import ENOUGH, Counts, Period, Score, Shrunk, adding_up, month_of, score_of

_PERSON: Any = Person
BY_NAME = {"name": Sort("Name", (_PERSON.family_name, _PERSON.given_name, _PERSON.id))}
SPARK_MONTHS = 12
_WINDOW = 3  # months that each point of a spark rests on


@dataclass(frozen=True)
class Line:
    """One who reports to the supervisor; of one who leads others, all of them together.

    `estimate` is a person's among all people who serve; a tree stands for itself. Both are missing while responses are
    too few. `spark` holds the score of three months at a time, None where there were too few.
    """

    person: Any  # columns of `reports_statement`
    score: Score | None
    estimate: Shrunk | None
    spark: list[float | None]

    @property
    def drawable(self) -> bool:
        """Whether there are two points of the spark to draw a line between."""
        return sum(value is not None for value in self.spark) > 1

    @property
    def enough(self) -> bool:
        return self.score is not None and not self.score.missing_to_judge


def direct_reports(supervisor_id: int, args: Mapping[str, str]) -> Page:
    """Fifty of those who report to this person, by name whatever the address says. One statement."""
    report = aliased(Person)
    leads = exists(select(report.id).where(report.manager_id == Person.id)).label("leads")
    columns = (Person.id, Person.given_name, Person.family_name, Person.active, leads)
    statement: Any = select(*columns).where(Person.manager_id == supervisor_id)
    places = {key: args[key] for key in ("after", "before") if key in args}
    return tables.page(db.session(), statement, BY_NAME, places)


def lines(page: Page, period: Period) -> list[Line]:
    """The people of a page with their figures. Three statements, whoever they are."""
    ids = [row.id for row in page.rows]
    found = counts.by_report(ids, period)
    agents = {row.id: found[row.id] for row in page.rows if not row.leads}
    judged = {key: cells for key, cells in agents.items() if cells.n >= ENOUGH}
    estimates = pulled(judged, counts.some_people(period))
    year = _year_before(period)
    months = counts.months_by_report(ids, Period(year[0].first, year[-1].last))
    return [
        Line(
            person=row,
            score=score_of(found[row.id]),
            estimate=estimates.get(row.id),
            spark=_spark([months[row.id].get(month.first, Counts()) for month in year]),
        )
        for row in page.rows
    ]


def _year_before(period: Period) -> list[Period]:
    """The months that sparks show, and those before that the first points rest on."""
    months = [month_of(period.last)]
    while len(months) < SPARK_MONTHS + _WINDOW - 1:
        months.append(months[-1].previous())
    return months[::-1]


def _spark(months: list[Counts]) -> list[float | None]:
    windows = [adding_up(months[i : i + _WINDOW]) for i in range(len(months) - _WINDOW + 1)]
    return [100 * (cells.promoters - cells.detractors) / cells.n if cells.n >= ENOUGH else None for cells in windows]
