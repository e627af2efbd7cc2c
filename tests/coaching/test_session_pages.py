"""The pages of sessions, people and teams: who sees what, and that private notes never leave."""

import csv
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Person, Role
from app.accounts.operations import set_manager
from app.coaching.models import Action, PrivateNote, Session, SessionRating, Topic
from app.core import clock, search
from app.core.db import db, writing
from tests.coaching.build import behaviour, observe, session_of, today
from tests.factories import make_person, sign_in
from tests.nps.build import company_of, plant

SECRET = "Zebrafish-secret"


@pytest.fixture
def scene(app):
    """A supervisor of a supervisor of two, with a session held and one planned."""
    app.config["WTF_CSRF_ENABLED"] = False
    top = make_person(given_name="Tara", family_name="Top")
    lead, people = company_of(2, manager=top)
    person = people[0]
    held = session_of(
        person, lead, at=clock.now() - timedelta(days=9), state="held", held_at=clock.now() - timedelta(days=9)
    )
    held.goal = "Calmer calls"
    planned = session_of(person, lead)
    for talk in (held, planned):
        db.session.add(PrivateNote(session_id=talk.id, author_id=lead.id, text=SECRET, saved_at=clock.now()))
    action = Action(
        token="a",
        session_id=held.id,
        person_id=person.id,
        owner_id=person.id,
        kind="practice",
        text="Repeat the question",
        due_on=today() - timedelta(days=2),
        sign="x",
        created_at=clock.now(),
    )
    db.session.add(action)
    db.session.commit()
    return {
        "top": top,
        "lead": lead,
        "person": person,
        "peer": people[1],
        "held": held.id,
        "planned": planned.id,
        "action": action.id,
    }


def as_(app, person):
    return sign_in(app.test_client(), db.session.get(Person, person.id))


def test_the_supervisor_prepares_writes_agrees_and_attests(app, scene):
    client, address = as_(app, scene["lead"]), f"/coaching/sessions/{scene['planned']}"
    page = client.get(address)
    assert page.status_code == 200
    assert "Only you see this" in page.text
    assert SECRET in page.text
    typed = {"goal": "Fewer waits", "private": SECRET, "revision": "0"}
    saved = client.post(address, data=typed, headers={"Accept": "application/json"})
    assert re.fullmatch(r"\d\d:\d\d", saved.json["saved_at"])
    assert 'name="revision" type="hidden" value="1"' in client.get(address).text
    agreed = {
        **typed,
        "revision": "1",
        "token": "t1",
        "kind": "practice",
        "text": "Say the wait at once",
        "owner": "person",
        "due_on": (today() + timedelta(days=7)).isoformat(),
        "sign": "No call asks twice",
    }
    for _ in range(2):  # a double click
        assert client.post(f"{address}/actions", data=agreed).status_code == 303
        agreed["revision"] = str(int(agreed["revision"]) + 1)
    assert db.session.query(Action).filter_by(session_id=scene["planned"]).count() == 1
    db.session.expire_all()
    revision = db.session.get(Session, scene["planned"]).revision
    assert client.post(f"{address}/hold", data={**typed, "revision": str(revision)}).status_code == 303
    assert client.post(f"{address}/hold", data={**typed, "revision": str(revision)}).status_code == 303
    db.session.expire_all()
    held = db.session.get(Session, scene["planned"])
    assert (held.state, held.goal) == ("held", "Fewer waits")
    assert "Say the wait at once" in client.get(address).text


@pytest.mark.sqlite_only
def test_a_wrong_action_keeps_the_notes_and_says_what_is_wrong(app, scene):
    client, address = as_(app, scene["lead"]), f"/coaching/sessions/{scene['planned']}"
    wrong = {"goal": "Fewer waits", "revision": "0", "token": "t", "kind": "practice", "text": "", "owner": "person"}
    page = client.post(f"{address}/actions", data=wrong)
    assert page.status_code == 422
    assert "Say what will be done, in a sentence." in page.text
    assert "Fewer waits" in page.text
    db.session.expire_all()
    assert db.session.get(Session, scene["planned"]).goal == "Fewer waits"


