"""The certification report: who stands where, in one's scope, by every filter, one page at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, false, func, literal, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.accounts.queries import everyone_below, people_statement
from app.certification.models import Certificate, Standing, StandingTally
from app.certification.queries.programmes import done_by
from app.certification.queries.standings import expires_within, in_state
from app.certification.rules import NEVER, Need, Stage, State, Terms, missing_in_words
from app.core.clock import zone_of
from app.core.db import db
from app.core.tables import Sort, in_batches

_PERSON: Any = Person
_STANDING: Any = Standing
_NAME = (_PERSON.family_name, _PERSON.given_name, _PERSON.id)
_END = (_STANDING.expires_on, _STANDING.person_id)
SORTS = {
    "name": Sort("Name", _NAME),
    "department": Sort("Department", (_PERSON.department, *_NAME)),
    "location": Sort("Location", (_PERSON.location, *_NAME)),
    "job_role": Sort("Job role", (_PERSON.job_role, *_NAME)),
    # By stage and then by expiry: expired, expiring, certified, in progress, not started.
    "state": Sort("State", (_STANDING.stage, *_END)),
    "expires": Sort("Expires on", _END),
}
# Everyone has a standing. An outer join says the same and makes the engine walk people in the order of their index;
# so does a stage in COALESCE, which many have. Few are expired or expire soon: those are found by Standing's index.
_STAGE = func.coalesce(Standing.stage, Stage.NOT_STARTED.value)
_EXPIRES_ON = func.coalesce(Standing.expires_on, NEVER)
Columns = tuple[Any, Any]  # a stage and an expiry
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)  # when a course was completed is not asked, but that it was
_FEW = {State.EXPIRING, State.EXPIRED}


@dataclass(frozen=True)
class Scope:
    """Whose records a viewer may see: everyone's, or those of the people below `manager_id`."""

    manager_id: int | None


@dataclass(frozen=True)
class Filter:
    """What the report is narrowed to. `supervisor_id` is 0 when nobody fits the supervisor asked for."""

    department: str | None = None
    location: str | None = None
    job_role: str | None = None
    state: State | None = None
    within: int | None = None  # days until the certificate ends
    supervisor_id: int | None = None

    @property
    def by_department_only(self) -> bool:
        """Whether the tally can answer: it knows departments, stages and expiry dates."""
        return self.location is None and self.job_role is None and self.supervisor_id is None


@dataclass(frozen=True)
class Totals:
    """People of one department, or of all: how many are in each state, and how many the whole filter fits."""

    department: str
    by_state: dict[State, int]
    matching: int

    @property
    def people(self) -> int:
        return sum(self.by_state.values())

    @property
    def valid(self) -> int:
        """People who hold a certificate that is valid today."""
        return sum(count for state, count in self.by_state.items() if state.valid)


@dataclass(frozen=True)
class Line:
    """One person of the report. `person` has the columns of `people_in_report`."""

    person: Row[*tuple[Any, ...]]
    state: State
    missing: list[Need]

    @property
    def expires_on(self) -> date | None:
        return None if self.person.expires_on == NEVER else self.person.expires_on

    @property
    def missing_words(self) -> str:
        return missing_in_words(self.missing)


def people_in_report(terms: Terms, scope: Scope, narrowed: Filter, today: date, sort: str = "") -> Select[Any]:
    """Columns of the active people of the scope whom the filter fits, ready to be put in the order of `sort`."""
    manager = aliased(Person)
    by_standing = sort.removeprefix("-") in {"state", "expires"}
    statement: Any = (
        select(
            Person.id,
            Person.employee_id,
            Person.email,
            Person.given_name,
            Person.family_name,
            Person.department,
            Person.location,
            Person.job_role,
            Person.time_zone,
            manager.employee_id.label("manager_employee_id"),
            manager.given_name.label("manager_given_name"),
            manager.family_name.label("manager_family_name"),
            _STAGE.label("stage"),
            _EXPIRES_ON.label("expires_on"),
            func.coalesce(Standing.courses_done, 0).label("courses_done"),
            Standing.certificate_id,
            Certificate.issued_on,
        )
        .select_from(Person)
        .join(Standing, _own_standing(terms), isouter=not by_standing)
        .outerjoin(manager, manager.id == Person.manager_id)
        .outerjoin(Certificate, Certificate.id == Standing.certificate_id)
        .where(*_who(scope, narrowed))
    )
    few = by_standing or narrowed.within is not None or narrowed.state in _FEW
    columns: Columns = (Standing.stage, Standing.expires_on) if few else (_STAGE, _EXPIRES_ON)
    narrow = _standing_fits(narrowed, columns, terms, today)
    found: Select[Any] = statement if narrow is None else statement.where(narrow)
    return found


