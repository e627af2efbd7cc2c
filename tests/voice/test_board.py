"""The board: what it lists, in which order and how sure of it, who votes, and what it costs."""

import csv
import io
import random
import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import insert, select

from app.core import clock
from app.core.db import db
from app.nps.models import Driver
from app.voice.jobs import board as jobs_board
from app.voice.models import Blocker, DriverWeight
from app.voice.operations.weighing import weigh_drivers
from app.voice.queries import board, ranking
from app.voice.queries.board import Wanted
from app.voice.rules.ranking import score
from tests.factories import make_person, sign_in
from tests.nps.build import given, keep
from tests.voice.board_build import blocker, process, voted
from tests.voice.build import date_today


def words_of(response) -> str:
    assert response.status_code == 200, response.status
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def titles(response) -> list[str]:
    assert response.status_code == 200, response.status
    row = r'<tr id="blocker-\d+">\s*<th scope="row"><a href="[^"]*">([^<]*)</a>'
    return [unescape(one) for one in re.findall(row, response.text)]


def driver(name: str, weight: tuple[float, float, float] | None = None) -> Driver:
    made = Driver(key=name.lower(), name=name, low=1, high=5)
    db.session.add(made)
    db.session.flush()
    if weight:
        kept = dict(zip(("weight", "low", "high"), weight, strict=True))
        db.session.add(DriverWeight(driver_id=made.id, n=400, worked_out_on=date_today(), **kept))
    db.session.commit()
    return made


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.mark.sqlite_only
class TestPage:
    def test_lists_what_is_open_and_says_all_of_it(self, client):
        me, today = make_person(), date_today()
        sign_in(client, me)
        assert "Nothing is in the way" in words_of(client.get("/voice/blockers"))
        billing = process("Billing", silo="Finance", driver_id=driver("Speed").id)
        owner = make_person(given_name="Olga", family_name="Owner")
        one = blocker("Refunds <b>wait</b>", process_id=billing.id, frequency="daily", votes=6, state="planned")
        one.owner_id, one.target_on = owner.id, today - timedelta(days=1)
        target = blocker("The form asks twice", reported_on=today - timedelta(days=20))
        own = blocker("Mine", reporter_id=me.id, frequency="rarely")
        blocker("A draft", state="draft", reporter_id=me.id)
        blocker("Merged away", merged_into_id=target.id)
        for state in ("fixed", "wont_fix"):
            blocker(f"This is {state}", state=state)
        db.session.commit()
        page = client.get("/voice/blockers")
        said = words_of(page)
        assert titles(page) == ["Refunds <b>wait</b>", "The form asks twice", "Mine"]
        assert "3 blockers are open" in said
        assert "1 draft of yours waits to be finished" in said
        for part in ("Billing, touches “Speed”", "7 people, every day about 147 times a month", "Finance"):
            assert part in said
        for part in ("Olga Owner", "Late", "20 days without an answer", "you reported it", "of 3"):
            assert part in said
        assert f'action="/voice/blockers/{one.id}/vote"' in page.text
        assert f'action="/voice/blockers/{own.id}/vote"' not in page.text
        assert "Export as CSV" not in said
        everything = titles(client.get("/voice/blockers?state=all"))
        assert len(everything) == 5
        assert not {"A draft", "Merged away"} & set(everything)

    def test_the_sentence_narrows(self, client):
        me = make_person()
        sign_in(client, me)
        billing, returns = process("Billing", silo="Finance"), process("Returns", silo="Logistics")
        blocker("Invoices are late", process_id=billing.id)
        blocker("Invoices are wrong", process_id=billing.id, silo="Technology")
        blocker("Parcels get lost", process_id=returns.id, state="planned", owner_id=me.id)
        blocker("Old labels", process_id=returns.id, state="fixed")
        for asked, expected in (
            (f"of={billing.id}", {"Invoices are late", "Invoices are wrong"}),
            ("silo=Finance", {"Invoices are late"}),
            ("silo=Technology", {"Invoices are wrong"}),
            ("owner=me", {"Parcels get lost"}),
            ("state=planned", {"Parcels get lost"}),
            ("state=fixed", {"Old labels"}),
            ("q=invoi+wro", {"Invoices are wrong"}),
            ("q=label", set()),
            ("q=label&state=all", {"Old labels"}),
            (
                "state=draft&of=999999999999&silo=x&owner=you&sort=x",
                {"Invoices are late", "Invoices are wrong", "Parcels get lost"},
            ),
            ("q=%00&of=%00&after=%00&state=%27", {"Invoices are late", "Invoices are wrong", "Parcels get lost"}),
            (f"q={'a' * 5000}", set()),
        ):
            page = client.get(f"/voice/blockers?{asked}")
            assert set(titles(page)) == expected, asked
        assert "No blocker fits all of this" in words_of(client.get("/voice/blockers?q=nothing"))

    def test_orders(self, client):
        sign_in(client, make_person())
        today = date_today()
        blocker("Often", frequency="daily", reported_on=today - timedelta(days=2), answered_on=today)
        blocker("Wide", frequency="rarely", votes=9, reported_on=today, answered_on=today)
        blocker("Old", frequency="monthly", votes=1, reported_on=today - timedelta(days=9), state="planned")
        blocker("Waiting", frequency="monthly", reported_on=today - timedelta(days=1))
        assert titles(client.get("/voice/blockers")) == ["Often", "Wide", "Old", "Waiting"]
        assert titles(client.get("/voice/blockers?sort=-met"))[0] == "Wide"
        assert titles(client.get("/voice/blockers?sort=-reported")) == ["Wide", "Waiting", "Often", "Old"]
        assert titles(client.get("/voice/blockers?sort=waiting")) == ["Waiting", "Old", "Often", "Wide"]

    def test_votes_are_offered_once_and_those_of_others_are_told_nowhere(self, client):
        me, other = make_person(family_name="Zymurgy"), make_person(family_name="Quixotic")
        one, two = blocker("One"), blocker("Two")
        voted(one, [me, other])
        sign_in(client, me)
        page = client.get("/voice/blockers")
        assert f'action="/voice/blockers/{one.id}/unvote"' in page.text
        assert f'action="/voice/blockers/{two.id}/vote"' in page.text
        assert "Quixotic" not in page.text

    def test_says_how_sure_the_order_is(self, client):
        sign_in(client, make_person())
        for n in range(4):
            blocker(f"Small {n}", frequency="rarely")
        said = words_of(client.get("/voice/blockers"))
        assert "Which of these weighs most can’t be told" in said
        assert "1 to 4 of 4" in said
        blocker("Large", frequency="daily", votes=80)
        said = words_of(client.get("/voice/blockers"))
        assert "“Large” weighs most" in said
        assert "2 to 5 of 5" in said
        assert "“Large” weighs most" not in words_of(client.get("/voice/blockers?sort=-met"))

    def test_a_champion_takes_it_home_as_a_file(self, client):
        voter = make_person(family_name="Voter")
        voted(blocker("=1+1", reporter_id=make_person(family_name="Reporter").id), [voter])
        blocker("Two", frequency="rarely")
        blocker("Gone", state="fixed")
        sign_in(client, make_person(roles=("executive",)))
        assert client.get("/voice/blockers.csv").status_code == 403
        sign_in(client, make_person(roles=("champion",)))
        assert "Export as CSV" in words_of(client.get("/voice/blockers"))
        file = client.get("/voice/blockers.csv?sort=-met").text
        rows = list(csv.reader(io.StringIO(file)))
        assert [row[1] for row in rows[1:]] == ["'=1+1", "Two"]
        assert rows[1][4] == "2"
        assert "Voter" not in file
        assert "Reporter" not in file

    def test_strangers_are_sent_to_sign_in(self, client):
        for path in ("/voice/blockers", "/voice/blockers.csv", "/voice/you-said", "/voice/unanswered"):
            assert client.get(path).status_code in {302, 401}

    def test_pages_cost_the_same_for_few_and_for_many(self, client, count_statements):
        sign_in(client, make_person(roles=("champion",)))
        speed, reporter = driver("Speed", (0.4, 0.3, 0.5)), make_person()
        billing = process("Billing", driver_id=speed.id)
        for n in range(3):
            blocker(f"Blocker {n}", process_id=billing.id, votes=n)
        client.get("/voice/blockers")
        with count_statements() as few:
            client.get("/voice/blockers")
        many(3_000, process_id=billing.id, reporter_id=reporter.id)
        seen, path, first = set(), "/voice/blockers", True
        while path and len(seen) < 150:
            with count_statements() as more:
                page = client.get(path)
            assert len(more) <= len(few), more
            assert not first or len(more) == len(few)
            found = re.findall(r'id="blocker-(\d+)"', page.text)
            assert not seen & set(found)
            seen |= set(found)
            following = re.search(r'rel="next" href="([^"]*)"', page.text)
            path, first = following and "/voice/blockers" + unescape(following[1]), False
        assert len(seen) == 150