@pytest.mark.sqlite_only
def test_another_window_is_told_and_keeps_what_it_typed(app, scene):
    client, address = as_(app, scene["lead"]), f"/coaching/sessions/{scene['planned']}"
    client.post(address, data={"goal": "First", "revision": "0"})
    page = client.post(address, data={"goal": "Second", "revision": "0"})
    assert page.status_code == 409
    assert "Second" in page.text
    quiet = client.post(address, data={"goal": "Second", "revision": "0"}, headers={"Accept": "application/json"})
    assert quiet.status_code == 409


@pytest.mark.sqlite_only
def test_the_one_coached_answers_once(app, scene):
    client, address = as_(app, scene["person"]), f"/coaching/sessions/{scene['held']}"
    assert "Calmer calls" in client.get(address).text
    assert client.post(f"{address}/answer", data={"answer": "corrects"}).status_code == 422
    answer = {"answer": "corrects", "comment": "It was two calls", "rating": "4"}
    assert client.post(f"{address}/answer", data=answer).status_code == 303
    assert client.post(f"{address}/answer", data=answer).status_code == 303
    assert client.post(f"{address}/answer", data={"answer": "agrees"}).status_code == 409
    assert db.session.get(SessionRating, scene["held"]).rating == 4
    theirs = as_(app, scene["lead"]).get(address).text
    assert "It was two calls" in theirs
    assert "5: very useful" not in theirs


@pytest.mark.sqlite_only
def test_a_record_without_answer_for_a_week_shows_as_such(app, scene):
    assert "Unacknowledged for 9 days" in as_(app, scene["lead"]).get(f"/coaching/sessions/{scene['held']}").text


PAGES = ("/coaching/people/{person}", "/coaching/sessions/{held}", "/coaching/sessions/{planned}")


def addresses(scene):
    numbers = {"person": scene["person"].id, "held": scene["held"], "planned": scene["planned"]}
    return [page.format(**numbers) for page in PAGES]


@pytest.mark.sqlite_only
@pytest.mark.parametrize("who", ["peer", "stranger", "hr", "champion", "executive", "administrator"])
def test_records_are_between_the_two_and_their_line(app, scene, who):
    viewer = scene.get(who) or make_person(roles=() if who == "stranger" else (Role(who),))
    client = as_(app, viewer)
    for address in (*addresses(scene), f"/coaching/actions/{scene['action']}"):
        assert client.get(address).status_code in {403, 404}, address
    assert client.post(f"/coaching/sessions/{scene['planned']}", data={"goal": "x"}).status_code == 404
    assert client.post(f"/coaching/sessions/{scene['held']}/answer", data={"answer": "agrees"}).status_code == 404


@pytest.mark.sqlite_only
def test_those_above_read_but_do_not_write_and_the_one_coached_does_not_attest(app, scene):
    above, own = as_(app, scene["top"]), as_(app, scene["person"])
    for client in (above, own):
        assert [client.get(address).status_code for address in addresses(scene)] == [200, 200, 200]
        assert client.post(f"/coaching/sessions/{scene['planned']}/hold", data={}).status_code == 403
    assert above.post(f"/coaching/sessions/{scene['held']}/answer", data={"answer": "agrees"}).status_code == 403


def every_address(app):
    """Addresses of all pages that take no arguments, and of those of the scene."""
    rules = [r for r in app.url_map.iter_rules() if "GET" in (r.methods or ()) and not r.arguments]
    return [r.rule for r in rules if r.endpoint not in {"static"} and not r.rule.startswith("/health")]


