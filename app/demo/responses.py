"""Puts what customers answered into a database that holds the demo company, the way any survey tool would."""

import re
from collections import defaultdict
from datetime import UTC, datetime
from itertools import groupby

from sqlalchemy import select

from app.accounts.models import Person
from app.core import clock
from app.core.db import db
from app.demo import company, customers, truth
from app.demo.company import Employee
from app.demo.customers import Sent
from app.nps.models import Response
from app.nps.operations import Vocabulary, record, source_named
from app.nps.operations.invitations import note_invitations
from app.nps.operations.reading import find_emerging_topics, read_comments
from app.nps.rules.responses import Given

_MADE = re.compile("LK([0-9]{6,})")  # an employee id of the demo
_PARTS = {f"{part}@{company.DOMAIN}": part for part in company.PARTS}


def load(seed: int, now: datetime, count: int | None = None) -> int:
    """Two years of responses up to yesterday, about `count` of them, into a database without any; returns how many.

    They are about the people as they are in the database, so that one filled long ago gets them as well. None changes
    nothing when there are responses already or no people of the demo. The caller commits.
    """
    employees = people_of_the_demo()
    count = customers.responses_for(len(employees)) if count is None else count
    if not employees or not count or not there_are_none():
        return 0
    told = customers.answers(employees, count, seed, now.astimezone(UTC).date())
    vocabulary = Vocabulary()
    for _, month in groupby(told.sent, key=lambda sent: (sent.at.year, sent.at.month)):
        _record(list(month), vocabulary)
    note_invitations(told.asked)
    return len({sent.given.external_id for sent in told.sent})


def read(now: datetime) -> None:
    """Have the comments read and find what comes up in them, as is done at night. They must be committed before."""
    read_comments(truth.MOST)
    find_emerging_topics(clock.today_in("", now))


def there_are_none() -> bool:
    return db.session.scalar(select(Response.id).limit(1)) is None


def _record(sent: list[Sent], vocabulary: Vocabulary) -> None:
    by_survey: dict[str, list[Given]] = defaultdict(list)
    for one in sent:
        by_survey[one.given.survey].append(one.given)
    at = sent[-1].at
    for survey, given in sorted(by_survey.items()):
        source = source_named(survey.lower().replace(" ", "-"), f"{survey} survey", now=at)
        record(source, given, at, vocabulary=vocabulary)


def people_of_the_demo() -> list[Employee]:
    """The people that `company.build` made, as they are by now; without those who were moved to where nobody serves."""
    columns = (Person.given_name, Person.family_name, Person.email, Person.department, Person.location, Person.job_role)
    rows = db.session.execute(
        select(Person.id, Person.employee_id, Person.manager_id, Person.hire_date, Person.active, *columns)
        .where(Person.email.endswith(f"@{company.DOMAIN}"), Person.location.in_(company.ZONES))
        .order_by(Person.id)
    ).all()
    made = {row.id: int(found[1]) for row in rows if (found := _MADE.fullmatch(row.employee_id)) and row.hire_date}
    return [
        Employee(
            number=made[row.id],
            **{column.key: getattr(row, column.key) for column in columns},
            hire_date=row.hire_date,
            manager=made.get(row.manager_id),
            active=row.active,
            part=_PARTS.get(row.email, ""),
            person_id=row.id,
        )
        for row in rows
        if row.id in made
    ]
