import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from app.accounts import operations as people
from app.accounts.models import Person
from app.certification import operations, queries
from app.certification.models import Certificate, Standing, StandingTally
from app.certification.rules import NEVER
from app.core import bus
from app.core.db import db, insert_for, writing
from app.events import CertificateIssued, PeopleChanged
from tests.certification.build import COURSES, START, attempt, certify, complete, make_programme, read_lesson, tally
from tests.factories import make_person


@pytest.fixture
def terms(app):
    with writing():
        yield make_programme()


def standing(person):
    return db.session.execute(
        select(Standing.stage, Standing.expires_on, Standing.courses_done, Standing.certificate_id).where(
            Standing.person_id == person.id
        )
    ).one()


def certificates(person):
    statement = select(Certificate).where(Certificate.person_id == person.id).order_by(Certificate.cycle)
    return list(db.session.scalars(statement))


def test_someone_new_has_not_started(terms):
    person = make_person(department="Sales")
    assert tuple(standing(person)) == ("not_started", NEVER, 0, None)
    assert tally() == {("Sales", "not_started", NEVER): 1}


@pytest.mark.parametrize(
    "begin",
    [
        lambda person: read_lesson(person.id, "second"),
        lambda person: complete(person.id, "first"),
        lambda person: attempt(person.id, passed=None),
        lambda person: attempt(person.id, slug="warm-up", passed=False),
    ],
    ids=["a lesson", "a course", "an open exam", "a quiz inside a course"],
)
def test_the_first_fact_puts_someone_in_progress(terms, begin):
    person = make_person()
    begin(person)
    assert standing(person).stage == "in_progress"
    assert tally() == {("Support", "in_progress", NEVER): 1}


def test_the_last_requirement_issues_the_certificate_with_its_evidence(app, terms):
    told = []
    bus.subscribe(app, CertificateIssued, told.append)
    person = make_person(given_name="Zoë", family_name="Ng", time_zone="Asia/Tokyo")
    evening = datetime(2026, 3, 3, 16, tzinfo=UTC)  # 01:00 on 4 March in Tokyo
    attempt(person.id, evening - timedelta(days=9))
    for slug in COURSES:
        assert certificates(person) == []
        complete(person.id, slug, evening)
    (issued,) = certificates(person)
    assert (issued.cycle, issued.holder_name, issued.issued_on) == (1, "Zoë Ng", date(2026, 3, 4))
    assert issued.expires_on == date(2027, 3, 4)
    assert len(issued.code) == 22
    assert told == [CertificateIssued(person.id, issued.id, "small", evening)]
    assert [(piece["kind"], piece["slug"], piece["version"]) for piece in issued.evidence] == [
        ("course", "first", 3),
        ("course", "second", 3),
        ("course", "third", 3),
        ("quiz", "final", 2),
    ]
    exam = issued.evidence[-1]
    assert exam["percent"] == 87
    assert exam["attempt_id"] > 0
    assert datetime.fromisoformat(exam["completed_at"]) == evening - timedelta(days=9)
    assert tuple(standing(person)) == ("certified", date(2027, 3, 4), 3, issued.id)
    assert tally() == {("Support", "certified", date(2027, 3, 4)): 1}


def test_a_repeated_fact_issues_nothing_more(terms):
    person = make_person()
    certify(person.id)
    assert operations.reconsider(person.id, START) == ()
    assert operations.reconsider(person.id, START + timedelta(days=1)) == ()
    assert len(certificates(person)) == 1


def test_a_second_certificate_of_a_cycle_is_refused_by_the_database(terms):
    person = make_person()
    certify(person.id)
    (issued,) = certificates(person)
    again = insert_for(Certificate).values(
        code="x" * 22, person_id=person.id, programme_id=terms.id, cycle=1, holder_name="", programme_title="",
        issued_at=START, issued_on=issued.issued_on, expires_on=issued.expires_on, evidence=[],
    )  # fmt: skip
    kept = again.on_conflict_do_nothing(index_elements=["programme_id", "person_id", "cycle"])
    assert db.session.scalar(kept.returning(Certificate.id)) is None


END = date(2027, 3, 3)
OPENING = datetime(2027, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "renewed"),
    [(OPENING - timedelta(seconds=1), False), (OPENING, True), (OPENING + timedelta(days=200), True)],
    ids=["before the window", "as it opens", "after the end"],
)
def test_a_pass_renews_from_the_opening_of_the_window_on(terms, at, renewed):
    person = make_person()
    certify(person.id)
    attempt(person.id, at)
    held = certificates(person)
    assert [certificate.cycle for certificate in held] == ([1, 2] if renewed else [1])
    assert held[0].expires_on == END  # what was issued never changes
    assert standing(person).expires_on == held[-1].expires_on
    assert tally() == {("Support", "certified", held[-1].expires_on): 1}