def many(n: int, prefix: str = "many", **values) -> None:
    """So many blockers, of all frequencies and reaches."""
    rng, today = random.Random(8), date_today()
    rows = [
        {
            "token": f"{prefix}-{at}",
            "title": f"Blocker {at}",
            "happens": "",
            "effect": "",
            "idea": "",
            "frequency": rng.choice(["daily", "weekly", "monthly", "rarely"]),
            "reported_on": today - timedelta(days=at % 300),
            "state": "new",
            "state_on": today,
            "silo": "",
            "reason": "",
            "we_did": "",
            "votes": rng.randrange(40),
            "revision": 0,
            **values,
        }
        for at in range(n)
    ]
    db.session.execute(insert(Blocker), rows)
    db.session.commit()


def test_the_order_is_that_of_the_scores_on_every_engine(app):
    """The database multiplies as the rules do, page by page, and places follow from the same figures."""
    viewer, reporter = make_person(), make_person()
    speed, manner, unknown = driver("Speed", (0.5, 0.3, 0.6)), driver("Manner", (0.0, 0.0, 0.1)), driver("Parking")
    by_process = process("Billing", driver_id=speed.id)
    both = {"process_id": by_process.id, "driver_id": manner.id}  # what is said of a blocker itself counts
    for values in ({"process_id": by_process.id}, both, {"driver_id": unknown.id}, {}):
        many(25, prefix=f"many-{sorted(values)}", reporter_id=reporter.id, **values)
    known = ranking.weights()
    rows, args = [], {}
    while True:
        page = board.listed(Wanted(), viewer.id, known, args, size=7)
        rows += page.rows
        if page.next_cursor is None:
            break
        args = {"after": page.next_cursor}
    assert len(rows) == 100
    assert {row.driver_id for row in rows} == {speed.id, manner.id, unknown.id, None}
    scores = [score(ranking.load_of(row), known).value for row in rows]
    assert scores == pytest.approx(sorted(scores, reverse=True))
    assert [-row._key_0 for row in rows] == pytest.approx(scores)
    places = ranking.places(rows, known)
    assert all(places[row.id].first <= at <= places[row.id].last for at, row in enumerate(rows, start=1))
    assert [row.id for row in board.everything(Wanted(), viewer.id, known, "rank")] == [row.id for row in rows]
    assert board.count(Wanted(), viewer.id) == 100
    assert [row.id for row in board.heaviest(known, 5)] == [row.id for row in rows[:5]]