@pytest.mark.sqlite_only
@pytest.mark.parametrize("who", ["person", "peer", "top", "hr", "champion", "executive", "administrator"])
def test_a_private_note_never_leaves_to_anyone_else(app, scene, who):
    viewer = scene.get(who) or make_person(roles=(Role(who),))
    client = as_(app, viewer)
    person, lead = scene["person"].id, scene["lead"].id
    pages = [
        *every_address(app),
        *addresses(scene),
        f"/coaching/teams/{lead}",
        f"/coaching/people/{person}/record.csv",
        f"/coaching/sessions/{scene['planned']}/session.ics",
        f"/people/{person}",
        f"/people/{lead}",
        "/people?q=Zebrafish",
        "/courses?q=Zebrafish",
        "/nps/comments?q=Zebrafish",
    ]
    for address in pages:
        answer = client.get(address, follow_redirects=True)
        assert SECRET.encode() not in answer.data, address
    for kind in ("lesson", "course", "session", "coaching"):
        assert list(db.session.execute(search.matching(kind, SECRET))) == []


def test_a_new_supervisor_sees_shared_records_only_and_the_former_one_nothing_later(app, scene):
    new = make_person(given_name="Nina", family_name="New")
    with writing():
        set_manager(db.session.get(Person, scene["person"].id), db.session.get(Person, new.id), clock.now())
        db.session.commit()
    later = session_of(scene["person"], new, goal="After the move")
    theirs, former = as_(app, new), as_(app, scene["lead"])
    held = theirs.get(f"/coaching/sessions/{scene['held']}").text
    assert "Calmer calls" in held
    assert SECRET not in held
    assert former.get(f"/coaching/sessions/{scene['held']}").status_code == 200  # what they wrote themselves
    assert former.get(f"/coaching/sessions/{later.id}").status_code == 404
    assert former.get(f"/coaching/people/{scene['person'].id}").status_code == 404
    db.session.expire_all()
    assert db.session.get(Session, scene["planned"]).state == "cancelled"
    assert former.post(f"/coaching/sessions/{scene['planned']}", data={"goal": "x"}).status_code == 403


def test_both_sides_see_the_same_gaps_with_the_same_reasons(app, scene):
    empathy = behaviour("Shows empathy", target=3.0)
    person = scene["person"]
    for number in range(3):
        observe(person, scene["lead"], {empathy.id: 1}, on=today() - timedelta(days=number))
    rows = []
    for viewer in (person, scene["lead"]):
        page = as_(app, viewer).get(f"/coaching/people/{person.id}").text
        rows.append(re.search(r"<tbody>.*?</tbody>", page, re.S).group())
    assert "Likely below" in rows[0]
    assert "from 3 observations" in rows[0]
    assert rows[0] == rows[1]


def test_the_record_can_be_taken_along(app, scene):
    answer = as_(app, scene["person"]).get(f"/coaching/people/{scene['person'].id}/record.csv")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert any("Calmer calls" in row for row in rows)
    assert any("Repeat the question" in row for row in rows)


@pytest.mark.sqlite_only
def test_a_topic_is_put_on_the_agenda_and_taken_off(app, scene):
    client = as_(app, scene["person"])
    assert client.post("/coaching/topics", data={"text": ""}).status_code == 422
    assert client.post("/coaching/topics", data={"text": "My shifts"}).status_code == 303
    assert client.post("/coaching/topics", data={"text": "My shifts"}).status_code == 303
    topic = db.session.scalars(select(Topic)).one()
    assert "My shifts" in as_(app, scene["lead"]).get(f"/coaching/sessions/{scene['planned']}").text
    assert as_(app, scene["peer"]).post(f"/coaching/topics/{topic.id}/drop").status_code == 404
    assert client.post(f"/coaching/topics/{topic.id}/drop").status_code == 303
    assert db.session.query(Topic).count() == 0


