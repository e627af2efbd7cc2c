"""What home pages read. Columns, not objects; nothing is written."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from app.accounts.models import Person, Role
from app.accounts.queries import everyone_below
from app.certification import queries as certification
from app.certification.models import Certificate, Standing
from app.certification.queries import Stage, Terms, state
from app.certification.queries.report import Filter, Scope, totals
from app.core.db import db
from app.core.outbox import OutboxMessage
from app.insights.rules import Group, Happening, Holding
from app.quizzing.models import Attempt, AttemptGrant, AttemptQuestion, QuizVersion

RECENT = timedelta(days=30)
SEES_COMPANY = (Role.HR, Role.CHAMPION, Role.EXECUTIVE, Role.ADMINISTRATOR)


# Statements that every home page sends are built once: building one costs more than sending it.
_PERSON: Any = bindparam("person_id")
_ANSWERED = (
    select(func.count(AttemptQuestion.response)).where(AttemptQuestion.attempt_id == Attempt.id).scalar_subquery()
)
_OPEN_ATTEMPTS = (
    select(
        Attempt.id,
        Attempt.deadline,
        QuizVersion.title,
        QuizVersion.kind,
        QuizVersion.question_count,
        _ANSWERED.label("answered"),
    )
    .join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
    .where(Attempt.person_id == _PERSON, Attempt.submitted_at.is_(None))
    .order_by(Attempt.started_at)
)


def open_attempts(person_id: int) -> list[Row[Any]]:
    """The person's attempts that are not handed in: id, deadline, title, kind, question_count, answered."""
    return list(db.session.connection().execute(_OPEN_ATTEMPTS, {"person_id": person_id}))


def holdings(person_id: int, today: date) -> list[Holding]:
    """Where the person stands in every programme. One statement."""
    return [
        Holding(row.title, state(row.stage, row.expires_on, today, row.renewal_days).value, row.expires_on, row.exam)
        for row in certification.standing_of(person_id)
    ]


def answers_for_others(person: Person) -> bool:
    """Whether the person has a team, or a role that looks after the company."""
    return person.is_supervisor or person.has_role(*SEES_COMPANY)


def group_of(person: Person, terms: Terms, today: date) -> Group:
    """The states of the people this person answers for: the company, or the team."""
    if person.has_role(*SEES_COMPANY):
        return Group({s.value: n for s, n in certification.tally_totals(terms, today).items()}, is_team=False)
    by_state: Counter[str] = Counter()
    for part in totals(terms, Scope(person.id), Filter(), today):
        by_state.update({s.value: n for s, n in part.by_state.items()})
    return Group(by_state, is_team=True)


def out_of_tries(person: Person, limit: int = 6) -> list[Row[Any]]:
    """People in scope who used every try at an exam without passing: person_id, given_name, family_name, title."""
    granted = (
        select(func.count())
        .where(AttemptGrant.person_id == Person.id, AttemptGrant.quiz_id == QuizVersion.quiz_id)
        .scalar_subquery()
    )
    statement = (
        select(Person.id.label("person_id"), Person.given_name, Person.family_name, QuizVersion.title)
        .join(Attempt, Attempt.person_id == Person.id)
        .join(QuizVersion, QuizVersion.quiz_id == Attempt.quiz_id)
        .where(QuizVersion.is_current, QuizVersion.max_attempts.is_not(None), Person.active)
        .group_by(Person.id, Person.given_name, Person.family_name, QuizVersion.id)
        .having(func.count(Attempt.submitted_at) == func.count())
        .having(func.count() >= QuizVersion.max_attempts + granted)
        .having(func.count().filter(Attempt.passed.is_(True)) == 0)
        .order_by(func.max(Attempt.submitted_at).desc())
        .limit(limit)
    )
    if not person.has_role(*SEES_COMPANY):
        statement = statement.where(Person.id.in_(everyone_below(person.id)))
    return list(db.session.execute(statement))


def outbox_state() -> Any:
    """`waiting` and `troubled`: messages not sent, and those among them whose last try went wrong."""
    statement = select(func.count().label("waiting"), func.count(OutboxMessage.last_error).label("troubled")).where(
        OutboxMessage.sent_at.is_(None)
    )
    return db.session.execute(statement).one()


def next_to_end(person: Person, terms: Terms, today: date, limit: int = 5) -> list[Row[Any]]:
    """The certificates in scope that end next: person_id, given_name, family_name, expires_on. One statement."""
    statement = (
        select(Person.id.label("person_id"), Person.given_name, Person.family_name, Standing.expires_on)
        .join(Standing, Standing.person_id == Person.id)
        .where(Standing.programme_id == terms.id, Standing.stage == Stage.CERTIFIED.value, Person.active)
        .where(Standing.expires_on.between(today, today + timedelta(days=terms.renewal_days)))
        .order_by(Standing.expires_on, Standing.person_id)
        .limit(limit)
    )
    if not person.has_role(*SEES_COMPANY):
        statement = statement.where(Person.id.in_(everyone_below(person.id)))
    return list(db.session.execute(statement))


def others_happenings(person: Person, now: datetime, limit: int = 5) -> list[Happening]:
    """The newest certificates among the people this person answers for. One statement."""
    statement = (
        select(Certificate.issued_at, Certificate.programme_title, Person.id, Person.given_name, Person.family_name)
        .join(Person, Person.id == Certificate.person_id)
        .where(Certificate.issued_at >= now - RECENT, Certificate.person_id != person.id)
        .order_by(Certificate.issued_at.desc(), Certificate.id.desc())
        .limit(limit)
    )
    if not person.has_role(*SEES_COMPANY):
        statement = statement.where(Certificate.person_id.in_(everyone_below(person.id)))
    return [
        Happening("certificate", at, title, f"{given} {family}", person_id)
        for at, title, person_id, given, family in db.session.execute(statement)
    ]
