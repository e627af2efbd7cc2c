"""Calendar entries, the mails that bring them, and reminders: each goes once, and none that no longer holds."""

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import func, select

from app.accounts.models import Person
from app.accounts.operations import deactivate
from app.coaching.calendar import CANCEL, REQUEST, calendar_of
from app.coaching.jobs import remind_people
from app.coaching.models import Action
from app.coaching.operations import planning
from app.coaching.operations.reminding import remind
from app.coaching.queries.invitations import appointment
from app.core import clock, outbox
from app.core.db import db, writing
from app.core.outbox import OutboxMessage
from tests.coaching.build import session_of
from tests.factories import make_person, sign_in
from tests.nps.build import company_of

SECRET = "Talks over customers"
AT = datetime(2099, 3, 3, 13, 0, tzinfo=UTC)


@pytest.fixture
def two(app):
    lead = make_person(given_name="Lena", family_name="Lead", time_zone="Europe/Berlin")
    return lead, make_person(given_name="Anna", family_name="Agent", manager=lead, time_zone="Asia/Tokyo")


def plan(lead, anna, at=AT):
    facts = {"minutes": 45, "place": "Room 4; second floor", "token": "t" * 32, "now": clock.now()}
    with writing():
        session = planning.plan(anna, lead, at, **facts)
        db.session.commit()
    return session


def sent(app):
    """What left since the last time, by address."""
    outbox.drain()
    box = app.extensions["mailman"].__dict__.setdefault("outbox", [])
    found = {message.to[0]: message for message in box}
    box.clear()
    return found


def entry_of(file):
    calendar = Calendar.from_ical(file)
    (entry,) = calendar.walk("VEVENT")
    return calendar, entry


class TestEntry:
    def test_it_says_who_when_and_where_and_nothing_else(self, two):
        lead, anna = two
        texts = dict.fromkeys(("goal", "reality", "options", "will", "note"), SECRET)
        session = session_of(anna, lead, at=AT, minutes=45, place="Room 4", **texts)
        file = calendar_of([appointment(session.id)], REQUEST, clock.now())
        calendar, entry = entry_of(file)
        assert calendar["METHOD"] == "REQUEST"
        assert (entry["UID"], entry["SEQUENCE"], entry["STATUS"]) == (session.uid, 0, "CONFIRMED")
        assert (entry.decoded("DTSTART"), entry.decoded("DTEND")) == (AT, AT + timedelta(minutes=45))
        assert b"DTSTART:20990303T130000Z" in file
        assert (entry["SUMMARY"], entry["LOCATION"]) == ("Coaching: Anna Agent and Lena Lead", "Room 4")
        assert entry["ORGANIZER"] == f"mailto:{lead.email}"
        assert set(entry["ATTENDEE"]) == {f"mailto:{lead.email}", f"mailto:{anna.email}"}
        assert entry["DESCRIPTION"].startswith("http")
        assert "\n" not in entry["DESCRIPTION"]
        assert SECRET.encode() not in file.replace(b"\r\n ", b"")

    def test_a_cancelled_one_says_so(self, two):
        lead, anna = two
        session = session_of(anna, lead, state="cancelled", sequence=3)
        calendar, entry = entry_of(calendar_of([appointment(session.id)], CANCEL, clock.now()))
        assert (calendar["METHOD"], entry["STATUS"], entry["SEQUENCE"]) == ("CANCEL", "CANCELLED", 3)

    @pytest.mark.sqlite_only
    def test_the_file_is_one_to_open(self, app, two):
        lead, anna = two
        session = session_of(anna, lead)
        client = sign_in(app.test_client(), db.session.get(Person, anna.id))
        answer = client.get(f"/coaching/sessions/{session.id}/session.ics")
        assert answer.mimetype == "text/calendar"
        calendar, entry = entry_of(answer.data)
        assert "METHOD" not in calendar
        assert entry["UID"] == session.uid


class TestMails:
    def test_the_uid_stays_and_the_sequence_rises_over_move_and_cancel(self, app, two):
        lead, anna = two
        session = plan(lead, anna)
        expected = [("REQUEST", 0, AT), ("REQUEST", 1, AT + timedelta(days=1)), ("CANCEL", 2, AT + timedelta(days=1))]
        for method, sequence, at in expected:
            with writing():
                if sequence == 1:
                    facts = {"minutes": 45, "place": session.place, "seen": 0, "now": clock.now()}
                    planning.move(session, at, **facts)
                elif sequence == 2:
                    planning.cancel(session, "The room is taken", clock.now())
                db.session.commit()
            mails = sent(app)
            assert set(mails) == {lead.email, anna.email}
            for mail in mails.values():
                ((content, kind),) = mail.alternatives
                assert kind == f"text/calendar; method={method}"
                parts = {part.get_content_type(): part for part in mail.message().walk()}
                assert parts["text/calendar"].get_param("method") == method
                calendar, entry = entry_of(content)
                found = (calendar["METHOD"], entry["SEQUENCE"], entry.decoded("DTSTART"))
                assert found == (method, sequence, at)
                assert entry["UID"] == session.uid
                assert [name for name, *_ in mail.attachments] == ["session.ics"]
            assert sent(app) == {}
        assert "The room is taken" in mails[anna.email].body
        assert mails[anna.email].subject == "Cancelled: coaching with Lena Lead, Wednesday, 4 March 2099 at 22:00"

    def test_each_reads_the_time_of_their_own_zone(self, app, two):
        lead, anna = two
        plan(lead, anna)
        mails = sent(app)
        assert "Tuesday, 3 March 2099 at 14:00 (Europe/Berlin), 45 minutes" in mails[lead.email].body
        assert "Tuesday, 3 March 2099 at 22:00 (Asia/Tokyo), 45 minutes" in mails[anna.email].body
        assert "Place: Room 4; second floor" in mails[anna.email].body
        assert mails[lead.email].subject == "Coaching with Anna Agent, Tuesday, 3 March 2099 at 14:00"

    def test_a_mail_that_a_newer_one_follows_is_not_sent(self, app, two):
        lead, anna = two
        session = plan(lead, anna)
        with writing():
            planning.cancel(session, "", clock.now())
            db.session.commit()
        mails = [message.subject.split(":")[0] for message in sent(app).values()]
        assert mails == ["Cancelled", "Cancelled"]

    def test_who_has_left_gets_none_and_neither_does_anyone_of_what_is_over(self, app, two):
        lead, anna = two
        plan(lead, anna)
        with writing():
            deactivate(anna, clock.now())
            db.session.commit()
        assert set(sent(app)) <= {lead.email}
        bert = make_person(manager=lead)
        plan_of_yesterday = {"minutes": 30, "place": "", "token": "u" * 32, "now": clock.now()}
        with writing():
            planning.plan(bert, lead, clock.now() - timedelta(hours=20), **plan_of_yesterday)
            db.session.commit()
        assert sent(app) == {}


