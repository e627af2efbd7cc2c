"""Planning, moving and cancelling: on the page, by the operation, and when somebody moves away."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.accounts.operations import deactivate, set_manager
from app.coaching.models import Cadence, Session
from app.coaching.operations import planning
from app.coaching.queries.planner import due_of, reports_to_coach
from app.coaching.rules.cadence import DueState
from app.core import clock
from app.core.db import db, writing
from app.core.errors import Conflict, Invalid
from app.core.outbox import OutboxMessage
from tests.coaching.build import session_of
from tests.factories import make_person, sign_in
from tests.nps.build import company_of

TOKEN = "t" * 32


def soon(days=3, hour=10):
    return (clock.now() + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)


def plan(person, lead, at=None, **values):
    facts = {"minutes": 30, "place": "Room 4", "token": TOKEN, "now": clock.now(), **values}
    with writing():
        session = planning.plan(person, lead, at or soon(), **facts)
        db.session.commit()
    return session


def move(session, at, **values):
    facts = {"minutes": 30, "place": "Room 4", "seen": session.sequence, "now": clock.now(), **values}
    with writing():
        changed = planning.move(session, at, **facts)
        db.session.commit()
    return changed


def keys():
    return sorted(db.session.scalars(select(OutboxMessage.key).where(OutboxMessage.key.like("coaching-session:%"))))


@pytest.fixture
def team(app):
    return company_of(2)


class TestOperations:
    def test_a_session_is_planned_once_however_often_it_is_sent(self, team):
        lead, (anna, _) = team
        first, second = plan(anna, lead), plan(anna, lead)
        assert first.id == second.id
        assert (first.state, first.sequence, first.place, first.minutes) == ("planned", 0, "Room 4", 30)
        assert keys() == sorted(f"coaching-session:{first.id}:0:{one.id}" for one in (anna, lead))

    def test_a_token_plans_for_one_person_only(self, team):
        lead, (anna, bert) = team
        plan(anna, lead)
        with pytest.raises(Conflict):
            plan(bert, lead)

    def test_what_can_not_be_is_refused_at_its_field(self, team):
        lead, (anna, _) = team
        for field, values in (
            ("day", {"at": datetime(2020, 1, 1, tzinfo=UTC)}),
            ("minutes", {"minutes": 4}),
            ("minutes", {"minutes": 241}),
            ("place", {"place": "x" * 201}),
        ):
            with pytest.raises(Invalid) as refusal:
                plan(anna, lead, **values)
            assert set(refusal.value.fields) == {field}

    def test_the_past_is_refused_by_more_than_a_day(self, team):
        lead, (anna, _) = team
        now = clock.now()
        assert plan(anna, lead, now - timedelta(days=1), now=now).id
        with pytest.raises(Invalid):
            plan(anna, lead, now - timedelta(days=1, seconds=1), now=now, token="u" * 32)

    def test_the_two_have_one_session_at_a_time(self, team):
        lead, (anna, bert) = team
        at = soon()
        plan(anna, lead, at)
        for shift in (0, 29, -29):
            with pytest.raises(Invalid) as refusal:
                plan(anna, lead, at + timedelta(minutes=shift), token="u" * 32)
            assert set(refusal.value.fields) == {"time"}
        plan(anna, lead, at + timedelta(minutes=30), token="v" * 32)
        plan(anna, lead, at - timedelta(minutes=30), token="w" * 32)
        plan(bert, lead, at, token="x" * 32)

    def test_a_move_raises_the_sequence_once(self, team):
        lead, (anna, _) = team
        session = plan(anna, lead)
        uid, at = session.uid, soon(5)
        assert move(session, at)
        assert not move(session, at, seen=0)  # a second click
        assert (session.sequence, session.starts_at, session.uid) == (1, at, uid)
        assert len(keys()) == 4
        with pytest.raises(Conflict):
            move(session, soon(6), seen=0)  # a window from before the first move

    def test_only_what_is_planned_can_be_moved_or_cancelled(self, team):
        lead, (anna, _) = team
        held = session_of(anna, lead, at=soon(-2), state="held", held_at=clock.now())
        session = plan(anna, lead)
        planning.cancel(session, "Holiday", clock.now())
        db.session.commit()
        assert (session.state, session.sequence, session.cancelled_because) == ("cancelled", 1, "Holiday")
        for one in (held, session):
            with pytest.raises(Conflict):
                move(one, soon(6))
            with pytest.raises(Conflict):
                planning.cancel(one, "", clock.now())


class TestWithdrawing:
    def withdraw(self, *people):
        with writing():
            found = planning.withdraw_sessions_of_former_supervisors([one.id for one in people], clock.now())
            db.session.commit()
        return found

    def test_who_changes_the_supervisor_has_nothing_planned_with_the_former_one(self, team):
        lead, (anna, bert) = team
        gone, stays = session_of(anna, lead), session_of(bert, lead)
        with writing():
            set_manager(anna, make_person(), clock.now())
            db.session.commit()
        self.withdraw(anna)
        db.session.refresh(gone)
        assert (gone.state, gone.cancelled_because, gone.sequence) == ("cancelled", planning.MOVED_AWAY, 1)
        assert stays.state == "planned"
        assert keys() == sorted(f"coaching-session:{gone.id}:1:{one.id}" for one in (anna, lead))
        assert self.withdraw(anna) == 0

    def test_people_below_someone_who_moves_go_along(self, app):
        top, middle, low = make_person(), make_person(), make_person()
        with writing():
            set_manager(low, middle, clock.now())
            set_manager(middle, top, clock.now())
            db.session.commit()
        of_top, of_middle = session_of(low, top), session_of(low, middle)
        with writing():
            set_manager(middle, None, clock.now())
            db.session.commit()
        self.withdraw(middle)
        assert [db.session.get(Session, one.id).state for one in (of_top, of_middle)] == ["cancelled", "planned"]

    def test_who_leaves_has_nothing_planned(self, team):
        lead, (anna, bert) = team
        gone, stays = session_of(anna, lead), session_of(bert, lead)
        held = session_of(anna, lead, at=soon(-9), state="held", held_at=soon(-9))
        with writing():
            deactivate(anna, clock.now())
            db.session.commit()
        self.withdraw()
        for one in (gone, stays, held):
            db.session.refresh(one)
        assert [one.state for one in (gone, stays, held)] == ["cancelled", "planned", "held"]
        assert gone.cancelled_because == planning.LEFT


class TestDue:
    def test_it_tells_of_everyone_in_three_statements(self, team, count_statements):
        lead, (anna, bert) = team
        today = clock.now().date()
        db.session.add(Cadence(job_role="Agent", weeks=2, set_at=clock.now()))
        held = session_of(anna, lead, at=soon(-10), state="held", held_at=soon(-9))
        session_of(anna, lead, at=soon(-5))  # its day went by
        coming = session_of(anna, lead, at=soon(2))
        session_of(anna, lead, at=soon(4))
        session_of(anna, lead, at=soon(1), state="cancelled")
        people = reports_to_coach(lead.id)
        with count_statements() as seen:
            found = due_of(people, today)
        assert len(seen) == 3
        assert found[anna.id].last_held == held.starts_at.date()
        assert (found[anna.id].next_id, found[anna.id].next_at) == (coming.id, coming.starts_at)
        assert found[anna.id].due_on == held.starts_at.date() + timedelta(weeks=2)
        assert found[anna.id].state is DueState.PLANNED
        assert (found[bert.id].last_held, found[bert.id].next_id) == (None, None)
        assert found[bert.id].due_on == today + timedelta(weeks=2)
        assert found[bert.id].state is DueState.FINE
        assert due_of([], today) == {}

    def test_a_session_whose_day_went_by_is_shown_but_does_not_count(self, team):
        lead, (anna, _) = team
        missed = session_of(anna, lead, at=soon(-2))
        found = due_of([anna], clock.now().date() + timedelta(weeks=5))[anna.id]
        assert (found.next_id, found.state) == (missed.id, DueState.OVERDUE)

    def test_days_are_those_of_the_persons_zone(self, team):
        lead, (anna, _) = team
        anna.time_zone = "Pacific/Kiritimati"
        at = datetime(2026, 3, 3, 12, tzinfo=UTC)  # the fourth, 14 hours ahead
        session_of(anna, lead, at=at, state="held", held_at=at)
        assert due_of([anna], date(2026, 3, 10))[anna.id].last_held == date(2026, 3, 4)


def post(client, path, data):
    """With the token that every page of the signed-in person holds."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)[1]
    return client.post(path, data={"csrf_token": token, **data})


