"""Calibrations: opened, scored blind, closed, and what follows for behaviours and raters."""

import re
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.operations import set_manager
from app.coaching.models import (
    Agreement,
    BehaviourVersion,
    Calibration,
    CalibrationLevel,
    CalibrationRater,
)
from app.coaching.operations.calibration import Interaction, close_due, hand_in, open_calibration
from app.coaching.queries.calibration import blocked_behaviours, item_at
from app.core import clock
from app.core.db import db, writing
from app.core.errors import Conflict
from tests.coaching import build
from tests.coaching.build import today
from tests.factories import make_person, make_supervisor, sign_in

ALIKE = [[1, 1, 1], [3, 3, 3], [5, 5, 4], [2, 2, 2]]  # a row for each interaction, a column for each rater
STRICT = [[1, 2, 2], [2, 3, 3], [3, 4, 4], [4, 5, 5], [2, 3, 3], [1, 2, 2]]  # the first of the raters
APART = [[1, 4, 2], [3, 1, 5], [5, 2, 3], [2, 5, 1]]


WRONG = [
    ({"title": " "}, "Enter a title."),
    ({"floor": "1.1"}, "Enter a number from 0 to 1."),
    ({"floor": "nan"}, "Enter a number from 0 to 1."),
    ({"closes_on": "2020-01-01"}, "Choose today or a later day."),
    ({"behaviours": []}, "Choose at least one behaviour."),
    ({"behaviours": ["99999999999"]}, "One of these is no longer in the list."),
    ({"raters": []}, "Choose at least two raters"),
    ({"title_1": "", "material_1": "", "title_3": "", "link_3": ""}, "Describe at least one interaction."),
    ({"title_1": ""}, "Enter a title for this interaction."),
    ({"material_1": ""}, "Add what was said, or a link to a recording."),
    ({"link_3": "javascript:alert(1)"}, "Enter a link that begins with https://"),
    ({"material_1": "x" * 20_001}, "Field cannot be longer than 20000 characters."),
]


@pytest.fixture
def leads(app):
    return [make_supervisor(given_name=name, family_name="Lead") for name in ("Ann", "Ben", "Cem")]


@pytest.fixture
def runner(app):
    return make_person(roles=("hr",))


def behaviour(name=""):
    """Its id."""
    return build.behaviour(name).id


def opened(runner, raters, behaviours, items=4, **values):
    with writing():
        made = open_calibration(
            **{
                "token": uuid.uuid4().hex,
                "title": "Complaints by phone",
                "floor": 0.5,
                "closes_on": today() + timedelta(days=7),
                "behaviours": list(behaviours),
                "interactions": [Interaction(f"Call {n}", f"Transcript {n}") for n in range(1, items + 1)],
                "raters": [one.id for one in raters],
                "opened_by_id": runner.id,
                "now": clock.now(),
                **values,
            }
        )
        db.session.commit()
    return made


def score(calibration_id, rater, levels_by_item):
    """Give levels ({behaviour's id: level} for each interaction) and hand in."""
    with writing():
        for position, levels in enumerate(levels_by_item, start=1):
            hand_in(item_at(calibration_id, position), rater.id, levels, clock.now())
        db.session.commit()


def all_score(calibration_id, raters, tables):
    """`tables` has a table of levels for each behaviour: rows are interactions, columns raters."""
    behaviours = list(tables)
    for column, rater in enumerate(raters):
        items = zip(*(tables[one] for one in behaviours), strict=True)
        score(
            calibration_id,
            rater,
            [{one: row[column] for one, row in zip(behaviours, rows, strict=True)} for rows in items],
        )


def closed(runner, raters, tables, **values):
    made = opened(runner, raters, tables, items=len(next(iter(tables.values()))), **values)
    all_score(made, raters, tables)
    return made


def agreement(calibration_id, one):
    return db.session.get(Agreement, (calibration_id, one))


def client_of(app, person):
    return sign_in(app.test_client(), person)