class TestReminders:
    def remind(self, now=None):
        with writing():
            found = remind(now or clock.now())
            db.session.commit()
        return found

    def test_both_are_reminded_the_day_before_once(self, app, two):
        lead, anna = two
        now = clock.now()
        long_ago = now - timedelta(days=20)
        tomorrow = session_of(anna, lead, at=now + timedelta(hours=24), created_at=long_ago)
        session_of(anna, lead, at=now + timedelta(hours=24, seconds=1), created_at=long_ago)
        session_of(anna, lead, at=now + timedelta(hours=3), created_at=now)  # both have just heard of it
        session_of(anna, lead, at=now + timedelta(hours=3), created_at=long_ago, state="cancelled")
        session_of(anna, lead, at=now - timedelta(hours=3), created_at=long_ago)
        assert [self.remind(now), self.remind(now)] == [2, 0]
        mails = sent(app)
        assert set(mails) == {lead.email, anna.email}
        assert "is near" in mails[anna.email].body
        with writing():
            facts = {"minutes": 30, "place": "Room 9", "seen": 0, "now": now}
            planning.move(tomorrow, now + timedelta(hours=20), **facts)
            db.session.commit()
        sent(app)
        assert self.remind(now) == 2  # of its new time

    def test_a_reminder_of_what_was_moved_since_is_not_sent(self, app, two):
        lead, anna = two
        now = clock.now()
        session = session_of(anna, lead, at=now + timedelta(hours=20), created_at=now - timedelta(days=20))
        self.remind(now)
        with writing():
            planning.cancel(session, "", now)
            db.session.commit()
        assert {mail.subject.split(":")[0] for mail in sent(app).values()} == {"Cancelled"}

    def test_an_owner_hears_once_of_an_action_whose_day_went_by(self, app, two):
        lead, anna = two
        session = session_of(anna, lead)
        now = datetime(2026, 3, 10, 16, 0, tzinfo=UTC)  # the eleventh in Tokyo, the tenth in Berlin

        def action(token, due, owner=anna, **values):
            facts = {"session_id": session.id, "person_id": anna.id, "kind": "practice", "created_at": now}
            made = Action(token=token, owner_id=owner.id, text=f"Action {token}", due_on=due, **{**facts, **values})
            db.session.add(made)
            db.session.commit()
            return made

        due = action("a", date(2026, 3, 10))
        action("b", due.due_on, owner=lead)  # has the rest of the day
        action("c", due.due_on + timedelta(days=1))
        action("d", due.due_on, state="done", closed_on=due.due_on)
        action("e", due.due_on - timedelta(days=8))  # long ago: it was told of then
        assert [self.remind(now), self.remind(now)] == [1, 0]
        assert self.keys() == [f"coaching-action:{due.id}"]
        mails = sent(app) if clock.now().date() > due.due_on else {}
        for mail in mails.values():
            assert mail.to == [anna.email]
            assert "Action a" in mail.body
            assert "Tuesday, 10 March 2026" in mail.body

    def keys(self):
        return list(db.session.scalars(select(OutboxMessage.key).where(OutboxMessage.sent_at.is_(None))))

    def test_a_record_without_an_answer_is_remembered_after_a_week_once(self, app, two):
        lead, anna = two
        now = clock.now()
        week = timedelta(days=7)
        waits = session_of(anna, lead, at=now - week, state="held", held_at=now - week)
        session_of(anna, lead, at=now - week, state="held", held_at=now - week + timedelta(seconds=1))
        answered = {"answer": "agrees", "answered_at": now}
        session_of(anna, lead, at=now - week, state="held", held_at=now - week, **answered)
        session_of(anna, lead, at=now - 3 * week, state="held", held_at=now - 3 * week)
        assert [self.remind(now), self.remind(now)] == [1, 0]
        assert self.keys() == [f"coaching-unanswered:{waits.id}"]
        mails = sent(app)
        assert set(mails) == {anna.email}
        assert "waits for your answer" in mails[anna.email].body

    def test_the_job_keeps_what_it_found_in_a_fixed_number_of_statements(self, app, count_statements):
        now, found = clock.now(), []
        for size in (1, 20):
            lead, people = company_of(size)
            for one in people:
                session_of(one, lead, at=now + timedelta(hours=20), created_at=now - timedelta(days=20))
            with count_statements() as seen, writing():
                assert remind_people() == 2 * size
            found.append(len(seen))
            db.session.rollback()
        assert found[0] == found[1]
        kept = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.key.like("coaching-reminder:%"))
        assert db.session.scalar(kept) == 42