@pytest.mark.sqlite_only
def test_an_action_is_closed_by_its_owner(app, scene):
    client, address = as_(app, scene["person"]), f"/coaching/actions/{scene['action']}"
    assert "What became of it" in client.get(address).text
    assert client.post(address, data={"state": "dropped"}).status_code == 422
    assert client.post(address, data={"state": "done", "outcome": "Better"}).status_code == 303
    assert client.post(address, data={"state": "done", "outcome": "Better"}).status_code == 303
    assert client.post(address, data={"state": "dropped", "outcome": "No"}).status_code == 409


@pytest.mark.sqlite_only
def test_everyone_is_led_to_their_own_page(app, scene):
    ways = {scene["lead"].id: "/coaching/teams/", scene["person"].id: "/coaching/people/"}
    for person_id, way in ways.items():
        assert as_(app, db.session.get(Person, person_id)).get("/coaching").location.startswith(way)
    assert as_(app, make_person(roles=(Role.HR,))).get("/coaching").location == "/coaching/coverage"


def test_the_team_shows_gaps_sessions_and_what_is_overdue(app, scene):
    page = as_(app, scene["lead"]).get(f"/coaching/teams/{scene['lead'].id}").text
    assert "1 action" in page
    assert f"/coaching/sessions/{scene['planned']}" in page
    assert as_(app, scene["person"]).get(f"/coaching/teams/{scene['lead'].id}").status_code in {403, 404}


@pytest.mark.sqlite_only
def test_a_team_of_sixty_costs_as_many_statements_as_one_of_twelve(app, count_statements):
    seen = []
    for size in (12, 60):
        lead, people = company_of(size)
        empathy = behaviour(target=3.0)
        for person in people:
            observe(person, lead, {empathy.id: 2})
            session_of(person, lead)
        client = as_(app, lead)
        client.get(f"/coaching/teams/{lead.id}")
        with count_statements() as statements:
            page = client.get(f"/coaching/teams/{lead.id}")
        assert page.text.count('<th scope="row">') >= size
        seen.append(len(statements))
    assert seen[0] == seen[1] < 25


@pytest.mark.sqlite_only
def test_a_person_with_much_behind_them_costs_as_many_statements_as_a_new_one(app, scene, count_statements):
    client, seen = as_(app, scene["lead"]), []
    plant(5, 2, 3, day=today(), person=scene["person"])
    empathy = behaviour("Shows empathy", target=3.0)
    for count in (1, 50):
        for _ in range(count):
            observe(scene["person"], scene["lead"], {empathy.id: 2})
        client.get(f"/coaching/people/{scene['person'].id}")
        with count_statements() as statements:
            page = client.get(f"/coaching/people/{scene['person'].id}")
        assert page.status_code == 200
        seen.append(len(statements))
    assert seen[0] == seen[1] < 35
    assert "Next page" in page.text


@pytest.mark.sqlite_only
def test_a_text_of_100_kb_is_refused_and_an_action_of_another_session_is_not_taken_back(app, scene):
    lead, own = as_(app, scene["lead"]), as_(app, scene["person"])
    huge, planned, held = "🙂" * 25_000, f"/coaching/sessions/{scene['planned']}", f"/coaching/sessions/{scene['held']}"
    assert lead.post(planned, data={"goal": huge, "revision": "0"}).status_code == 422
    assert own.post("/coaching/topics", data={"text": huge}).status_code == 422
    assert own.post(f"{held}/answer", data={"answer": "agrees", "comment": huge}).status_code == 422
    assert own.post(f"/coaching/actions/{scene['action']}", data={"state": "done", "outcome": huge}).status_code == 422
    removed = lead.post(f"{planned}/actions/{scene['action']}/remove", data={"revision": "0"})
    assert removed.status_code == 303
    db.session.expire_all()
    assert db.session.get(Action, scene["action"]).state == "open"
    assert db.session.get(Session, scene["planned"]).goal == ""
    assert db.session.get(Session, scene["held"]).answer is None
