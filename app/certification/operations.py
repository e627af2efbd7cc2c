"""Issuing certificates, and keeping every person's standing and the tally of standings right."""

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, and_, delete, func, insert, literal, select, text, update

from app.accounts.models import Person
from app.certification import queries, rules
from app.certification.models import Certificate, Standing, StandingTally
from app.certification.rules import NEVER, Stage, Terms
from app.core.bus import publish
from app.core.clock import zone_of
from app.core.db import db, insert_for
from app.events import CertificateIssued

Cell = tuple[str, str, date]  # department, stage, expires_on
MANY = 500  # people from which rebuilding everything is the shorter way


def reconsider(person_id: int, now: datetime) -> tuple[int, ...]:
    """Bring a person's standings up to date after a fact, and issue what has been earned.

    Harmless when repeated. Returns the ids of the certificates issued by this call.
    """
    person = db.session.execute(
        select(Person.id, Person.given_name, Person.family_name, Person.time_zone).where(Person.id == person_id)
    ).one()
    issued = []
    for terms in queries.all_terms():
        # The person's row is held first: of two facts at once, the second looks when the first is settled.
        before = _hold(terms, (person_id,))
        certificate_id = _issue_if_earned(terms, person, now)
        if certificate_id is not None:
            issued.append(certificate_id)
        _restate(terms, (person_id,), before)
    return tuple(issued)


def restand(person_ids: Sequence[int], now: datetime) -> None:
    """Bring the standings of people up to date who were added, moved, or left. An empty sequence means everyone."""
    for terms in queries.all_terms():
        if not person_ids or len(person_ids) > MANY:
            recount(terms, now)
        else:
            _restate(terms, person_ids, _hold(terms, person_ids))


def recount(terms: Terms, now: datetime) -> None:
    """Rebuild all standings of a programme and their tally from the facts, in bulk."""
    if db.engine.dialect.name == "postgresql":
        # Standing first, as everywhere: whoever keeps a row in it is waited for, and waits for this.
        db.session.execute(text("LOCK TABLE standing, standing_tally IN SHARE ROW EXCLUSIVE MODE"))
    db.session.execute(delete(StandingTally).where(StandingTally.programme_id == terms.id))
    db.session.execute(_write(queries.standings_from_facts(terms, _watched(terms), None)))
    counted = (
        select(
            Standing.programme_id,
            Standing.counted_in,
            Standing.stage,
            Standing.expires_on,
            func.count().label("people"),
        )
        .where(Standing.programme_id == terms.id, Standing.counted_in.is_not(None))
        .group_by(Standing.programme_id, Standing.counted_in, Standing.stage, Standing.expires_on)
    )
    columns = ["programme_id", "department", "stage", "expires_on", "people"]
    db.session.execute(insert(StandingTally.__table__).from_select(columns, counted))  # type: ignore[arg-type]


def recount_all(now: datetime) -> None:
    """Rebuild the standings of every active programme."""
    restand((), now)


def _issue_if_earned(terms: Terms, person: Row[*tuple[Any, ...]], now: datetime) -> int | None:
    zone = zone_of(person.time_zone)
    today = now.astimezone(zone).date()
    latest = queries.latest_certificate(person.id, terms.id)
    since = None
    if latest is not None:
        if today < rules.window_opens(latest.expires_on, terms.renewal_days):
            return None
        since = rules.opening(latest.expires_on, terms.renewal_days, zone)
    done = queries.done_by((person.id,), terms.needs).get(person.id, {})
    if rules.missing(terms.needs, done, since):
        return None
    statement = insert_for(Certificate).values(
        code=secrets.token_urlsafe(rules.CODE_BYTES),
        person_id=person.id,
        programme_id=terms.id,
        cycle=1 if latest is None else latest.cycle + 1,
        holder_name=f"{person.given_name} {person.family_name}",
        programme_title=terms.title,
        issued_at=now,
        issued_on=today,
        expires_on=rules.expiry(today, terms.valid_months),
        evidence=_evidence(terms, person.id, since),
    )
    statement = statement.on_conflict_do_nothing(index_elements=["programme_id", "person_id", "cycle"])
    certificate_id: int | None = db.session.scalar(statement.returning(Certificate.id))
    if certificate_id is not None:
        publish(CertificateIssued(person.id, certificate_id, terms.slug, now))
    return certificate_id