def test_drivers_are_weighed_at_night_and_twice_is_the_same(app, monkeypatch):
    now, today, rng = clock.now(), date_today(), random.Random(3)
    assert weigh_drivers(now) == 0
    gone = driver("Gone", (0.4, 0.3, 0.5))
    pairs = [(rng.randint(1, 5), rng.randint(1, 5)) for _ in range(200)]
    keep(*(given(min(10, a + a // 2 + b // 3), day=today, drivers={"Speed": a, "Manner": b}) for a, b in pairs))
    for _ in range(2):
        assert weigh_drivers(now) == 2
        db.session.commit()
    rows = {row.driver_id: row for row in db.session.scalars(select(DriverWeight))}
    names = {one.id: one.name for one in db.session.scalars(select(Driver))}
    weights = {names[one]: row.weight for one, row in rows.items()}
    assert gone.id not in rows
    assert weights["Speed"] > 0.8
    assert sum(weights.values()) == pytest.approx(1)
    assert all(0 <= row.low <= row.weight <= row.high <= 1 for row in rows.values())
    monkeypatch.setattr(jobs_board.clock, "zone_of", lambda _name: clock.now().tzinfo)
    monkeypatch.setattr(jobs_board.clock, "now", lambda: now.replace(hour=jobs_board.NIGHT, minute=29))
    assert jobs_board.weigh_at_night() == 2
    for hour, minute in ((jobs_board.NIGHT, 30), (jobs_board.NIGHT - 1, 29)):
        monkeypatch.setattr(jobs_board.clock, "now", lambda at=(hour, minute): now.replace(hour=at[0], minute=at[1]))
        assert jobs_board.weigh_at_night() == 0
