"""What follows from today's figures once the year is written: gaps beside those that sessions were about."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from app.accounts.models import Person
from app.certification.models import Standing
from app.coaching.models import Gap
from app.coaching.operations.gaps import look_for_gaps
from app.core.db import db
from app.demo.coaching_book import at
from app.demo.coaching_truth import BENCHMARK_DAYS_AGO
from app.demo.trails import LAUNCHED_DAYS_AGO

AT_ONCE = 500  # people
LATELY = 40  # days: in these the other gaps opened


def count_from_the_start(person_ids: Sequence[int], today: date) -> None:
    """Everybody is in Uplift since the company began with it: talks are due from then on, or from being hired."""
    began = at(today - timedelta(days=LAUNCHED_DAYS_AGO), 8)
    for some in _parts(person_ids):
        later = update(Person).where(Person.id.in_(some), Person.created_at > began)
        db.session.execute(later.values(created_at=began))


def look_for_todays_gaps(person_ids: Sequence[int], now: datetime) -> None:
    """Open and close what is likely now, as is done every night, and let the nights of the past have done so."""
    before = db.session.scalar(select(func.max(Gap.id))) or 0
    for some in _parts(person_ids):
        look_for_gaps(some, now)
    _date_back(before, now.date())


def _date_back(before: int, today: date) -> None:
    """Gaps that no session was about opened when the certificate was lacking, others some time ago."""
    begun = today - timedelta(days=BENCHMARK_DAYS_AGO)
    expired = func.max(Standing.expires_on).filter(Standing.expires_on < today)  # far ahead where there never was one
    expiry = select(Standing.person_id, expired.label("on")).group_by(Standing.person_id).subquery()
    statement = (
        select(Gap.id, Gap.metric, Person.hire_date, expiry.c.on)
        .join(Person, Person.id == Gap.person_id)
        .outerjoin(expiry, expiry.c.person_id == Gap.person_id)
        .where(Gap.id > before, Gap.metric.in_(("certification", "follow-through")))
    )
    changes: list[dict[str, Any]] = []
    for gap_id, metric, hire_date, expires_on in db.session.execute(statement):
        opened = max(begun, hire_date or begun, expires_on or begun)
        if metric != "certification":
            opened = max(opened, today - timedelta(days=gap_id * 7 % LATELY + 1))
        changes.append({"id": gap_id, "opened_on": min(opened, today)})
    if changes:
        db.session.execute(update(Gap), changes)


def _parts(person_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (person_ids[start : start + AT_ONCE] for start in range(0, len(person_ids), AT_ONCE))
