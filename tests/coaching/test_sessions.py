"""Sessions: the record as it is written, attested and answered; what it agrees; and what stays private."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.models import Person
from app.coaching.models import Action, Gap, PrivateNote, Session, SessionRating, Topic
from app.coaching.operations import actions, sessions
from app.coaching.operations.actions import Agreed
from app.coaching.operations.gaps import look_for_gaps
from app.core import bus, clock
from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.core.outbox import OutboxMessage
from app.events import BlockerNamed, CourseCompleted, SessionAttested
from app.learning.queries import courses_to_offer, open_assignments
from tests.coaching.build import behaviour, observe, session_of, today
from tests.nps.build import company_of

TEXTS = dict.fromkeys(sessions.SHARED, "")


@pytest.fixture
def two(app):
    lead, (person, _) = company_of(2)
    return lead, person


@pytest.fixture
def talk(two):
    lead, person = two
    return session_of(person, lead)


def save(talk, revision, private="", **texts):
    found = sessions.save_notes(talk, {**TEXTS, **texts}, private, revision, clock.now())
    db.session.commit()
    return found


def agreed(**values):
    return Agreed(
        **{
            "kind": "practice",
            "text": "Repeat the customer’s question",
            "owner": "person",
            "due_on": today() + timedelta(days=14),
            "sign": "three calls in a row",
            **values,
        }
    )


def hold(talk):
    done = sessions.hold(talk, [{"kind": "topic", "text": "Shifts"}], clock.now())
    db.session.commit()
    return done


def test_notes_are_kept_as_one_types_and_nothing_of_another_window_is_lost(talk):
    assert save(talk, 0, goal="Calmer calls") == 1
    assert save(talk, 1, goal="Calmer calls", reality="Many waits") == 2
    assert save(talk, 1, goal="Calmer calls", reality="Many waits") == 3  # a repeat whose answer got lost
    with pytest.raises(Conflict):
        save(talk, 1, goal="From another window")
    db.session.rollback()
    assert db.session.get(Session, talk.id).goal == "Calmer calls"


def test_a_text_too_long_changes_nothing(talk):
    with pytest.raises(Invalid) as refusal:
        save(talk, 0, goal="x" * 10_001)
    assert set(refusal.value.fields) == {"goal"}
    db.session.rollback()
    assert db.session.get(Session, talk.id).goal == ""


def test_the_private_note_is_apart_and_can_be_emptied(talk):
    save(talk, 0, private="Seems tired")
    assert db.session.get(PrivateNote, talk.id).text == "Seems tired"
    save(talk, 1, private="")
    assert db.session.get(PrivateNote, talk.id).text == ""
    assert "Seems tired" not in str(db.session.get(Session, talk.id))


def test_an_action_is_agreed_once_and_a_module_is_assigned(shipped_app):
    lead, (person,) = company_of(1)
    talk = session_of(person, lead)
    slug = courses_to_offer(person.id)[0].slug
    for _ in range(2):
        actions.agree(talk, agreed(kind="module", course=slug), "t1", clock.now())
        db.session.commit()
    (action,) = db.session.scalars(select(Action)).all()
    assert (action.course_slug, action.owner_id, action.state) == (slug, person.id, "open")
    (asked,) = open_assignments(person.id)
    assert (asked.slug, asked.due_on, asked.family_name) == (slug, action.due_on, lead.family_name)
    bus.publish(CourseCompleted(person.id, 1, slug, clock.now()))
    db.session.refresh(action)
    assert action.state == "done"


def test_taking_back_a_module_takes_back_its_assignment(shipped_app):
    lead, (person,) = company_of(1)
    talk = session_of(person, lead)
    slug = courses_to_offer(person.id)[0].slug
    action = actions.agree(talk, agreed(kind="module", course=slug), "t1", clock.now())
    actions.take_back(action, talk)
    db.session.commit()
    assert open_assignments(person.id) == []


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": ""}, "text"),
        ({"kind": "sing"}, "kind"),
        ({"kind": "module", "course": ""}, "course"),
        ({"kind": "module", "course": "no-such-course"}, "course"),
        ({"due_on": today() - timedelta(days=1)}, "due_on"),
        ({"due_on": today() + timedelta(days=400)}, "due_on"),
        ({"gap_id": 12345}, "gap"),
        ({"sign": ""}, "sign"),
    ],
)
def test_what_can_not_be_agreed_is_said_at_its_field(talk, change, field):
    with pytest.raises(Invalid) as refusal:
        actions.agree(talk, agreed(**change), "t", clock.now())
    assert field in refusal.value.fields


def test_a_blocker_is_told_to_whoever_keeps_the_board(app, talk):
    heard = []
    bus.subscribe(app, BlockerNamed, heard.append)
    action = actions.agree(talk, agreed(kind="blocker", text="The form asks twice"), "t", clock.now())
    assert [(fact.person_id, fact.action_id) for fact in heard] == [(talk.person_id, action.id)]


def test_holding_marks_gaps_as_coached_takes_up_topics_and_asks_for_an_answer(two, talk):
    lead, person = two
    empathy = behaviour(target=3.0)
    for _ in range(3):
        observe(person, lead, {empathy.id: 1})
    look_for_gaps([person.id], clock.now())
    gap = db.session.scalars(select(Gap)).one()
    topic = sessions.add_topic(person, "My shifts", clock.now())
    actions.agree(talk, agreed(gap_id=gap.id, sign=""), "t", clock.now())
    assert hold(talk)
    assert not hold(talk)  # a double click
    db.session.refresh(gap)
    assert gap.coached_on == clock.today_in("", clock.now())
    assert db.session.get(Topic, topic.id).session_id == talk.id
    found = db.session.get(Session, talk.id)
    assert (found.state, found.agenda) == ("held", [{"kind": "topic", "text": "Shifts"}])
    assert found.starts_at <= clock.now()
    asked = select(func.count()).where(OutboxMessage.key == f"coaching-held:{talk.id}")
    assert db.session.scalar(asked) == 1
    with pytest.raises(Conflict):
        save(talk, found.revision, goal="Afterwards")
    with pytest.raises(Conflict):
        actions.agree(talk, agreed(), "t2", clock.now())


def test_an_empty_record_is_not_attested(talk):
    with pytest.raises(Invalid):
        hold(talk)


def test_the_answer_stays_and_a_correction_says_what(app, talk):
    heard = []
    bus.subscribe(app, SessionAttested, heard.append)
    with pytest.raises(Conflict):
        sessions.answer(talk, "agrees", "", clock.now())
    save(talk, 0, will="Try it")
    hold(talk)
    with pytest.raises(Invalid) as refusal:
        sessions.answer(talk, "corrects", "", clock.now())
    assert "comment" in refusal.value.fields
    assert sessions.answer(talk, "agrees", "Good talk", clock.now())
    assert not sessions.answer(talk, "agrees", "Good talk", clock.now())
    with pytest.raises(Conflict):
        sessions.answer(talk, "corrects", "No, otherwise", clock.now())
    assert [fact.session_id for fact in heard] == [talk.id]


def test_a_session_is_rated_once(talk):
    save(talk, 0, will="Try it")
    hold(talk)
    sessions.rate(talk, 4)
    sessions.rate(talk, 1)
    assert db.session.get(SessionRating, talk.id).rating == 4
    with pytest.raises(Invalid):
        sessions.rate(talk, 6)


def test_an_action_ends_once_and_is_dropped_with_a_reason(talk):
    action = actions.agree(talk, agreed(), "t", clock.now())
    with pytest.raises(Invalid):
        actions.close_action(action, "dropped", "", clock.now())
    assert actions.close_action(action, "done", "Went well", clock.now())
    assert not actions.close_action(action, "done", "Again", clock.now())
    with pytest.raises(Conflict):
        actions.close_action(action, "dropped", "No", clock.now())
    assert action.outcome == "Went well"


def test_a_topic_is_added_once_and_only_taken_off_while_it_waits(two, talk):
    _, person = two
    person = db.session.get(Person, person.id)
    topic = sessions.add_topic(person, "My shifts", clock.now())
    assert sessions.add_topic(person, "My shifts", clock.now()) is None
    with pytest.raises(Invalid):
        sessions.add_topic(person, "", clock.now())
    save(talk, 0, will="Try it")
    hold(talk)
    db.session.refresh(topic)
    with pytest.raises(Conflict):
        sessions.drop_topic(topic)
