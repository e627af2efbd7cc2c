"""What customers say of a person as measures: the score, and the drivers that they rate."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from app.core.db import db
from app.core.estimates import Tally, known_of
from app.core.measures import Cell, Day, Known, Measure
from app.nps.models import Driver, PersonDay, Response
from app.nps.queries import counts
from app.nps.queries.score_pages import pulled
from app.nps.rules import ENOUGH, Counts, Period

WINDOW = timedelta(days=365)  # one person has few responses: a year of them
NPS, DRIVER = "nps", "driver"
NEWEST = 3000  # responses of all people, that one person's ratings are seen among
USUAL = 1.0  # variance of one person's ratings before any are known, on 1 to 5


class Score:
    """Customers' NPS of a person; a core.measures.MeasureSource. The estimates are those of the pages of scores."""

    def measures(self) -> Sequence[Measure]:
        return [Measure(NPS, "Customers’ NPS", "points", -100, 100)]

    def known(self, keys: Sequence[str], people: Sequence[int], today: date) -> Mapping[Cell, Known]:
        """Two statements."""
        period = Period(today - WINDOW, today)
        own = {person: cells for person, cells in _own(people, period).items() if cells.n}
        everyone = counts.some_people(period)
        within = _variance(everyone.values())
        return {
            (person, NPS): Known(
                n=own[person].n,
                missing=max(0, ENOUGH - own[person].n),
                value=shrunk.raw,
                estimate=shrunk.estimate,
                variance=shrunk.variance,
                mean=shrunk.mean,
                between=shrunk.tau2,
                within=within,
            )
            for person, shrunk in pulled(own, everyone).items()
        }

    def days(self, keys: Sequence[str], people: Sequence[int], first: date, last: date) -> Mapping[Cell, list[Day]]:
        """One statement."""
        statement = (
            select(PersonDay.person_id, PersonDay.day, PersonDay.promoters, PersonDay.passives, PersonDay.detractors)
            .where(PersonDay.person_id.in_(people), PersonDay.day.between(first, last))
            .order_by(PersonDay.day)
        )
        found: dict[Cell, list[Day]] = defaultdict(list)
        for person, day, promoters, passives, detractors in db.session.execute(statement):
            if n := promoters + passives + detractors:
                total, squares = 100.0 * (promoters - detractors), 100.0**2 * (promoters + detractors)
                found[person, NPS].append(Day(day, n, total, squares))
        return found


def _own(people: Sequence[int], period: Period) -> dict[int, Counts]:
    """Responses about each of these people themselves, not about those who report to them. One statement."""
    columns = (PersonDay.promoters, PersonDay.passives, PersonDay.detractors)
    statement = select(PersonDay.person_id, *columns).where(
        PersonDay.person_id.in_(people), PersonDay.day.between(period.first, period.last)
    )
    found = dict.fromkeys(people, Counts())
    for person, *cells in db.session.execute(statement):
        found[person] += Counts(*cells)
    return found


def _variance(all_counts: Any) -> float:
    """Variance of a single answer in points squared, of all people together: p + d - (p - d)^2."""
    together = sum(all_counts, Counts())
    if not together.n:
        return 100.0**2
    p, d = together.promoters / together.n, together.detractors / together.n
    return 100.0**2 * max(0.01, p + d - (p - d) ** 2)


class Drivers:
    """How customers rate each driver about a person; a core.measures.MeasureSource."""

    def measures(self) -> Sequence[Measure]:
        rows = db.session.execute(select(Driver.id, Driver.name, Driver.low, Driver.high).order_by(Driver.name))
        return [Measure(f"{DRIVER}:{row.id}", row.name, "points", row.low, row.high, decimals=1) for row in rows]

    def known(self, keys: Sequence[str], people: Sequence[int], today: date) -> Mapping[Cell, Known]:
        """Two statements."""
        since = Response.day.between(today - WINDOW, today)
        newest = (
            select(Response.id)
            .where(since, Response.person_id.is_not(None), Response.drivers.is_not(None))
            .order_by(Response.responded_at.desc(), Response.id.desc())
            .limit(NEWEST)
        )
        others = _ratings(keys, Response.id.in_(newest))
        own = _ratings(keys, Response.person_id.in_(people), since)
        return {
            (person, key): known
            for key in keys
            for person, known in known_of(_together(own[key]), _together(others[key]), USUAL, ENOUGH).items()
        }

    def days(self, keys: Sequence[str], people: Sequence[int], first: date, last: date) -> Mapping[Cell, list[Day]]:
        """One statement."""
        rated = _ratings(keys, Response.person_id.in_(people), Response.day.between(first, last))
        return {
            (person, key): [Day(day, t.n, t.total, t.squares) for day, t in sorted(days.items())]
            for key in keys
            for person, days in rated[key].items()
        }


def _ratings(keys: Sequence[str], *conditions: Any) -> dict[str, dict[int, dict[date, Tally]]]:
    """By key, person and day. One statement."""
    statement = select(Response.person_id, Response.day, Response.drivers).where(
        Response.drivers.is_not(None), Response.person_id.is_not(None), *conditions
    )
    numbers = {key: key.partition(":")[2] for key in keys}
    found: dict[str, dict[int, dict[date, Tally]]] = {key: defaultdict(dict) for key in keys}
    rows: Any = db.session.execute(statement)
    for person, day, drivers in rows:
        for key, number in numbers.items():
            if (rating := drivers.get(number)) is not None:
                t = found[key][person].get(day, Tally(0, 0.0, 0.0))
                found[key][person][day] = Tally(t.n + 1, t.total + rating, t.squares + rating * rating)
    return found


def _together(people: Mapping[int, Mapping[date, Tally]]) -> dict[int, Tally]:
    return {
        person: Tally(
            sum(t.n for t in days.values()), sum(t.total for t in days.values()), sum(t.squares for t in days.values())
        )
        for person, days in people.items()
    }