@pytest.mark.sqlite_only
class TestPages:
    @pytest.fixture
    def client(self, app, team):
        return sign_in(app.test_client(), db.session.get(Person, team[0].id))

    def form(self, **values):
        at = soon()
        facts = {"day": at.date().isoformat(), "time": "10:00", "minutes": "45", "place": "Room 4", "token": TOKEN}
        return {**facts, **values}

    def test_a_supervisor_plans_moves_and_cancels(self, client, team):
        _, (anna, _) = team
        shown = client.get(f"/coaching/people/{anna.id}/plan")
        assert shown.status_code == 200
        proposed = date.fromisoformat(re.search(r'name="day"[^>]*value="([\d-]+)"', shown.text)[1])
        assert proposed.weekday() < 5
        assert proposed > clock.now().date()
        for _ in range(2):  # a double click
            answer = post(client, f"/coaching/people/{anna.id}/plan", self.form())
            assert answer.status_code == 303
        session = db.session.scalars(select(Session)).one()
        assert (session.starts_at, session.minutes) == (soon(), 45)
        text = client.get("/coaching/planner").text
        assert "Planned" in text
        assert f"/coaching/sessions/{session.id}/move" in text
        path = f"/coaching/sessions/{session.id}"
        assert 'name="seen" value="0"' in client.get(f"{path}/move").text
        moved = {**self.form(time="11:30"), "seen": "0"}
        assert post(client, f"{path}/move", moved).status_code == 303
        assert post(client, f"{path}/move", moved).status_code == 303
        stale = post(client, f"{path}/move", {**moved, "time": "15:00"})
        assert stale.status_code == 409
        assert 'value="15:00"' in stale.text
        assert 'name="seen" value="1"' in stale.text
        asked = client.get(f"{path}/cancel").text
        assert "you get a mail" in asked
        for _ in range(2):
            assert post(client, f"{path}/cancel", {"because": "Holiday"}).status_code == 303
        db.session.expire_all()
        assert (session.state, session.sequence) == ("cancelled", 2)
        assert "cancelled already" in client.get(f"{path}/move").text
        assert "cancelled already" in client.get(f"{path}/cancel").text
        assert post(client, f"{path}/move", {**moved, "seen": "2"}).status_code == 409

    def test_wrong_input_is_told_at_its_field_and_kept(self, client, team):
        anna = team[1][0]
        for values, message in (
            ({"day": ""}, "Choose a day."),
            ({"day": "0001-01-01"}, "Choose a day between"),
            ({"day": "2020-01-01"}, "more than a day back"),
            ({"time": "soon"}, "Not a valid time value"),
            ({"minutes": "500"}, "from 5 to 240"),
            ({"minutes": "half an hour"}, "Not a valid integer value"),
            ({"place": "x" * 300}, "200 characters"),
        ):
            answer = post(client, f"/coaching/people/{anna.id}/plan", self.form(**values))
            assert answer.status_code == 422
            assert message in answer.text
            assert TOKEN in answer.text
        assert db.session.scalars(select(Session)).all() == []

    def test_strangers_and_the_one_coached(self, app, client, team):
        lead, (anna, _) = team
        session = session_of(anna, lead)
        paths = [
            f"/coaching/people/{anna.id}/plan",
            *(f"/coaching/sessions/{session.id}/{x}" for x in ("move", "cancel")),
        ]
        file = f"/coaching/sessions/{session.id}/session.ics"
        other_lead = company_of(1)[0]
        former = make_person()
        theirs = session_of(anna, former)
        for viewer, status, of_file in (
            (other_lead, 404, 404),
            (anna, 403, 200),
            (make_person(roles=("hr",)), None, 404),
        ):
            sign_in(client, db.session.get(Person, viewer.id))
            for path in paths:
                for answer in (client.get(path), post(client, path, {})):
                    assert answer.status_code == status or (status is None and answer.status_code in {403, 404})
            assert client.get(file).status_code == of_file
        sign_in(client, db.session.get(Person, former.id))
        assert post(client, f"/coaching/sessions/{theirs.id}/move", {}).status_code == 403
        assert client.get(f"/coaching/sessions/{theirs.id}/session.ics").status_code == 200
        sign_in(client, db.session.get(Person, anna.id))
        assert client.get("/coaching/planner").status_code == 403

    def test_the_calendar_entry_is_for_the_two_alone(self, app, client, team):
        lead, (anna, _) = team
        session = session_of(anna, lead)
        above = make_person()
        with writing():
            set_manager(lead, above, clock.now())
            db.session.commit()
        sign_in(client, db.session.get(Person, above.id))
        assert client.get(f"/coaching/sessions/{session.id}/session.ics").status_code == 403

    def test_the_planner_finds_who_is_overdue_and_who_becomes_due(self, client, team):
        lead, (anna, bert) = team
        session_of(anna, lead, at=soon(-40), state="held", held_at=soon(-40))
        session_of(bert, lead, at=soon(-20), state="held", held_at=soon(-20))
        text = client.get("/coaching/planner").text
        assert "1 person is overdue" in text
        assert "1 person becomes due within two weeks" in text
        assert "Overdue" in text
        overdue, due = (client.get(f"/coaching/planner?show={show}").text for show in ("overdue", "soon"))
        assert anna.name in overdue
        assert bert.name not in overdue
        assert bert.name in due
        assert anna.name not in due
        assert anna.name in client.get("/coaching/planner?show=x&after=y&sort=-z").text

    def test_it_says_so_when_there_is_nobody(self, client, team):
        assert "Nobody is overdue" in client.get("/coaching/planner?show=overdue").text
        sign_in(client, db.session.get(Person, make_person(roles=("hr",)).id))
        assert "Nobody reports to you" in client.get("/coaching/planner").text

    def test_it_costs_the_same_for_one_and_for_fifty(self, app, count_statements):
        found = []
        for size in (1, 50):
            lead, people = company_of(size)
            for one in people:
                session_of(one, lead)
            client = sign_in(app.test_client(), db.session.get(Person, lead.id))
            client.get("/coaching/planner")
            with count_statements() as seen:
                assert client.get("/coaching/planner").text.count("/move") == size
            found.append(len(seen))
        assert found[0] == found[1]
