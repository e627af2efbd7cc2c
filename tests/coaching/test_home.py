"""What of coaching waits for a person, and the cards that say so."""

from datetime import timedelta

from app.accounts.models import Person, Role
from app.coaching.models import Action, Calibration, CalibrationRater, Dispute
from app.coaching.queries.home import waiting_for
from app.core import clock
from app.core.db import db
from tests.coaching.build import observe, session_of, today
from tests.factories import make_person, sign_in
from tests.nps.build import company_of


def loaded(person, **values):
    found = db.session.get(Person, person.id)
    for name, value in values.items():
        setattr(found, name, value)
    return found


def waiting(person, **values):
    return waiting_for(loaded(person, **values), clock.now())


def add(*rows):
    db.session.add_all(rows)
    db.session.commit()


def test_nothing_waits_for_someone_new(app):
    _, (person,) = company_of(1)
    found = waiting(person)
    assert (found.unanswered, found.next, found.action, found.calibration) == (None, None, None, None)
    assert (found.overdue, found.disputes, found.late) == (0, 0, 0)


def test_the_oldest_of_each_is_told_and_how_many_there_are(app):
    lead, (person, other) = company_of(2)
    now = clock.now()
    held = [
        session_of(person, lead, at=now - timedelta(days=days), state="held", held_at=now - timedelta(days=days))
        for days in (3, 9)
    ]
    session_of(person, lead, at=now + timedelta(days=5))
    soon = session_of(person, lead, at=now + timedelta(days=2))
    session_of(person, lead, at=now + timedelta(days=30))
    for number, days in enumerate((1, 4, -3)):
        add(
            Action(
                token=f"t{number}",
                session_id=held[0].id,
                person_id=person.id,
                owner_id=person.id,
                kind="practice",
                text=f"Action {number}",
                due_on=today() - timedelta(days=days),
                created_at=now,
            )
        )
    calibration = Calibration(token="c", title="Calls", opened_by_id=lead.id, opened_at=now, closes_on=today())
    add(calibration)
    add(CalibrationRater(calibration_id=calibration.id, person_id=lead.id))
    disputed = observe(other, person, {}, kind="peer")
    add(Dispute(observation_id=disputed.id, reason="No", raised_at=now, reader_id=lead.id))
    found = waiting(person)
    assert (found.unanswered.id, found.unanswered.name) == (held[1].id, lead.name)
    assert (found.next.id, found.leads) == (soon.id, False)
    assert (found.overdue, found.action.text) == (2, "Action 1")
    leads = waiting(lead, has_reports=True)
    assert (leads.next.id, leads.leads, leads.next.name) == (soon.id, True, person.name)
    assert (leads.calibration.text, leads.disputes) == ("Calls", 1)
    assert leads.unanswered is None
    pages = [sign_in(app.test_client(), loaded(one)).get("/").text for one in (person, lead)]
    assert "waits for your answer" in pages[0]
    assert "2 actions of yours are past the day" in pages[0]
    assert "Prepare it" in pages[1]


def test_who_leads_people_hears_who_is_due(app):
    lead, people = company_of(2)
    for person in people:
        loaded(person).created_at = clock.now() - timedelta(days=60)
    db.session.commit()
    session_of(people[0], lead)
    assert waiting(lead, has_reports=True).late == 1


def test_a_dispute_without_a_reader_waits_for_any_champion(app):
    lead, (person, _) = company_of(2)
    disputed = observe(person, lead, {})
    add(Dispute(observation_id=disputed.id, reason="No", raised_at=clock.now()))
    champion = make_person(roles=("champion",))
    assert waiting(champion, known_roles=frozenset({Role.CHAMPION})).disputes == 1
    assert waiting(lead, has_reports=True).disputes == 0


def test_ones_own_page_is_a_step_away_for_those_who_lead(app):
    lead, _ = company_of(1)
    client = sign_in(app.test_client(), loaded(lead))
    assert "/coaching/own" in client.get("/coaching", follow_redirects=True).text
    assert client.get("/coaching/own").location == f"/coaching/people/{lead.id}"