def post(client, address, data=None, **more):
    """Send a form as a page of this client would."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/coaching/calibrations").text)[1]
    return client.post(address, data={"csrf_token": token, **(data or {})}, **more)


def main_of(page):
    """The words between the menu and the foot of a page."""
    found = re.search(r"<main.*?</main>", page.text, re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found.group()))


class TestClosing:
    def test_it_closes_when_the_last_of_three_raters_hands_in(self, app, runner, leads):
        one = behaviour()
        made = opened(runner, leads, [one])
        for number, rater in enumerate(leads):
            assert db.session.get(Calibration, made).closed_at is None
            score(made, rater, [{one: row[number]} for row in ALIKE])
        assert db.session.get(Calibration, made).closed_at is not None
        found = agreement(made, one)
        assert (found.items, found.raters, found.reached) == (4, 3, True)
        assert found.icc > 0.9
        assert found.icc_low < found.icc < found.icc_high
        assert found.raw == pytest.approx(10 / 12)

    def test_below_the_floor_a_behaviour_opens_no_gaps_until_a_calibration_reaches_it(self, app, runner, leads):
        good, poor = behaviour(), behaviour()
        closed(runner, leads, {good: ALIKE, poor: APART})
        assert blocked_behaviours() == {poor}
        closed(runner, leads, {poor: ALIKE})
        assert blocked_behaviours() == set()

    def test_a_calibration_in_which_nothing_can_be_told_lifts_no_block(self, app, runner, leads):
        poor = behaviour()
        closed(runner, leads, {poor: APART})
        made = closed(runner, leads, {poor: [[3, 3, 3]] * 4})
        assert agreement(made, poor).reached is None
        assert blocked_behaviours() == {poor}

    def test_what_was_never_told_of_is_not_blocked(self, app, runner, leads):
        one = behaviour()
        closed(runner, leads, {one: [[3, 3, 3]] * 4})
        assert blocked_behaviours() == set()

    def test_those_whose_last_day_is_over_close_with_who_handed_in(self, app, runner, leads):
        one = behaviour()
        made, later = opened(runner, leads, [one]), opened(runner, leads, [one])
        for number in (0, 1):
            score(made, leads[number], [{one: row[number]} for row in ALIKE])
        db.session.get(Calibration, later).closes_on = today() + timedelta(days=8)
        score(made, leads[2], [{one: 1}])  # one of four: not handed in
        with writing():
            assert close_due(clock.now() + timedelta(days=7)) == 0
            assert close_due(clock.now() + timedelta(days=8)) == 1
            assert close_due(clock.now() + timedelta(days=8)) == 0
            db.session.commit()
        assert (agreement(made, one).raters, agreement(made, one).icc) == (2, pytest.approx(1))
        assert db.session.get(Calibration, later).closed_at is None
        with writing(), pytest.raises(Conflict):
            hand_in(item_at(made, 1), leads[2].id, {one: 2}, clock.now())

    def test_whoever_has_left_keeps_nobody_waiting(self, app, runner, leads):
        one = behaviour()
        made = opened(runner, leads, [one])
        leads[2].active = False
        db.session.commit()
        all_score(made, leads[:2], {one: ALIKE})
        assert agreement(made, one).raters == 2

    def test_without_anyone_handing_in_nothing_can_be_told(self, app, runner, leads):
        one = behaviour()
        made = opened(runner, leads, [one])
        client = client_of(app, runner)
        for _ in range(2):  # a second click is harmless
            assert post(client, f"/coaching/calibrations/{made}/close").status_code == 303
        assert (agreement(made, one).reached, agreement(made, one).raters) == (None, 0)
        assert "Fewer than two raters handed in." in main_of(client.get(f"/coaching/calibrations/{made}"))


@pytest.mark.sqlite_only
class TestScoring:
    def address(self, made, position=1):
        return f"/coaching/calibrations/{made}/score/{position}"

    def test_a_rater_scores_page_by_page_and_hands_in_on_the_last(self, app, runner, leads):
        one, two = behaviour("Listens"), behaviour("Sums up")
        made = opened(runner, leads, [one, two], items=2)
        client = client_of(app, leads[0])
        assert "Start scoring" in client.get(f"/coaching/calibrations/{made}").text
        page = client.get(self.address(made))
        assert "Transcript 1" in page.text
        assert page.text.index("Listens") < page.text.index("Sums up")
        assert "Very well" in page.text
        given = {f"level_{one}": "4", f"level_{two}": "2"}
        moved = post(client, self.address(made), data={**given, "go": "2"})
        assert moved.location.endswith("/score/2")
        assert "Go on scoring" in client.get(f"/coaching/calibrations/{made}").text
        assert "Hand in" in client.get(self.address(made, 2)).text
        done = post(client, self.address(made, 2), data={**given, "go": "hand-in"})
        assert (done.status_code, done.location) == (303, f"/coaching/calibrations/{made}")
        assert "You handed in" in main_of(client.get(done.location))
        again = post(client, self.address(made, 2), data={**given, "go": "hand-in"})
        assert again.status_code == 303  # a second click is harmless
        assert db.session.scalar(select(func.count()).select_from(CalibrationLevel)) == 4
        assert client.get(self.address(made)).status_code == 303

    def test_levels_are_saved_as_they_are_clicked_and_the_last_one_counts(self, app, runner, leads):
        one = behaviour()
        made = opened(runner, leads, [one])
        client = client_of(app, leads[0])
        for level in ("2", "2", "5"):
            saved = post(
                client, self.address(made), data={f"level_{one}": level}, headers={"Accept": "application/json"}
            )
            assert set(saved.json) == {"saved_at"}
        assert db.session.scalars(select(CalibrationLevel.level)).all() == [5]
        assert re.search(r'value="5" checked', client.get(self.address(made)).text)

    def test_what_is_missing_is_said_and_what_was_chosen_is_kept(self, app, runner, leads):
        one, two = behaviour(), behaviour()
        made = opened(runner, leads, [one, two], items=3)
        client = client_of(app, leads[0])
        page = post(client, self.address(made, 3), data={f"level_{one}": "3", "go": "hand-in"})
        assert page.status_code == 422
        assert "Levels are still missing on interactions 1, 2 and 3." in main_of(page)
        assert "Level missing" in page.text
        assert db.session.scalars(select(CalibrationLevel.level)).all() == [3]
        assert db.session.get(CalibrationRater, (made, leads[0].id)).submitted_at is None

    def test_what_is_no_level_is_refused(self, app, runner, leads):
        one = behaviour()
        address, client = self.address(opened(runner, leads, [one])), client_of(app, leads[0])
        levels = ["0", "6", "x", "-1", "9" * 40, "²"]
        assert [post(client, address, {f"level_{one}": level}).status_code for level in levels] == [422] * 6
        assert db.session.scalars(select(CalibrationLevel.level)).all() == []

    def test_a_behaviour_that_is_not_asked_for_is_refused(self, app, runner, leads):
        made, other = opened(runner, leads, [behaviour()]), behaviour()
        for name in (other, 999_999_999, "x"):
            data = {f"level_{name}": "3"}
            assert post(client_of(app, leads[0]), self.address(made), data=data).status_code == 422

    def test_after_handing_in_and_after_closing_nothing_changes(self, app, runner, leads):
        one = behaviour()
        made = opened(runner, leads, [one], items=1)
        score(made, leads[0], [{one: 3}])
        late = {f"level_{one}": "5"}
        assert post(client_of(app, leads[0]), self.address(made), data=late).status_code == 409
        post(client_of(app, runner), f"/coaching/calibrations/{made}/close")
        assert post(client_of(app, leads[1]), self.address(made), data=late).status_code == 409
        page = post(client_of(app, leads[1]), self.address(made), data={**late, "go": "hand-in"})
        assert page.status_code == 409
        assert db.session.scalars(select(CalibrationLevel.level)).all() == [3]

    def test_words_of_the_opening_stay_when_the_rubric_changes(self, app, runner, leads):
        one = behaviour("Listens")
        made = opened(runner, leads, [one])
        old = db.session.scalars(select(BehaviourVersion).where(BehaviourVersion.behaviour_id == one)).one()
        old.is_current = False
        db.session.flush()
        new = {"name": "Hears", "levels": ["a", "b", "c", "d", "e"], "written_at": clock.now()}
        db.session.add(BehaviourVersion(behaviour_id=one, version=2, **new))
        db.session.commit()
        page = client_of(app, leads[0]).get(self.address(made)).text
        assert "Listens" in page
        assert "Hears" not in page


@pytest.mark.sqlite_only
class TestBlindness:
    def test_no_page_of_a_rater_changes_with_what_others_gave(self, app, runner, leads):
        one, two = behaviour(), behaviour()
        made = opened(runner, leads, [one, two], items=2)
        client = client_of(app, leads[0])
        addresses = [f"/coaching/calibrations/{made}/score/{n}" for n in (1, 2)] + [
            f"/coaching/calibrations/{made}",
            "/coaching/calibrations",
        ]
        before = [main_of(client.get(address)) for address in addresses]
        levels = {f"level_{one}": "4", f"level_{two}": "2"}
        for position in (1, 2):
            post(client_of(app, leads[1]), f"/coaching/calibrations/{made}/score/{position}", data=levels)
        assert [main_of(client.get(address)) for address in addresses] == before
        assert "checked" not in client.get(addresses[0]).text
        score(made, leads[1], [{one: 4, two: 2}] * 2)
        after = [main_of(client.get(address)).replace("1 of 3", "0 of 3") for address in addresses]
        assert after == before  # but for how many have handed in

    def test_who_runs_it_sees_how_far_raters_are_and_no_level(self, app, runner, leads):
        one = behaviour()
        made = opened(runner, leads, [one], items=2)
        post(client_of(app, leads[1]), f"/coaching/calibrations/{made}/score/1", data={f"level_{one}": "4"})
        score(made, leads[2], [{one: 5}, {one: 1}])
        page = client_of(app, runner).get(f"/coaching/calibrations/{made}")
        words = main_of(page)
        assert "Ann Lead Not begun" in words
        assert "Ben Lead 1 of 2 levels chosen" in words
        assert "Cem Lead Handed in" in words
        assert "Very well" not in words

    def test_who_runs_it_and_does_not_score_can_not_open_the_pages_to_score(self, app, runner, leads):
        made = opened(runner, leads, [behaviour()])
        client = client_of(app, runner)
        assert client.get(f"/coaching/calibrations/{made}/score/1").status_code == 403
        assert post(client, f"/coaching/calibrations/{made}/score/1", data={}).status_code == 403

    def test_to_a_stranger_it_does_not_exist(self, app, runner, leads):
        made = opened(runner, leads, [behaviour()])
        for stranger in (make_supervisor(), make_person(roles=("executive",)), make_person()):
            client = client_of(app, stranger)
            assert client.get(f"/coaching/calibrations/{made}").status_code == 404
            assert client.get(f"/coaching/calibrations/{made}/score/1").status_code == 404
            assert post(client, f"/coaching/calibrations/{made}/score/1", data={}).status_code == 404
            assert post(client, f"/coaching/calibrations/{made}/close").status_code == 404
            assert client.get("/coaching/calibrations/new").status_code == 403
            assert post(client, "/coaching/calibrations/new", data={}).status_code == 403
            assert "Complaints by phone" not in client.get("/coaching/calibrations").text
        assert "/login" in app.test_client().get(f"/coaching/calibrations/{made}").location

    def test_a_rater_can_not_close_it_and_a_position_it_does_not_have_is_no_page(self, app, runner, leads):
        made = opened(runner, leads, [behaviour()])
        client = client_of(app, leads[0])
        assert post(client, f"/coaching/calibrations/{made}/close").status_code == 403
        assert client.get(f"/coaching/calibrations/{made}/score/5").status_code == 404


@pytest.mark.sqlite_only
class TestResult:
    def test_a_rater_sees_the_agreement_and_only_the_own_severity(self, app, runner, leads):
        made = closed(runner, leads, {behaviour("Listens"): STRICT, behaviour("Sums up"): STRICT})
        strict, mild, _ = (main_of(client_of(app, lead).get(f"/coaching/calibrations/{made}")) for lead in leads)
        assert "0.7 levels stricter than the average of all raters; more than chance." in strict
        assert "milder than the average" not in strict
        assert "0.3 levels milder than the average of all raters; more than chance." in mild
        assert "stricter than the average" not in mild
        for words in (strict, mild):
            assert "Listens This behaviour may open gaps." in words
            assert not {"Ann Lead", "Ben Lead", "Cem Lead"} & set(re.findall(r"\w+ Lead", words.split("Home")[-1]))
        assert "stricter" not in main_of(client_of(app, runner).get(f"/coaching/calibrations/{made}"))
        assert "0.7 levels stricter" in main_of(client_of(app, leads[0]).get("/coaching/calibrations"))
        assert "levels stricter" not in main_of(client_of(app, runner).get("/coaching/calibrations"))

    def test_it_says_what_is_below_the_floor_and_what_that_means(self, app, runner, leads):
        poor = behaviour("Sums up")
        made = closed(runner, leads, {behaviour("Listens"): ALIKE, poor: APART})
        client = client_of(app, runner)
        words = main_of(client.get(f"/coaching/calibrations/{made}"))
        assert "1 of 2 behaviours reaches the floor" in words
        assert (
            "Sums up This behaviour opens no gaps until a new calibration reaches its floor. Below the floor" in words
        )
        assert "From 3 raters, 4 interactions." in words
        closed(runner, leads, {poor: ALIKE})
        assert "A newer calibration reached its floor" in main_of(client.get(f"/coaching/calibrations/{made}"))

    def test_equal_levels_on_like_interactions_are_not_blamed_on_the_raters(self, app, runner, leads):
        made = closed(runner, leads, {behaviour(): [[3, 3, 3]] * 5 + [[3, 3, 4]]})
        words = main_of(client_of(app, leads[0]).get(f"/coaching/calibrations/{made}"))
        assert "Raters mostly gave the same level, but the interactions hardly differ." in words

    def test_whoever_did_not_hand_in_has_nothing_to_compare(self, app, runner, leads):
        one = behaviour()
        made = opened(runner, leads, [one])
        all_score(made, leads[:2], {one: [[row[0], row[0]] for row in ALIKE]})
        post(client_of(app, runner), f"/coaching/calibrations/{made}/close")
        words = main_of(client_of(app, leads[2]).get(f"/coaching/calibrations/{made}"))
        assert "You did not hand in, so your levels don’t count" in words
        assert "As strict as the average" in main_of(client_of(app, leads[0]).get(f"/coaching/calibrations/{made}"))


@pytest.mark.sqlite_only
class TestOpening:
    def filled(self, app, runner, leads, asked, **changes):
        client = client_of(app, runner)
        token = re.search(r'name="token"[^>]*value="([^"]+)"', client.get("/coaching/calibrations/new").text).group(1)
        values = {
            "token": token,
            "title": "Complaints by phone",
            "floor": "0.6",
            "closes_on": (today() + timedelta(days=3)).isoformat(),
            "behaviours": [str(one) for one in asked],
            "raters": [str(one.id) for one in leads],
            "title_1": "A late parcel",
            "material_1": "Agent: good morning\nCustomer: where is it?",
            "title_3": "A refund",
            "link_3": "https://calls.example/7",
            **changes,
        }
        return client, {name: value for name, value in values.items() if value is not None}

    def send(self, client, values):
        return post(client, "/coaching/calibrations/new", data=values)

    def test_it_opens_once_however_often_it_is_sent(self, app, runner, leads):
        one, _ = behaviour(), behaviour()
        client, values = self.filled(app, runner, leads, [one])
        first, second = self.send(client, values), self.send(client, values)
        assert (first.status_code, first.location) == (303, second.location)
        made = db.session.scalars(select(Calibration)).one()
        assert (made.title, made.floor, made.opened_by_id) == ("Complaints by phone", 0.6, runner.id)
        assert [item_at(made.id, n).title for n in (1, 2)] == ["A late parcel", "A refund"]
        words = main_of(client.get(first.location))
        assert "2 interactions, 1 behaviour." in words
        waiting = main_of(client_of(app, leads[0]).get("/coaching/calibrations"))
        assert "Waiting for you Complaints by phone to score by" in waiting

    def test_wrong_input_is_said_at_its_field_and_nothing_is_lost(self, app, runner, leads):
        client, values = self.filled(app, runner, leads, [behaviour()])
        for changes, message in WRONG:
            sent = {**values, **changes}
            page = self.send(client, sent)
            assert (page.status_code, message in main_of(page)) == (422, True), message
            assert 'value="A refund"' in page.text or not sent["title_3"]
            assert f'value="{values["token"]}"' in page.text
        assert db.session.scalars(select(Calibration)).all() == []

    def test_one_rater_is_too_few_and_an_employee_is_none(self, app, runner, leads):
        client, values = self.filled(app, runner, leads[:1], [behaviour()])
        assert "agreement takes two" in main_of(self.send(client, values))
        employee = make_person()
        assert self.send(client, {**values, "raters": [str(leads[0].id), str(employee.id)]}).status_code == 422

    def test_who_no_longer_leads_anyone_is_refused_by_the_operation(self, app, runner, leads):
        client, values = self.filled(app, runner, leads, [behaviour()])
        values["raters"] = [str(leads[0].id), str(make_person().id)]
        assert self.send(client, values).status_code == 422

    def test_of_many_supervisors_the_raters_are_named_by_employee_id(self, app, runner, leads, monkeypatch):
        monkeypatch.setattr("app.coaching.calibration_forms.MOST_LISTED", 2)
        ids = ", ".join(one.employee_id for one in leads)
        client, values = self.filled(app, runner, leads, [behaviour()], raters=None, employee_ids=f"{ids}\nE-none\n")
        page = self.send(client, values)
        assert page.status_code == 422
        assert "Nobody whom others report to has the employee id “E-none”." in main_of(page)
        assert self.send(client, {**values, "employee_ids": f"{ids};{ids}"}).status_code == 303
        assert len(db.session.scalars(select(CalibrationRater)).all()) == 3

    def test_someone_without_reports_is_not_offered(self, app, runner, leads):
        with writing():
            report = next(
                iter(db.session.scalars(select(type(leads[0])).where(type(leads[0]).manager_id == leads[0].id)))
            )
            set_manager(report, leads[1], clock.now())
            db.session.commit()
        page = client_of(app, runner).get("/coaching/calibrations/new").text
        assert "Ben Lead" in page
        assert "Ann Lead" not in page


@pytest.mark.sqlite_only
class TestList:
    def test_empty_it_says_what_will_be_here(self, app, runner):
        assert "No calibration yet" in main_of(client_of(app, runner).get("/coaching/calibrations"))
        assert "Nothing to score" in main_of(client_of(app, make_person()).get("/coaching/calibrations"))

    def test_it_pages_and_costs_the_same_at_2_and_at_52(self, app, runner, leads, count_statements):
        tables = {behaviour(): ALIKE[:2]}
        closed(runner, leads, tables)
        opened(runner, leads, list(tables))

        def statements(person, address):
            client = client_of(app, person)
            client.get(address)
            with count_statements() as seen:
                page = client.get(address)
            assert page.status_code == 200
            assert not [one for one in seen if one.startswith(("INSERT", "UPDATE", "DELETE"))]
            return len(seen)

        few = [statements(person, "/coaching/calibrations") for person in (runner, leads[0])]
        for _ in range(4):
            closed(runner, leads, tables)
        for _ in range(46):
            opened(runner, leads, list(tables), items=1)
        assert [statements(person, "/coaching/calibrations") for person in (runner, leads[0])] == few
        assert max(few) <= 6
        page = client_of(app, leads[0]).get("/coaching/calibrations").text
        assert page.count("<tr>") == 51
        assert "Next page" in page

    def test_a_calibration_costs_the_same_for_few_and_many_raters(self, app, runner, leads, count_statements):
        def statements(raters, behaviours, items):
            tables = {
                behaviour(): [[1 + (i + j) % 5 for j in range(len(raters))] for i in range(items)]
                for _ in range(behaviours)
            }
            made = closed(runner, raters, tables)
            found = []
            for person in (runner, raters[0]):
                client = client_of(app, person)
                client.get(f"/coaching/calibrations/{made}")
                with count_statements() as seen:
                    client.get(f"/coaching/calibrations/{made}")
                found.append(len(seen))
            return found

        few = statements(leads[:2], 1, 2)
        assert statements([*leads, *(make_supervisor() for _ in range(3))], 4, 8) == few
        assert max(few) <= 12