def totals(terms: Terms, scope: Scope, narrowed: Filter, today: date) -> list[Totals]:
    """States by department, of the people whom the filter fits but for its state and days. One statement."""
    if scope.manager_id is None and narrowed.by_department_only:
        tally = StandingTally
        conditions = [tally.programme_id == terms.id]
        if narrowed.department is not None:
            conditions.append(tally.department == narrowed.department)
        sums = _sums((tally.stage, tally.expires_on), tally.people, terms, narrowed, today)
        statement: Any = select(tally.department, *sums).where(*conditions).group_by(tally.department)
    else:
        sums = _sums((_STAGE, _EXPIRES_ON), literal(1), terms, narrowed, today)
        statement = select(Person.department, *sums).select_from(Person).outerjoin(Standing, _own_standing(terms))
        statement = statement.where(*_who(scope, narrowed)).group_by(Person.department)
    return [
        Totals(name, dict(zip(State, map(int, counts), strict=True)), int(fits))
        for name, *counts, fits in sorted(map(tuple, db.session.execute(statement)))
    ]


def _sums(columns: Columns, people: Any, terms: Terms, narrowed: Filter, today: date) -> list[Any]:
    """How many people are in each state, and how many the whole filter fits."""

    def count(condition: ColumnElement[bool] | None) -> Any:
        return func.sum(people if condition is None else case((condition, people), else_=0))

    states = [count(in_state(state, columns[0], columns[1], today, terms.renewal_days)) for state in State]
    return [*states, count(_standing_fits(narrowed, columns, terms, today))]


def _own_standing(terms: Terms) -> ColumnElement[bool]:
    return and_(Standing.programme_id == terms.id, Standing.person_id == Person.id)


def lines(rows: Sequence[Row[*tuple[Any, ...]]], terms: Terms, today: date) -> list[Line]:
    """The rows of a page with their state and what is missing. At most one statement."""
    courses = dict.fromkeys((need.key for need in terms.needs if need.kind == "course"), LONG_AGO)
    states = [terms.state(row.stage, row.expires_on, today) for row in rows]
    open_ended = {State.IN_PROGRESS, State.EXPIRING, State.EXPIRED}
    asked = [row for row, state in zip(rows, states, strict=True) if state in open_ended]
    lacking = [row.id for row in asked if row.courses_done < len(courses)]
    done = done_by([row.id for row in asked], terms.needs, lacking)
    found = []
    for row, state in zip(rows, states, strict=True):
        own = done.get(row.id, {})
        if row.courses_done >= len(courses):
            own = courses | own
        lacks = terms.missing(row.stage, row.expires_on, state, own, zone_of(row.time_zone))
        found.append(Line(row, state, lacks))
    return found


def all_lines(
    terms: Terms, scope: Scope, narrowed: Filter, today: date, *, sort: str = "", batch: int = 1000
) -> Iterator[Line]:
    """Every line of the report, read in batches, in the order of the page's `sort`."""
    statement = people_in_report(terms, scope, narrowed, today, sort)
    chosen = SORTS.get(sort.removeprefix("-"), SORTS["name"])
    return in_batches(db.session(), statement, chosen, batch, lambda rows: lines(rows, terms, today))


def supervisors_called(viewer: Person, text: str, limit: int = 6) -> list[Row[*tuple[Any, ...]]]:
    """People with reports, among those `viewer` may see, who fit a name, an employee id or an e-mail address.

    One whose employee id or address is exactly this comes first.
    """
    report = aliased(Person)
    exact = or_(Person.employee_id == text, Person.email == text.lower())
    statement = (
        people_statement(viewer, {"q": text, "state": "all"})
        .where(exists(select(report.id).where(report.manager_id == Person.id)))
        .order_by(case((exact, 0), else_=1), *_NAME)
        .limit(limit)
    )
    return list(db.session.execute(statement))


def _who(scope: Scope, narrowed: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Person.active.is_(True)]
    if scope.manager_id is not None:
        conditions.append(Person.id.in_(everyone_below(scope.manager_id)))
    if narrowed.supervisor_id is not None:
        tree = everyone_below(narrowed.supervisor_id)
        conditions.append(Person.id.in_(tree) if narrowed.supervisor_id else false())
    for column, value in (
        (Person.department, narrowed.department),
        (Person.location, narrowed.location),
        (Person.job_role, narrowed.job_role),
    ):
        if value is not None:
            conditions.append(column == value)
    return conditions


def _standing_fits(narrowed: Filter, columns: Columns, terms: Terms, today: date) -> ColumnElement[bool] | None:
    conditions = []
    if narrowed.state is not None:
        conditions.append(in_state(narrowed.state, columns[0], columns[1], today, terms.renewal_days))
    if narrowed.within is not None:
        conditions.append(expires_within(narrowed.within, columns[0], columns[1], today))
    return and_(*conditions) if conditions else None


def one_supervisor(found: Sequence[Row[*tuple[Any, ...]]], text: str) -> int:
    """The id of the one person meant: the only one found, or the one whose employee id or address is exactly this.

    0 when nobody, or nobody certain, is meant.
    """
    exact = [row for row in found if text in {row.employee_id, row.email} or text.lower() == row.email]
    chosen = exact or found
    return chosen[0].id if len(chosen) == 1 else 0


def together(found: Sequence[Totals]) -> Totals:
    """The totals of several departments as one."""
    by_state = {state: sum(totals.by_state[state] for totals in found) for state in State}
    return Totals("", by_state, sum(totals.matching for totals in found))
