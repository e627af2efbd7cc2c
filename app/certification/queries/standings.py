"""Where people stand, and the one statement by which a standing follows from the facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.sql.elements import SQLCoreOperations

from app.accounts.models import Person
from app.accounts.queries import everyone_below
from app.certification.models import Certificate, Programme, Requirement, Standing, StandingTally
from app.certification.queries.programmes import all_terms, done_by
from app.certification.rules import NEVER, Need, Stage, State, Terms, missing_in_words, window_opens
from app.core.clock import zone_of
from app.core.db import db
from app.learning.models import Course, CourseCompletion, Lesson, LessonCompletion
from app.quizzing.models import Attempt, Quiz

COLUMNS = ("programme_id", "person_id", "stage", "expires_on", "courses_done", "certificate_id", "counted_in")


_STANDINGS = (
    select(
        Programme.id.label("programme_id"),
        Programme.slug,
        Programme.title,
        Programme.renewal_days,
        func.coalesce(Standing.stage, Stage.NOT_STARTED.value).label("stage"),
        func.coalesce(Standing.expires_on, NEVER).label("expires_on"),
        func.coalesce(Standing.courses_done, 0).label("courses_done"),
        Standing.certificate_id,
        Certificate.issued_at,
        select(func.min(Requirement.slug))
        .where(Requirement.programme_id == Programme.id, Requirement.kind == "quiz")
        .scalar_subquery()
        .label("exam"),
    )
    .outerjoin(
        Standing,
        and_(Standing.programme_id == Programme.id, Standing.person_id == bindparam("person_id", type_=Integer)),
    )
    .outerjoin(Certificate, Certificate.id == Standing.certificate_id)
    .where(Programme.active)
    .order_by(Programme.id)
)


def standing_of(person_id: int) -> list[Row[*tuple[Any, ...]]]:
    """The person's standing in every active programme, in one statement.

    Rows of programme_id, slug, title, renewal_days, stage, expires_on, courses_done, certificate_id, issued_at,
    and `exam`, the slug of the quiz that the programme asks for;
    `rules.state(row.stage, row.expires_on, today, row.renewal_days)` says what it means today.
    """
    return list(db.session.connection().execute(_STANDINGS, {"person_id": person_id}))


def in_state(
    state: State, stage: SQLCoreOperations[str], expires_on: SQLCoreOperations[date], today: date, renewal_days: int
) -> ColumnElement[bool]:
    """rules.state as a condition on columns; the columns stand alone, so that an index on them serves."""
    if state in {State.NOT_STARTED, State.IN_PROGRESS}:
        return stage == state.value
    window = today + timedelta(days=renewal_days)
    spans = {
        State.EXPIRED: expires_on < today,
        State.EXPIRING: expires_on.between(today, window),
        State.CERTIFIED: expires_on > window,
    }
    return and_(stage == Stage.CERTIFIED.value, spans[state])


def expires_within(
    days: int, stage: SQLCoreOperations[str], expires_on: SQLCoreOperations[date], today: date
) -> ColumnElement[bool]:
    """Whether a certificate is valid today and ends within so many days."""
    return and_(stage == Stage.CERTIFIED.value, expires_on.between(today, today + timedelta(days=days)))


def expiring_below(manager_id: int, terms: Terms, today: date) -> int:
    """How many of those below a supervisor hold a certificate that is expiring."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Standing)
            .join(Person, Person.id == Standing.person_id)
            .where(
                Standing.programme_id == terms.id,
                Standing.person_id.in_(everyone_below(manager_id)),
                in_state(State.EXPIRING, Standing.stage, Standing.expires_on, today, terms.renewal_days),
                Person.active,
            )
        )
        or 0
    )


def tally_totals(terms: Terms, today: date) -> dict[State, int]:
    """How many active people of the whole company are in each state. One statement over the roll-up."""
    sums = [
        func.coalesce(
            func.sum(
                case(
                    (
                        in_state(state, StandingTally.stage, StandingTally.expires_on, today, terms.renewal_days),
                        StandingTally.people,
                    ),
                    else_=0,
                )
            ),
            0,
        )
        for state in State
    ]
    row = db.session.execute(select(*sums).where(StandingTally.programme_id == terms.id)).one()
    return dict(zip(State, map(int, row), strict=True))


def standings_from_facts(
    terms: Terms, watched: Sequence[str], person_ids: Sequence[int] | None
) -> Select[*tuple[Any, ...]]:
    """The rows of Standing (see COLUMNS) as the facts have it, for some people or for all.

    `watched` are the quizzes of which a mere attempt counts as having started.
    """
    courses = select(Course.id).where(Course.slug.in_(terms.slugs("course")))
    done = (
        select(func.count())
        .where(CourseCompletion.person_id == Person.id, CourseCompletion.course_id.in_(courses))
        .scalar_subquery()
    )
    lessons = select(Lesson.id).where(Lesson.course_id.in_(courses))
    quizzes = select(Quiz.id).where(Quiz.slug.in_(watched))
    started = or_(
        exists().where(LessonCompletion.person_id == Person.id, LessonCompletion.lesson_id.in_(lessons)),
        exists().where(Attempt.person_id == Person.id, Attempt.quiz_id.in_(quizzes)),
        exists().where(CourseCompletion.person_id == Person.id, CourseCompletion.course_id.in_(courses)),
    )
    newest = Certificate.__table__.alias("newest")
    latest = (
        select(newest.c.id)
        .where(newest.c.programme_id == terms.id, newest.c.person_id == Person.id)
        .order_by(newest.c.cycle.desc())
        .limit(1)
        .scalar_subquery()
    )
    stage = case(
        (Certificate.id.is_not(None), Stage.CERTIFIED.value),
        (started, Stage.IN_PROGRESS.value),
        else_=Stage.NOT_STARTED.value,
    )
    statement = (
        select(
            literal(terms.id),
            Person.id,
            stage,
            func.coalesce(Certificate.expires_on, NEVER),
            done,
            Certificate.id,
            case((Person.active, Person.department), else_=null()),
        )
        .select_from(Person)
        .outerjoin(Certificate, Certificate.id == latest)
    )
    # SQLite reads the ON of "ON CONFLICT" as a join's when the select has no WHERE.
    return statement.where(Person.id.in_(person_ids) if person_ids is not None else Person.id > 0)


@dataclass(frozen=True)
class Path:
    """One person's way through one programme: where they stand today and what is missing."""

    terms: Terms
    standing: Row[*tuple[Any, ...]]
    state: State
    missing: list[Need]

    @property
    def fulfilled(self) -> int:
        return len(self.terms.needs) - len(self.missing)

    @property
    def missing_words(self) -> str:
        return missing_in_words(self.missing)

    @property
    def renewable_from(self) -> date:
        return window_opens(self.standing.expires_on, self.terms.renewal_days)


def paths_of(person_id: int, time_zone: str, today: date) -> list[Path]:
    """The person's standing in every active programme with what is missing, in at most three statements."""
    programmes = all_terms()
    standings = {row.programme_id: row for row in standing_of(person_id)}
    done = done_by((person_id,), [need for terms in programmes for need in terms.needs]).get(person_id, {})
    paths = []
    for terms in programmes:
        row = standings[terms.id]
        state = terms.state(row.stage, row.expires_on, today)
        paths.append(Path(terms, row, state, terms.missing(row.stage, row.expires_on, state, done, zone_of(time_zone))))
    return paths
