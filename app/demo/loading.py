"""Puts the demo company into an empty database, in bulk."""

import gc
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select, update

from app.accounts import operations as accounts
from app.accounts.models import Person, PersonRole
from app.certification import operations as certification
from app.certification.models import Certificate
from app.core.bulk import insert_rows
from app.core.db import db
from app.core.errors import Conflict
from app.demo import coaching, company, curriculum, responses, voice
from app.demo.company import Employee
from app.demo.histories import Historian
from app.demo.numbering import count_on, next_id
from app.demo.trails import plan
from app.quizzing.models import Attempt

PASSWORD = "uplift-demo"  # noqa: S105 - known to everyone: it opens the demo and nothing else
# argon2id of the password above, made once: hashing takes longer than all else that is done for the seven.
PASSWORD_HASH = "$argon2id$v=19$m=19456,t=2,p=1$RpEfFcu/kplRXeHEB3swsA$M+zteyKYCAAhfBObqZQELXMK8a8UR7nkG/y/PFn2ew0"  # noqa: S105
PEOPLE, SEED = 250, 7
CHUNK = 1000  # people whose histories are held in memory at once


@dataclass(frozen=True)
class Loaded:
    """What the database holds now; `fresh` is False when it held the same before."""

    people: int
    fresh: bool
    responses: int  # that were added
    sessions: int  # of coaching, that were added
    blockers: int  # on the board, that were added


def load(people: int, seed: int, now: datetime, answers: bool = True, count: int | None = None) -> Loaded:
    """Load the demo company and its customers. The same numbers and day give the same rows. The caller commits.

    Without `answers` attempts have their results but not their questions: enough to measure reports with many people.
    `count` is how many responses there are to be, about; by default it follows from the people. Raises Conflict when
    there are other people than these.
    """
    today = now.astimezone(UTC).date()
    employees = company.build(people, seed, today)
    if not is_empty():
        if not _holds_exactly(employees):
            raise Conflict(
                "This database has people who are not of this demo company. Demo data goes into an empty database only."
            )
        return Loaded(people, False, *_add_what_followed(seed, now, count))
    _add_people(employees, now)
    _add_histories(employees, seed, now, answers)
    certification.recount_all(now)
    return Loaded(people, True, *_add_what_followed(seed, now, count))


def _add_what_followed(seed: int, now: datetime, count: int | None) -> tuple[int, int, int]:
    return add_responses(seed, now, count), add_coaching(seed, now), add_voice(seed, now)


def add_responses(seed: int, now: datetime, count: int | None = None) -> int:
    """What customers answered, where there are people of the demo and no responses yet; how many were added."""
    with _no_collecting():
        return responses.load(seed, now, count)


def add_coaching(seed: int, now: datetime) -> int:
    """A year of coaching, where there are people of the demo and none yet; how many sessions were held."""
    with _no_collecting():
        return coaching.load(responses.people_of_the_demo(), seed, now)


def add_voice(seed: int, now: datetime) -> int:
    """Surveys and the board, where there are people of the demo and neither yet; how many blockers there are then."""
    with _no_collecting():
        return voice.load(responses.people_of_the_demo(), seed, now)


def is_empty() -> bool:
    return db.session.scalar(select(Person.id).limit(1)) is None


def sign_ins() -> list[tuple[str, str]]:
    """(e-mail, who that is) of those of the seven who can sign in to this database."""
    known = {f"{part}@{company.DOMAIN}": who for part, who in company.PARTS.items()}
    rows = db.session.scalars(
        select(Person.email).where(Person.email.in_(known), Person.password_hash.is_not(None), Person.active)
    )
    found = set(rows)
    return [(email, who) for email, who in known.items() if email in found]


def _holds_exactly(employees: Sequence[Employee]) -> bool:
    """The same employee ids and, but for one in ten that someone may have changed, the same addresses."""
    there = {row.employee_id: row.email for row in db.session.execute(select(Person.employee_id, Person.email))}
    if there.keys() != {employee.employee_id for employee in employees}:
        return False
    same: int = sum(there[e.employee_id] == e.email for e in employees)
    return bool(same * 10 >= len(employees) * 9)


def _add_people(employees: Sequence[Employee], now: datetime) -> None:
    numbered = {employee.number: employee for employee in employees}
    ids = accounts.add_people(
        [
            accounts.NewPerson(
                employee_id=employee.employee_id,
                email=employee.email,
                given_name=employee.given_name,
                family_name=employee.family_name,
                department=employee.department,
                location=employee.location,
                job_role=employee.job_role,
                hire_date=employee.hire_date,
                time_zone=employee.time_zone,
                active=employee.active,
            )
            for employee in employees
        ],
        {e.employee_id: numbered[e.manager].employee_id for e in employees if e.manager is not None},
        now,
    )
    for employee in employees:
        employee.person_id = ids[employee.employee_id]
    grants = [{"person_id": e.person_id, "role": role} for e in employees for role in e.roles]
    insert_rows(PersonRole, grants)
    seven = [employee.person_id for employee in employees if employee.part]
    db.session.execute(update(Person).where(Person.id.in_(seven)).values(password_hash=PASSWORD_HASH))


def _add_histories(employees: Sequence[Employee], seed: int, now: datetime, answers: bool) -> None:
    studied = curriculum.read()
    if not studied.courses:
        return
    rng = random.Random(f"{seed}/histories")  # noqa: S311 - a made-up history, not a secret
    historian = Historian(studied, rng, next_id(Attempt), next_id(Certificate), answers)
    today = now.astimezone(UTC).date()
    with _no_collecting():
        for start in range(0, len(employees), CHUNK):
            for employee in employees[start : start + CHUNK]:
                historian.record(employee, plan(employee, studied.shapes, today, rng), now)
            for model, rows in historian.take_rows().items():
                insert_rows(model, rows)
    count_on(Attempt, historian.next_attempt)
    count_on(Certificate, historian.next_certificate)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Hundreds of thousands of rows hold no circles, and looking for some takes longer than making the rows."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