def _evidence(terms: Terms, person_id: int, since: datetime | None) -> list[dict[str, Any]]:
    """What was fulfilled, as it was on this day: it must say so however the content changes later."""
    courses = queries.completed_versions(person_id, terms.slugs("course"))
    attempts = queries.passing_attempts(person_id, terms.slugs("quiz"), since)
    shown = []
    for need in terms.needs:
        piece: dict[str, Any] = {"kind": need.kind, "slug": need.slug, "title": need.title}
        if need.kind == "course":
            course = courses[need.slug]
            piece |= {"version": course.version, "completed_at": course.completed_at.isoformat()}
        else:
            attempt = attempts[need.slug]
            piece |= {
                "version": attempt.version,
                "completed_at": attempt.submitted_at.isoformat(),
                "attempt_id": attempt.attempt_id,
                "percent": attempt.mark * 100 // attempt.max_mark,
            }
        shown.append(piece)
    return shown


def _hold(terms: Terms, person_ids: Sequence[int]) -> list[Row[*tuple[Any, ...]]]:
    """The standings of these people, locked until the transaction ends; those who had none get one."""
    never = literal(NEVER, Standing.expires_on.type)
    fresh = select(literal(terms.id), Person.id, literal(Stage.NOT_STARTED.value), never, literal(0))
    fresh = fresh.where(Person.id.in_(person_ids))
    statement = insert_for(Standing).from_select(
        ["programme_id", "person_id", "stage", "expires_on", "courses_done"], fresh
    )
    db.session.execute(statement.on_conflict_do_nothing())
    table = Standing.__table__
    held = (
        select(table.c.person_id, table.c.counted_in, table.c.stage, table.c.expires_on)
        .where(table.c.programme_id == terms.id, table.c.person_id.in_(person_ids))
        .order_by(table.c.person_id)
        .with_for_update()
    )
    return list(db.session.execute(held))


def _restate(terms: Terms, person_ids: Sequence[int], before: Sequence[Row[*tuple[Any, ...]]]) -> None:
    """Write the standings that follow from the facts, and move people between the cells of the tally."""
    table = Standing.__table__
    written = _write(queries.standings_from_facts(terms, _watched(terms), person_ids)).returning(
        table.c.person_id, table.c.counted_in, table.c.stage, table.c.expires_on
    )
    after = list(db.session.execute(written))
    changes: Counter[Cell] = Counter()
    for rows, step in ((before, -1), (after, 1)):
        for row in rows:
            if row.counted_in is not None:
                changes[row.counted_in, row.stage, row.expires_on] += step
    _move(terms.id, changes)


def _write(standings: Select[*tuple[Any, ...]]) -> Any:
    statement = insert_for(Standing.__table__).from_select(list(queries.COLUMNS), standings)  # type: ignore[arg-type]
    keys = ["programme_id", "person_id"]
    changes = {name: statement.excluded[name] for name in queries.COLUMNS if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changes)


def _move(programme_id: int, changes: Counter[Cell]) -> None:
    """Add to and take from cells, always in the same order, so that two transactions don't wait for each other."""
    for (department, stage, expires_on), change in sorted(changes.items()):
        cell = and_(
            StandingTally.programme_id == programme_id,
            StandingTally.department == department,
            StandingTally.stage == stage,
            StandingTally.expires_on == expires_on,
        )
        if change > 0:
            more = insert_for(StandingTally).values(
                programme_id=programme_id, department=department, stage=stage, expires_on=expires_on, people=change
            )
            keys = ["programme_id", "department", "stage", "expires_on"]
            together = {"people": StandingTally.people + more.excluded.people}
            db.session.execute(more.on_conflict_do_update(index_elements=keys, set_=together))
        elif change < 0:
            db.session.execute(update(StandingTally).where(cell).values(people=StandingTally.people + change))
            db.session.execute(delete(StandingTally).where(cell, StandingTally.people == 0))


def _watched(terms: Terms) -> list[str]:
    """The quizzes of which an attempt counts as a start: the programme's own and those inside its courses."""
    return sorted({*terms.slugs("quiz"), *queries.quizzes_inside(terms.slugs("course"))})
