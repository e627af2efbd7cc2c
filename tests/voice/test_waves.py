"""Waves: whom the rule finds, opening once, invitations and reminders that tell nothing, days, calling off."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import func, select, update

from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.core.outbox import OutboxMessage
from app.voice.jobs import surveys as jobs
from app.voice.mails_surveys import compose_invitation, compose_reminder
from app.voice.models import Participant, Reminder, Wave
from app.voice.operations import waves
from app.voice.operations.freezing import freeze, segments_of
from app.voice.operations.waves import Plan
from app.voice.queries import audience
from app.voice.rules.questions import OTHER, read_definition
from tests.factories import make_person
from tests.voice import build

DAY = timedelta(days=1)


def planned(survey, token="t" * 20, **values):
    today = build.date_today()
    made = waves.plan_wave(
        survey, Plan(**{"opens_on": today, "closes_on": today + 14 * DAY, **values}), token, None, clock.now()
    )
    db.session.commit()
    return made


def pulse(**values):
    survey = build.survey(**values)
    build.question(survey, "rating", key="mood")
    return survey


def payloads(mail):
    rows = db.session.scalars(select(OutboxMessage.payload)).all()
    return [one for one in rows if one["mail"] == mail]


def test_the_rule_finds_any_of_a_kind_and_all_of_the_kinds_together(app):
    today = build.date_today()
    anna = make_person(department="Sales", location="Berlin", hire_date=today - 30 * DAY)
    bert = make_person(department="Support", location="Berlin", hire_date=today - 400 * DAY)
    make_person(department="Support", location="Lyon", active=False)

    def found(**rule):
        return sorted(db.session.scalars(audience.people(rule, today)))

    assert found() == [anna.id, bert.id]
    assert found(department=["Sales", "Support"], location=["Berlin"]) == [anna.id, bert.id]
    assert found(department=["Support"], location=["Lyon"]) == []
    assert found(hired=[30, 30]) == found(hired=[0, 399]) == [anna.id]
    assert found(hired=[31, 399]) == []
    assert audience.how_many({"job_role": ["Agent"]}, today) == 2


def test_a_form_plans_one_wave_and_says_what_is_wrong_at_its_fields(app):
    survey, today = pulse(), build.date_today()
    first = planned(survey, remind_on=[today + 5 * DAY])
    assert planned(survey).id == first.id
    assert planned(survey, token="u" * 20).number == 2
    assert first.remind_on == [(today + 5 * DAY).isoformat()]
    assert len(first.link) == 24
    for wrong in ({"opens_on": today - DAY}, {"closes_on": today - DAY}, {"remind_on": [today]}):
        with pytest.raises(Invalid) as refused:
            planned(survey, token="v" * 20, **wrong)
        assert set(refused.value.fields) == set(wrong)
    with pytest.raises(Invalid):  # nothing to ask
        planned(build.survey(), token="w" * 20)
    assert planned(survey, token="x" * 20, by_link=True, remind_on=[today + DAY]).remind_on == []


def test_opening_freezes_lists_and_invites_once(app, count_statements):
    people = [make_person() for _ in range(3)]
    make_person(department="Sales")
    survey, now = pulse(), clock.now()
    wave = planned(survey, audience={"department": ["Support"]})
    with count_statements() as few:
        assert waves.open_wave(wave, now)
    db.session.commit()
    assert not waves.open_wave(wave, now)
    db.session.commit()
    assert (wave.state, wave.asked, wave.definition["questions"][0]["key"]) == ("open", 3, "mood")
    rows = db.session.execute(select(Participant.person_id, Participant.took_part)).all()
    assert sorted(rows) == [(one.id, False) for one in people]
    assert sorted(one["person_id"] for one in payloads(waves.INVITATION)) == [one.id for one in people]

    for _ in range(20):
        make_person(department="Sales")
    larger = planned(survey, token="u" * 20, audience={"department": ["Sales"]})
    with count_statements() as many:
        waves.open_wave(larger, now)
    assert larger.asked == 21
    assert len(many) == len(few)


def test_by_link_nobody_is_listed_or_written_to(app):
    make_person()
    wave = planned(pulse(), by_link=True)
    waves.open_wave(wave, clock.now())
    db.session.commit()
    assert wave.asked is None
    assert db.session.scalar(select(func.count()).select_from(Participant)) == 0
    assert payloads(waves.INVITATION) == []


def test_what_cannot_be_opened_stays_planned_and_says_why(app):
    now = clock.now()
    survey = pulse()
    nobody = planned(survey, audience={"department": ["Nowhere"]})
    build.question(survey, "process")
    make_person()
    no_processes = planned(survey, token="u" * 20)
    later = planned(survey, token="v" * 20, opens_on=build.date_today() + DAY)
    assert waves.open_due(now) == 0
    db.session.commit()
    assert [one.state for one in (nobody, no_processes, later)] == ["planned"] * 3
    assert (nobody.trouble, later.trouble) == (waves.NO_PROCESSES, "")
    build.process("Refunds")
    assert waves.open_due(now) == 1
    db.session.commit()
    assert (no_processes.state, no_processes.trouble, nobody.trouble) == ("open", "", waves.NOBODY)
    assert waves.open_wave(later, now)  # by hand, before its day
    assert later.opens_on == build.date_today()
    with pytest.raises(Conflict):
        waves.open_wave(nobody, now + 20 * DAY)


def test_a_planned_wave_is_called_off_and_an_open_one_is_not(app):
    make_person()
    survey, now = pulse(), clock.now()
    wave = planned(survey)
    assert waves.cancel_wave(wave, now)
    assert not waves.cancel_wave(wave, now)
    with pytest.raises(Conflict):
        waves.open_wave(wave, now)
    open_one = planned(survey, token="u" * 20)
    waves.open_wave(open_one, now)
    with pytest.raises(Conflict):
        waves.cancel_wave(open_one, now)


def test_the_last_day_only_moves_on_and_never_of_a_closed_wave(app):
    survey, now, today = pulse(), clock.now(), build.date_today()
    wave = build.wave(survey, [make_person()])
    assert waves.extend_wave(wave, today + 20 * DAY, now)
    assert not waves.extend_wave(wave, today + 20 * DAY, now)
    for day in (today + 19 * DAY, today + 300 * DAY):
        with pytest.raises(Invalid):
            waves.extend_wave(wave, day, now)
    db.session.execute(update(Wave).values(state="closed", answers=0))
    with pytest.raises(Conflict):
        waves.extend_wave(wave, today + 30 * DAY, now)


def test_a_reminder_is_written_for_everybody_once_a_day_and_sent_to_those_without_a_ticket(app):
    people, now, today = [make_person() for _ in range(3)], clock.now(), build.date_today()
    survey = pulse(purpose="To learn what hinders you.")
    wave = build.wave(survey, people, remind_on=[today.isoformat()])
    build.wave(survey, people, remind_on=[(today + DAY).isoformat()])
    build.answered(wave, [{"mood": 3}], people=people[:1])
    assert waves.remind_due(now) == 1
    db.session.commit()
    assert waves.remind_due(now) == 0
    db.session.commit()
    rows = payloads(waves.REMINDER)
    assert sorted(one["person_id"] for one in rows) == [one.id for one in people]  # nothing shows who took part
    assert db.session.scalar(select(func.count()).select_from(Reminder)) == 1

    mails = {one["person_id"]: compose_reminder(one) for one in rows}
    assert mails[people[0].id] is None
    bodies = {mails[one.id].body.replace(one.given_name, "") for one in people[1:]}
    assert len(bodies) == 1
    assert "as far as the list" in bodies.pop().lower()
    wave.closes_on, wave.opens_on = today - DAY, today - DAY
    db.session.commit()
    assert [compose_reminder(one) for one in rows] == [None] * 3


def test_an_invitation_promises_what_the_mode_means_and_stops_with_the_wave(app):
    person = make_person(given_name="Ada")
    words = {"anonymous": "without your team", "confidential": "coarse groups", "named": "not anonymous"}
    for mode, promise in words.items():
        survey = pulse(mode=mode, segments="department" if mode == "confidential" else "", title="Line\nbreak")
        wave = build.wave(survey, [person])
        payload = {"wave_id": wave.id, "person_id": person.id}
        mail = compose_invitation(payload)
        assert promise in mail.body
        assert f"/voice/s/{wave.link}" in mail.body
        assert mail.body.startswith("Hello Ada,")
        assert "\n" not in mail.subject
        db.session.execute(update(Wave).where(Wave.id == wave.id).values(state="closed", answers=0))
        db.session.commit()
        assert compose_invitation(payload) is None
        assert compose_reminder(payload) is None


def test_only_values_that_ten_people_share_go_into_a_confidential_wave(app):
    today = build.date_today()
    people = [make_person(department="Support", hire_date=today - 40 * DAY) for _ in range(10)]
    people += [make_person(department="Sales", hire_date=today - 500 * DAY) for _ in range(9)]
    make_person(department="Sales")  # not asked
    survey = pulse(mode="confidential", segments="department,tenure")
    wave = build.wave(survey, people)
    assert wave.definition["values"] == {"department": ["Support"], "tenure": ["Under 1 year"]}
    definition = read_definition(wave.definition)
    assert segments_of(people[0], definition, today) == {"department": "Support", "tenure": "Under 1 year"}
    assert segments_of(people[-1], definition, today) == {"department": OTHER, "tenure": OTHER}
    assert segments_of(people[0], read_definition(build.wave(pulse(), people).definition), today) == {}
    everybody = freeze(survey, None, today)["values"]["department"]
    assert everybody == ["Sales", "Support"]


def test_people_are_written_to_by_day_and_each_wave_stands_alone(app, monkeypatch):
    make_person()
    today = build.date_today()
    survey = pulse()
    nobody = planned(survey, audience={"department": ["Nowhere"]})
    fine = planned(survey, token="u" * 20, remind_on=[today + DAY])

    def at(hour, day=today):
        monkeypatch.setattr(clock, "now", lambda: datetime.combine(day, time(hour, 30), UTC))
        return jobs.open_waves(), jobs.remind_people()

    assert at(jobs.MORNING - 1) == (0, 0)
    assert at(jobs.MORNING) == (1, 0)
    assert at(jobs.MORNING + 1) == (0, 0)
    assert at(jobs.MORNING - 1, today + DAY) == (0, 0)
    assert at(jobs.MORNING, today + DAY) == (0, 1)
    assert (fine.state, nobody.state, nobody.trouble) == ("open", "planned", waves.NOBODY)
