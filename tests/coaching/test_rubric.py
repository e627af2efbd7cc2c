"""The rubric: its versions, what is shown before it is kept, and who may write it."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict

from app.coaching.models import Behaviour, BehaviourVersion
from app.coaching.operations.rubric import (
    Wording,
    add_starter_set,
    bring_back,
    current_version,
    retire,
    write_behaviour,
)
from app.coaching.queries.benchmarks import current_behaviours
from app.coaching.queries.rubric import history_of
from app.coaching.starter import STARTER
from app.core import clock
from app.core.db import db, writing
from app.core.errors import Conflict, Invalid
from app.core.measures import all_measures
from tests.coaching.build import behaviour, benchmark, observe
from tests.factories import make_person, make_supervisor, sign_in
from tests.nps.build import company_of

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
EMPATHY = Wording("Shows empathy", "Notices what it means", ("None", "Little", "Some", "Much", "All of it"))

NOT_ACCEPTED = [
    ("name", replace(EMPATHY, name="")),
    ("name", replace(EMPATHY, name="x" * 121)),
    ("name", replace(EMPATHY, name="LISTENS")),
    ("description", replace(EMPATHY, description="x" * 1001)),
    ("level_2", replace(EMPATHY, levels=("None", "", "Some", "Much", "All of it"))),
    ("level_4", replace(EMPATHY, levels=("None", "Little", "Some", "Some", "All of it"))),
    ("level_5", replace(EMPATHY, levels=("None", "Little", "Some", "Much", "x" * 501))),
]


@pytest.fixture(autouse=True)
def _writes(app):
    with writing():
        yield


def versions(one):
    return [
        (row.version, row.name, row.is_current)
        for row in db.session.scalars(
            select(BehaviourVersion).where(BehaviourVersion.behaviour_id == one.id).order_by(BehaviourVersion.version)
        )
    ]


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


class TestWriting:
    def test_a_new_behaviour_is_written_once_however_often_it_is_sent(self, app):
        first = write_behaviour(None, EMPATHY, make_person(), NOW)
        again = write_behaviour(None, EMPATHY, None, NOW)
        assert (again.id, first.key) == (first.id, "shows-empathy")
        assert versions(first) == [(1, "Shows empathy", True)]

    def test_another_wording_is_a_new_version_and_the_old_one_stays(self, app):
        one = write_behaviour(None, EMPATHY, None, NOW)
        lead, (agent, *_) = company_of(1)
        observe(agent, lead, {one.id: 2})
        reworded = replace(EMPATHY, levels=("None at all", *EMPATHY.levels[1:]))
        for _ in range(2):
            write_behaviour(one, reworded, lead, NOW, seen=1)
        assert versions(one) == [(1, "Shows empathy", False), (2, "Shows empathy", True)]
        newest, oldest = history_of(one.id).versions
        assert (newest.levels[0], newest.scored, newest.given_name) == ("None at all", 0, "Lena")
        assert (oldest.levels[0], oldest.scored, oldest.given_name) == ("None", 1, None)

    def test_whoever_started_from_an_older_version_is_told(self, app):
        one = write_behaviour(None, EMPATHY, None, NOW)
        write_behaviour(one, replace(EMPATHY, description="Newer"), None, NOW, seen=1)
        with pytest.raises(Conflict):
            write_behaviour(one, replace(EMPATHY, description="Mine"), None, NOW, seen=1)
        assert current_version(one).description == "Newer"
        write_behaviour(one, replace(EMPATHY, description="Mine"), None, NOW, seen=2)
        assert current_version(one).description == "Mine"

    def test_what_can_t_be_accepted_is_told_at_its_field(self, app):
        behaviour("Listens")
        told = {}
        for field, wording in NOT_ACCEPTED:
            with pytest.raises(Invalid) as refused:
                write_behaviour(None, wording, None, NOW)
            told[wording] = (field, list(refused.value.fields))
        assert {wording: pair for wording, pair in told.items() if [pair[0]] != pair[1]} == {}
        assert count(Behaviour) == 1

    def test_a_key_that_another_name_has_taken_gets_a_number(self, app):
        one = write_behaviour(None, EMPATHY, None, NOW)
        write_behaviour(one, replace(EMPATHY, name="Meets people"), None, NOW)
        assert write_behaviour(None, EMPATHY, None, NOW).key == "shows-empathy-2"
        assert write_behaviour(None, replace(EMPATHY, name="共感"), None, NOW).key == "behaviour"

    def test_two_current_versions_are_impossible(self, app):
        one = behaviour()
        db.session.add(
            BehaviourVersion(behaviour_id=one.id, version=2, name="Other", levels=list("12345"), written_at=NOW)
        )
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()


class TestRetiring:
    def test_a_retired_behaviour_is_no_measure_until_it_is_brought_back(self, app):
        one = behaviour("Listens")
        assert [retire(one, NOW), retire(one, NOW + timedelta(days=1))] == [True, False]
        assert (one.retired_at, current_behaviours()) == (NOW, [])
        assert f"behaviour:{one.id}" not in all_measures()
        assert [bring_back(one), bring_back(one)] == [True, False]
        assert [row.name for row in current_behaviours()] == ["Listens"]

    def test_it_does_not_come_back_beside_another_of_its_name(self, app):
        one = behaviour("Shows empathy")
        retire(one, NOW)
        write_behaviour(None, EMPATHY, None, NOW)
        with pytest.raises(Conflict):
            bring_back(one)


def test_the_proposal_fills_an_empty_rubric_once(app):
    assert [add_starter_set(None, NOW), add_starter_set(None, NOW)] == [5, 0]
    assert {row.key for row in current_behaviours()} == {starter.key for starter in STARTER}


def test_the_proposal_is_left_out_where_something_is_written(app):
    retire(behaviour(), NOW)
    assert add_starter_set(None, NOW) == 0


# The pages


def fields(wording=EMPATHY, **changed):
    levels = {f"level_{number}": text for number, text in enumerate(wording.levels, 1)}
    return {"name": wording.name, "description": wording.description, **levels, **changed}


def post(client, address, page, **values):
    """Send a form of a page as a browser does: with what its hidden fields hold."""
    shown = client.get(page).text
    hidden = {}
    for control in re.findall(r"<input[^>]*>", shown):
        if named := re.search(r'name="(seen|csrf_token)"', control):
            hidden[named[1]] = re.search(r'value="([^"]*)"', control)[1]
    return client.post(address, data=MultiDict({**hidden, **values}))


@pytest.fixture
def client(app):
    return sign_in(app.test_client(), make_person(roles=("champion",), given_name="Clara"))


ROUTES = [
    ("GET", "/coaching/rubric/new"),
    ("POST", "/coaching/rubric/new"),
    ("POST", "/coaching/rubric/start"),
    ("GET", "/coaching/rubric/{}/edit"),
    ("POST", "/coaching/rubric/{}/edit"),
    ("POST", "/coaching/rubric/{}/retire"),
    ("POST", "/coaching/rubric/{}/bring-back"),
]


@pytest.mark.sqlite_only
class TestPages:
    @pytest.mark.parametrize(("who", "reads"), [("employee", 403), ("executive", 403), ("supervisor", 200)])
    def test_others_write_nothing_and_supervisors_read(self, app, who, reads):
        one = behaviour("Listens before answering")
        person = make_supervisor() if who == "supervisor" else make_person(roles=() if who == "employee" else (who,))
        client = sign_in(app.test_client(), person)
        app.config["WTF_CSRF_ENABLED"] = False
        assert client.get("/coaching/rubric").status_code == reads
        for method, address in ROUTES:
            answer = client.open(address.format(one.id), method=method, data=fields())
            assert answer.status_code == 403, address
        assert (count(Behaviour), versions(one)) == (1, [(1, "Listens before answering", True)])

    def test_an_empty_rubric_says_how_to_begin_and_begins_once(self, client):
        assert "Start with a proposal" in client.get("/coaching/rubric").text
        for _ in range(2):
            answer = post(client, "/coaching/rubric/start", "/coaching/rubric/new")
            assert (answer.status_code, answer.location) == (303, "/coaching/rubric")
        page = client.get("/coaching/rubric").text
        assert page.count("<article") == count(Behaviour) == 5
        assert "Start with a proposal" not in page

    def test_it_tells_who_is_asked_for_what(self, app, client):
        one, other = behaviour("Listens", target=3.5), behaviour("Owns it")
        benchmark(f"behaviour:{one.id}", 4.0, job_role="Agent")
        page = " ".join(client.get("/coaching/rubric").text.split())
        assert "Asked for: 3.5 levels of everyone ; 4 levels of Agent" in page.replace("everyone;", "everyone ;")
        assert f"metric=behaviour:{other.id}" in page
        assert page.count("Nobody is observed on it yet") == 1

    def test_a_preview_shows_the_levels_and_keeps_nothing(self, client):
        shown = post(client, "/coaching/rubric/new?preview=1", "/coaching/rubric/new", **fields(level_4=""))
        preview = re.search(r'<section[^>]*id="preview".*?</section>', shown.text, re.DOTALL)[0]
        assert shown.status_code == 200
        assert 'type="radio"' in preview
        assert "Shows empathy" in preview
        assert "No words for this level yet" in preview
        assert 'value="Shows empathy"' in shown.text
        assert count(Behaviour) == 0

    def test_a_behaviour_is_written_changed_and_its_history_shown(self, client):
        assert post(client, "/coaching/rubric/new", "/coaching/rubric/new", **fields()).status_code == 303
        one = db.session.scalar(select(Behaviour))
        page = f"/coaching/rubric/{one.id}/edit"
        for _ in range(2):
            answer = post(client, page, page, **fields(level_1="Nothing of it"))
            assert answer.location == f"/coaching/rubric#behaviour-{one.id}"
        assert len(versions(one)) == 2
        history = client.get(page).text
        assert "2 versions, 0 observations scored by them" in history
        assert "by Clara" in history

    def test_what_is_missing_is_told_at_its_field_and_nothing_typed_is_lost(self, client):
        answer = post(client, "/coaching/rubric/new", "/coaching/rubric/new", **fields(level_3=""))
        assert answer.status_code == 422
        assert 'id="level_3-error"' in answer.text
        assert "All of it</textarea>" in answer.text

    def test_a_change_in_between_is_told_and_can_be_sent_again(self, client):
        one = behaviour("Listens")
        page = f"/coaching/rubric/{one.id}/edit"
        write_behaviour(one, EMPATHY, None, clock.now())
        db.session.commit()
        answer = post(client, page, page, **fields(level_2="Mine"), seen=1)
        assert answer.status_code == 409
        assert "Mine</textarea>" in answer.text
        assert 'value="2"' in re.search(r'<input[^>]*name="seen"[^>]*>', answer.text)[0]
        assert current_version(one).version == 2

    def test_retiring_and_bringing_back(self, client):
        one = behaviour("Listens")
        page = f"/coaching/rubric/{one.id}/edit"
        for _ in range(2):
            assert post(client, f"/coaching/rubric/{one.id}/retire", page).status_code == 303
        assert "1 retired behaviour" in client.get("/coaching/rubric").text
        assert "nobody is observed on it" in client.get(page).text
        assert post(client, f"/coaching/rubric/{one.id}/bring-back", page).status_code == 303
        assert "retired behaviour" not in client.get("/coaching/rubric").text

    def test_a_behaviour_that_is_not_there_has_no_page(self, client):
        assert client.get("/coaching/rubric/77/edit").status_code == 404

    def test_the_rubric_costs_the_same_for_any_number_of_behaviours(self, client, count_statements):
        counted = []
        for number in (1, 49):
            for _ in range(number):
                benchmark(f"behaviour:{behaviour().id}", 3)
            client.get("/coaching/rubric")
            with count_statements() as seen:
                client.get("/coaching/rubric")
            counted.append(len(seen))
        assert counted[0] == counted[1] <= 12