def test_an_early_pass_does_not_renew_once_the_window_opens(terms):
    person = make_person()
    certify(person.id)
    attempt(person.id, OPENING - timedelta(seconds=1))
    assert operations.reconsider(person.id, OPENING + timedelta(days=1)) == ()


def test_the_evidence_of_a_renewal_names_the_new_attempt(terms):
    person = make_person()
    certify(person.id)
    attempt(person.id, OPENING - timedelta(days=2))
    new = attempt(person.id, OPENING + timedelta(days=2))
    assert certificates(person)[1].evidence[-1]["attempt_id"] == new


def test_attempts_before_the_present_cycle_do_not_count(terms):
    person = make_person()
    assert queries.cycle_opening(person.id, "final", START) is None
    certify(person.id)
    assert queries.cycle_opening(person.id, "final", OPENING - timedelta(seconds=1)) is None
    assert queries.cycle_opening(person.id, "final", OPENING) == OPENING
    assert queries.cycle_opening(person.id, "warm-up", OPENING) is None


def test_moving_and_leaving_move_the_count(terms):
    person = make_person(department="Sales")
    read_lesson(person.id, "first")
    db.session.execute(update(Person).values(department="Support"))
    bus.publish(PeopleChanged((person.id,), START))
    assert tally() == {("Support", "in_progress", NEVER): 1}
    people.deactivate(person, START)
    assert tally() == {}
    assert standing(person).stage == "in_progress"
    people.reactivate(person, START)
    assert tally() == {("Support", "in_progress", NEVER): 1}


def test_many_changed_people_are_recounted_at_once(terms):
    persons = [make_person(department="Sales") for _ in range(3)]
    db.session.execute(update(Person).values(department="Care"))
    bus.publish(PeopleChanged((), START))
    assert tally() == {("Care", "not_started", NEVER): len(persons)}


def test_a_tally_below_zero_is_refused_by_the_database(terms):
    make_person()
    with pytest.raises(Exception, match="people_positive"):
        db.session.execute(update(StandingTally).values(people=-1))
    db.session.rollback()


def test_a_bulk_load_needs_one_recount(terms):
    person = make_person()
    complete(person.id, "first", tell=False)
    assert standing(person).courses_done == 0
    operations.recount(terms, START)
    assert standing(person).courses_done == 1
    assert tally() == {("Support", "in_progress", NEVER): 1}


STEPS = st.tuples(
    st.integers(0, 3),
    st.sampled_from(["lesson", "course", "pass", "try", "move", "leave", "return"]),
    st.integers(0, 500),
)


def play(persons, step, day):
    """One thing that may happen to someone; nothing when it can't."""
    index, what, seed = step
    person, now, dice = persons[index], START + timedelta(days=day), random.Random(seed)
    try:
        with db.session.begin_nested():
            if what == "lesson":
                read_lesson(person.id, dice.choice(COURSES), now)
            elif what == "course":
                complete(person.id, dice.choice(COURSES), now)
            elif what in {"pass", "try"}:
                attempt(person.id, now, passed=what == "pass")
            elif what == "move":
                person.department = dice.choice(["Sales", "Support", ""])
                db.session.flush()
                bus.publish(PeopleChanged((person.id, persons[0].id), now))
            else:
                person.active = what == "return"
                db.session.flush()
                bus.publish(PeopleChanged((person.id,), now))
    except Exception as error:
        if "unique" not in str(error).lower():
            raise


def everything():
    columns = [Standing.person_id, Standing.stage, Standing.expires_on, Standing.courses_done, Standing.counted_in]
    rows = db.session.execute(select(*columns).order_by(Standing.person_id))
    return [tuple(row) for row in rows], tally()


def test_after_any_history_the_tally_equals_a_recount(app):
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
    @given(st.lists(STEPS, max_size=40))
    def holds(steps):
        outer = db.session.begin_nested()
        day = 0
        for step in steps:
            day += step[2] % 40
            play(persons, step, day)
        kept = everything()
        operations.recount(terms, START)
        assert everything() == kept
        outer.rollback()
        db.session.expire_all()

    with writing():
        terms = make_programme()
        persons = [make_person(department="Sales") for _ in range(4)]
        for slug in COURSES:  # so that certificates come up often
            complete(persons[3].id, slug)
        db.session.commit()
        holds()


def test_the_count_of_the_tally_is_the_count_of_active_people(terms):
    for department in ("A", "B", "B"):
        make_person(department=department)
    people.deactivate(make_person(), START)
    assert db.session.scalar(select(func.sum(StandingTally.people))) == 3
