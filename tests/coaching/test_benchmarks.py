"""Setting benchmarks and how often people are coached: the past stays, a team's is stricter, twice is harmless."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict

from app.coaching.models import Benchmark, Cadence, Gap
from app.coaching.operations import benchmarks as operations
from app.coaching.operations.cadence import set_cadence
from app.coaching.operations.rubric import retire
from app.coaching.queries.benchmark_pages import company_series, series_of
from app.coaching.queries.benchmarks import in_force
from app.core import clock
from app.core.db import db, writing
from app.core.errors import Conflict, Invalid
from tests.coaching.build import behaviour, benchmark, observe
from tests.factories import make_person, make_supervisor, sign_in
from tests.nps.build import company_of

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
TODAY, LATER = NOW.date(), date(2026, 12, 7)
LONG_AGO = date(2026, 1, 1)


@pytest.fixture(autouse=True)
def _writes(app):
    with writing():
        yield


def ask(metric, target, *, job_role="", lead=None, on=LATER, reason="", by=None, now=NOW, seen=None):
    return operations.set_benchmark(
        metric, job_role, lead, target=target, starts_on=on, reason=reason, by=by, now=now, seen=seen
    )


def refusal(*args, **values):
    with pytest.raises(Invalid) as refused:
        ask(*args, **values)
    return list(refused.value.fields)


def asked_of(person, metric, day):
    held = in_force([person], day)[person.id].get(metric)
    return held.target if held else None


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


class TestSetting:
    def test_a_raised_benchmark_leaves_the_past_as_it_was(self, app):
        person = make_person()
        old = benchmark("nps", 30, starts_on=LONG_AGO)
        kept = ask("nps", 40, by=person, reason="We have come far")
        assert (kept.starts_on, kept.target, kept.set_by_id, kept.reason) == (LATER, 40, person.id, "We have come far")
        assert (old.target, old.starts_on) == (30, LONG_AGO)
        days = [LONG_AGO - timedelta(days=1), LONG_AGO, LATER - timedelta(days=1), LATER]
        assert [asked_of(person, "nps", day) for day in days] == [None, 30, 30, 40]

    def test_sent_twice_it_is_one_version(self, app):
        assert ask("nps", 30).id == ask("nps", 30).id
        assert count(Benchmark) == 1
        db.session.add(Benchmark(metric="nps", starts_on=LATER, target=31, set_at=NOW))
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()

    def test_what_has_not_begun_can_be_replaced_and_taken_back(self, app):
        first = ask("nps", 30)
        assert ask("nps", 35).id == first.id
        assert first.target == 35
        taken = [operations.take_back("nps", "", None, starts_on=LATER, now=NOW) for _ in range(2)]
        assert (taken, count(Benchmark)) == ([True, False], 0)

    def test_what_has_begun_is_neither_changed_nor_taken_back(self, app):
        ask("nps", 30, on=TODAY)
        with pytest.raises(Conflict):
            ask("nps", 35, on=TODAY)
        with pytest.raises(Conflict):
            operations.take_back("nps", "", None, starts_on=TODAY, now=NOW)
        assert refusal("nps", 35, on=TODAY - timedelta(days=1)) == ["starts_on"]
        assert db.session.scalars(select(Benchmark.target)).all() == [30]

    def test_today_is_that_of_the_installation(self, app):
        app.config["TIME_ZONE"] = "Pacific/Auckland"
        evening = datetime(2026, 12, 1, 12, tzinfo=UTC)  # the second in New Zealand
        assert refusal("nps", 30, on=TODAY, now=evening) == ["starts_on"]
        assert ask("nps", 30, on=date(2026, 12, 2), now=evening)

    def test_only_what_the_measure_can_have_is_asked_for(self, app):
        one = behaviour()
        key = f"behaviour:{one.id}"
        for target in (0.9, 5.1, 3.25, float("nan"), float("inf")):
            assert refusal(key, target) == ["target"], target
        assert refusal("nps", 30.5) == ["target"]
        assert refusal("certification", 50) == ["target"]
        assert refusal("plugin:gone", 3) == ["target"]
        for metric, target in ((key, 1), (key, 5), (key, 3.5), ("nps", -100), ("certification", 100)):
            ask(metric, target, on=LATER + timedelta(days=count(Benchmark)))
        assert count(Benchmark) == 5

    def test_what_changes_nothing_is_refused(self, app):
        assert refusal("nps", None) == ["ends"]
        benchmark("nps", 30, starts_on=LONG_AGO)
        assert refusal("nps", 30) == ["target"]
        ask("nps", None)
        assert refusal("nps", None, on=LATER + timedelta(days=1)) == ["ends"]

    def test_an_ended_benchmark_holds_until_its_last_day(self, app):
        person = make_person()
        benchmark("nps", 30, starts_on=LONG_AGO)
        benchmark("nps", 40, job_role="Agent", starts_on=LONG_AGO)
        ask("nps", None, job_role="Agent")
        assert [asked_of(person, "nps", day) for day in (LATER - timedelta(days=1), LATER)] == [40, 30]
        ask("nps", None, on=LATER + timedelta(days=1))
        assert asked_of(person, "nps", LATER + timedelta(days=1)) is None

    def test_a_measure_that_is_gone_can_end(self, app):
        benchmark("plugin:gone", 3, starts_on=LONG_AGO)
        assert ask("plugin:gone", None).target is None

    def test_whoever_saw_another_state_is_told(self, app):
        seen = series_of("nps", "", None, TODAY).mark
        ask("nps", 30, seen=seen)
        assert ask("nps", 30, seen=seen).target == 30  # a double click
        with pytest.raises(Conflict):
            ask("nps", 35, seen=seen)
        newer = series_of("nps", "", None, TODAY).mark
        assert ask("nps", 35, seen=newer, now=NOW + timedelta(minutes=1)).target == 35
        with pytest.raises(Conflict):
            ask("nps", 36, on=LATER + timedelta(days=1), seen=newer)


class TestTeams:
    def test_a_team_s_is_stricter_on_the_day_it_begins_and_says_why(self, app):
        lead, (agent, *_) = company_of(1)
        benchmark("nps", 30, starts_on=LONG_AGO)
        benchmark("nps", 40, job_role="Agent", starts_on=LATER)
        why = {"lead": lead, "reason": "We are the last to be asked"}
        assert refusal("nps", 31, lead=lead) == ["reason"]
        assert refusal("nps", 30, **why) == ["target"]
        assert refusal("nps", 40, job_role="Agent", **why) == ["target"]  # by then the company asks for 40
        assert ask("nps", 31, on=TODAY, **why)
        assert ask("nps", 41, job_role="Agent", **why)
        days = [TODAY - timedelta(days=1), TODAY, LATER]
        assert [asked_of(agent, "nps", day) for day in days] == [30, 31, 41]
        assert asked_of(make_person(), "nps", TODAY) == 30

    def test_where_the_company_asks_nothing_a_team_can_t(self, app):
        lead = make_supervisor()
        assert refusal("nps", 30, lead=lead, reason="Because") == ["target"]

    def test_the_database_wants_the_reason_too(self, app):
        lead = make_supervisor()
        db.session.add(Benchmark(metric="nps", lead_id=lead.id, starts_on=LATER, target=31, set_at=NOW))
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()

    def test_gaps_of_the_team_follow_at_once_when_it_begins_today(self, app):
        lead, (agent, other) = company_of(2)
        one = behaviour(target=1.5, since=LONG_AGO)
        today = clock.today_in("", clock.now())
        for days in range(6):
            observe(agent, lead, {one.id: 2}, on=today - timedelta(days=days))
            observe(other, lead, {one.id: 5}, on=today - timedelta(days=days))
        with writing():
            ask(f"behaviour:{one.id}", 4, lead=lead, on=today, reason="Because", now=clock.now())
        gap = db.session.scalars(select(Gap)).one()
        assert (gap.person_id, gap.target, gap.opened_on) == (agent.id, 4, today)


class TestCadence:
    def test_it_is_set_once_changed_and_taken_away(self, app):
        person = make_person()
        assert [set_cadence("Agent", 2, person, NOW) for _ in range(2)] == [True, False]
        assert set_cadence("Agent", 3, person, NOW, seen=2, check=True)
        with pytest.raises(Conflict):
            set_cadence("Agent", 6, person, NOW, seen=2, check=True)
        assert db.session.get(Cadence, "Agent").weeks == 3
        assert set_cadence("Agent", None, person, NOW, seen=3, check=True)
        assert (set_cadence("Agent", None, person, NOW), count(Cadence)) == (False, 0)

    def test_only_weeks_of_a_year(self, app):
        for weeks in (0, 53, -1, 10**12):
            with pytest.raises(Invalid) as refused:
                set_cadence("", weeks, None, NOW)
            assert list(refused.value.fields) == ["weeks"]
        assert [set_cadence("", edge, None, NOW) for edge in (1, 52)] == [True, True]


# The pages


def post(client, address, page=None, **values):
    """Send a form of a page as a browser does: with what its hidden fields hold."""
    shown = client.get(page or address).text
    hidden = {}
    for control in re.findall(r"<input[^>]*>", shown):
        if named := re.search(r'name="(seen|csrf_token)"', control):
            hidden[named[1]] = re.search(r'value="([^"]*)"', control)[1]
    return client.post(address, data=MultiDict({**hidden, **values}))


def words_of(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def tomorrow():
    return clock.today_in("", clock.now()) + timedelta(days=1)


@pytest.fixture
def client(app):
    return sign_in(app.test_client(), make_person(roles=("champion",), job_role="Champion"))


SET = "/coaching/benchmarks/set?metric=nps&job_role="
TEAM = f"{SET}&team=1"
WRONG = [
    ("target", {"target": "", "starts_on": "2030-01-01"}),
    ("target", {"target": "much", "starts_on": "2030-01-01"}),
    ("target", {"target": "101", "starts_on": "2030-01-01"}),
    ("starts_on", {"target": "30", "starts_on": ""}),
    ("starts_on", {"target": "30", "starts_on": "2020-01-01"}),
    ("reason", {"target": "30", "starts_on": "2030-01-01", "reason": "x" * 501}),
]


def test_an_address_that_makes_no_sense_is_no_error(app, client):
    for address in (SET.replace("nps", "n%00ps") + "%00", "/coaching/benchmarks/set?metric=%00&team=1", SET + "%00x"):
        assert client.get(address).status_code in {200, 404}, address
    assert post(client, f"{SET}&preview=1", SET, target="1e400", starts_on="0001-01-01").status_code == 200
    assert post(client, f"{SET}&preview=1", SET, target="30", starts_on="0001-01-01").status_code == 200
    assert client.get("/coaching/cadence/set?job_role=%00").status_code == 404


@pytest.mark.sqlite_only
class TestPages:
    @pytest.mark.parametrize("who", ["employee", "executive", "supervisor"])
    def test_strangers_change_nothing(self, app, who):
        person = make_supervisor() if who == "supervisor" else make_person(roles=() if who == "employee" else (who,))
        client = sign_in(app.test_client(), person)
        app.config["WTF_CSRF_ENABLED"] = False
        back, cadence = SET.replace("set?", "take-back?"), "/coaching/cadence/set?job_role="
        routes = [("GET", SET), ("POST", SET), ("POST", back), ("GET", cadence), ("POST", cadence)]
        if who != "supervisor":
            routes += [("GET", "/coaching/benchmarks"), ("GET", TEAM), ("POST", TEAM)]
        values = {"target": "30", "starts_on": tomorrow().isoformat(), "weeks": "3", "reason": "Because"}
        answers = {route: client.open(route[1], method=route[0], data=values).status_code for route in routes}
        assert answers == dict.fromkeys(routes, 403)
        assert (count(Benchmark), count(Cadence)) == (0, 0)

    def test_an_empty_page_says_what_will_be_here(self, app, client):
        assert "Nothing is asked of everyone yet" in client.get("/coaching/benchmarks").text
        supervisors = sign_in(app.test_client(), make_supervisor())
        page = supervisors.get("/coaching/benchmarks").text
        assert "HR or the champion of the programme sets it" in page
        assert "every 4 weeks" in page

    def test_it_tells_what_holds_since_when_and_what_comes(self, client):
        make_person(job_role="Agent")
        one = behaviour("Shows empathy", target=3.0, since=LONG_AGO)
        benchmark(f"behaviour:{one.id}", 3.5, starts_on=date(2026, 2, 1))
        benchmark(f"behaviour:{one.id}", 4, starts_on=date(2030, 1, 1))
        benchmark("certification", 100, job_role="Agent", starts_on=LONG_AGO)
        page = words_of(client.get("/coaching/benchmarks").text)
        assert "Shows empathy 3.5 levels 1 February 2026 4 levels from 1 January 2030 on Change" in page
        assert "Shows empathy: 3 levels from 1 January 2026 until 1 February 2026" in page
        assert "Certificate valid 1 January 2026 No change planned" in page

    def test_measures_that_are_gone_are_told_and_are_no_error(self, client):
        one = behaviour("Shows empathy", target=3)
        retire(one, NOW)
        benchmark("plugin:gone", 3, starts_on=LONG_AGO)
        page = words_of(client.get("/coaching/benchmarks").text)
        assert "plugin:gone There is no such measure any more" in page
        assert "Shows empathy Retired" in page
        address = "/coaching/benchmarks/set?metric=plugin:gone&job_role="
        assert 'name="target"' not in client.get(address).text
        assert post(client, address, starts_on=tomorrow().isoformat()).status_code == 303
        assert series_of("plugin:gone", "", None, tomorrow()).now is None

    def test_a_benchmark_is_set_and_told_in_words(self, client):
        benchmark("nps", 30, starts_on=LONG_AGO)
        day = tomorrow()
        for _ in range(2):
            answer = post(client, SET, target="35", starts_on=day.isoformat(), reason="")
            assert (answer.status_code, answer.location) == (303, "/coaching/benchmarks")
        assert [(one.starts_on, one.target) for one in company_series(day)[0].versions] == [(LONG_AGO, 30), (day, 35)]
        told = words_of(client.get("/coaching/benchmarks").text)
        assert f"From {day:%A}, {day.day} {day:%B %Y} on, the benchmark for everyone is 35 points." in told
        assert "What is measured before stays measured against 30 points." in told

    def test_what_will_happen_is_shown_and_nothing_kept(self, client):
        answer = post(client, f"{SET}&preview=1", SET, target="-5", starts_on="2030-12-09")
        assert answer.status_code == 200
        told = words_of(re.search(r'id="consequence".*?</div>', answer.text, re.DOTALL)[0])
        assert "From Monday, 9 December 2030 on, the benchmark for everyone is −5 points." in told
        assert count(Benchmark) == 0

    def test_wrong_input_is_told_at_its_field_and_kept(self, client):
        for field, values in WRONG:
            answer = post(client, SET, **values)
            assert answer.status_code == 422, values
            assert f'id="{field}-error"' in answer.text
            assert f'value="{values["target"]}"' in answer.text
        assert count(Benchmark) == 0

    def test_a_change_in_between_is_told_and_can_be_sent_again(self, client):
        values = {"target": "40", "starts_on": tomorrow().isoformat()}
        benchmark("nps", 30, starts_on=LONG_AGO)
        answer = post(client, SET, **values, seen="none")
        assert answer.status_code == 409
        assert 'value="40"' in answer.text
        again = re.search(r'<input[^>]*name="seen"[^>]*value="([^"]*)"', answer.text)[1]
        assert post(client, SET, **values, seen=again).status_code == 303

    def test_a_planned_change_is_taken_back(self, client):
        day = tomorrow()
        benchmark("nps", 30, starts_on=day)
        assert "Take back" in client.get(SET).text
        for _ in range(2):
            answer = post(client, SET.replace("set?", "take-back?"), SET, starts_on=day.isoformat())
            assert answer.status_code == 303
        assert count(Benchmark) == 0

    def test_what_is_not_there_has_no_page(self, client):
        for address in (SET.replace("nps", "nothing"), SET + "Nobody", "/coaching/benchmarks/set"):
            assert client.get(address).status_code == 404, address

    def test_a_fact_is_on_or_off(self, client):
        address = SET.replace("nps", "certification")
        assert 'name="target"' not in client.get(address).text
        today = clock.today_in("", clock.now())
        assert post(client, address, starts_on=today.isoformat()).status_code == 303
        assert post(client, address, starts_on=tomorrow().isoformat(), ends="y").status_code == 303
        assert db.session.scalars(select(Benchmark.target).order_by(Benchmark.starts_on)).all() == [100, None]

    def test_a_supervisor_asks_more_of_the_team_and_sees_only_that(self, app):
        lead, (agent, *_) = company_of(1)
        other = make_supervisor(given_name="Olga", family_name="Other")
        benchmark("nps", 30, starts_on=LONG_AGO)
        benchmark("nps", 60, job_role="Clerk", starts_on=LONG_AGO)
        benchmark("nps", 50, lead=other, starts_on=LONG_AGO, reason="Because Olga says so")
        client = sign_in(app.test_client(), lead)
        assert post(client, TEAM, target="20", starts_on=tomorrow().isoformat(), reason="Why not").status_code == 422
        answer = post(client, TEAM, target="45", starts_on=tomorrow().isoformat(), reason="We can do it")
        assert answer.status_code == 303
        page = words_of(client.get("/coaching/benchmarks").text)
        assert "We can do it" in page
        assert "Olga" not in page
        assert "60 points" not in page  # no Clerk reports to Lena
        assert asked_of(agent, "nps", tomorrow()) == 45
        assert client.get(SET).status_code == 403
        assert client.get(f"{SET}Clerk&team=1").status_code == 404
        assert client.get(f"{SET}Agent&team=1").status_code == 200

    def test_how_often_people_are_coached_is_set_by_job_role(self, client):
        make_person(job_role="Agent")
        address = "/coaching/cadence/set?job_role=Agent"
        for _ in range(2):
            assert post(client, address, weeks="2").location == "/coaching/benchmarks#cadence"
        assert "Agent every 2 weeks" in words_of(client.get("/coaching/benchmarks").text)
        assert post(client, address, weeks="").status_code == 422
        assert post(client, address, weeks="99").status_code == 422
        assert post(client, address, weeks="3", seen="7").status_code == 409
        assert post(client, address, weeks="2", as_everyone="y").status_code == 303
        assert count(Cadence) == 0
        assert client.get("/coaching/cadence/set?job_role=Nobody").status_code == 404

    def test_the_page_costs_the_same_for_any_number_of_benchmarks(self, client, count_statements):
        counted = []
        for number in (1, 49):
            for _ in range(number):
                one = behaviour(target=3)
                benchmark(f"behaviour:{one.id}", 4, lead=make_person(), starts_on=LONG_AGO)
                set_cadence(f"Role {one.id}", 3, None, NOW)
            client.get("/coaching/benchmarks")
            with count_statements() as seen:
                client.get("/coaching/benchmarks")
            counted.append(len(seen))
        assert counted[0] == counted[1] <= 14
