"""What drives a score: planted drivers are found, no more is claimed than can be told, who sees it, its cost."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.core.db import db
from app.nps import driver_phrases
from app.nps.models import Label
from app.nps.queries import drivers, subjects
from app.nps.queries.drivers import analysis, what_moved
from app.nps.rules import Period, band, nps_of
from app.nps.rules.responses import Given
from tests.factories import make_person, sign_in
from tests.nps.build import company_of, given, keep

# Pages: what they read is asked of both engines by tests/demo/test_every_address.py and by the tests of queries.
pytestmark = pytest.mark.sqlite_only

DAY, BEFORE = date(2025, 5, 10), date(2025, 2, 10)
Q1, Q2 = Period(date(2025, 1, 1), date(2025, 3, 31), "quarter"), Period(date(2025, 4, 1), date(2025, 6, 30), "quarter")
WEIGHTS = {"Solved": 1.3, "Speed": 0.7, "Manner": 0.3, "Parking": 0.0}


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def champion(client):
    return sign_in(client, make_person(roles=("champion",)))


def rated(
    n: int, *, day: date = DAY, seed: int = 1, lift: str = "", people: Sequence[Person | None] = (None,), **values
) -> Iterator[Given]:
    """Responses whose score is made of WEIGHTS and chance; ratings of `lift` are one higher."""
    rng = random.Random(seed)
    for i in range(n):
        ratings = {name: rng.randint(1, 4) + (name == lift) for name in WEIGHTS}
        made = sum(WEIGHTS[name] * (rating - 2.5) for name, rating in ratings.items())
        score = min(10, max(0, round(7.5 + made + rng.gauss(0, 0.8))))
        yield given(score, day=day, person=people[i % len(people)], drivers=ratings, **values)


def words_of(response) -> str:
    assert response.status_code == 200, response.status
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def whole() -> subjects.Subject:
    found = subjects.company()
    assert found
    return found


class TestImportance:
    def test_planted_drivers_come_in_their_true_order(self, app):
        keep(*rated(800))
        found = analysis(whole(), Q2).found
        assert [found.names[column] for column in driver_phrases.by_importance(found)] == list(WEIGHTS)
        assert dict(zip(found.names, found.shares, strict=True))["Parking"] < 0.02
        assert found.r_squared > 0.5

    def test_the_page_says_what_goes_with_the_score_and_that_this_is_no_cause(self, champion):
        keep(*rated(800))
        page = words_of(champion.get("/nps/drivers?period=2025-Q2"))
        assert "Solved goes with the score most closely" in page
        assert "This is association, not cause." in page
        share = re.search(r"account for (\d+)% of how customers’ scores differ", page)
        assert int(share[1]) == round(100 * analysis(whole(), Q2).found.r_squared)
        table = page.split("Each of them, the most important first", 1)[1]
        assert [name for name in re.findall(r"[A-Z]\w+", table) if name in WEIGHTS][:4] == list(WEIGHTS)
        assert "Based on 800 responses that rate all of them" in page

    def test_drivers_of_equal_weight_are_not_put_in_order(self, app):
        rng = random.Random(3)
        rows = [(rng.randint(1, 5), rng.randint(1, 5)) for _ in range(400)]
        keep(*(given(min(10, a + b), day=DAY, drivers={"One": a, "Two": b}) for a, b in rows))
        found = analysis(whole(), Q2).found
        said = driver_phrases.finding(found)
        assert said == "No rating clearly goes with the score more closely than the others"

    def test_two_that_are_answered_alike_are_said_to_be(self, champion):
        rng = random.Random(5)
        rows = [(rng.randint(1, 5), rng.randint(1, 5), rng.random()) for _ in range(400)]
        keep(
            *(
                given(2 * a if chance > 0.2 else 5, day=DAY, drivers={"Kind": a, "Polite": a if chance > 0.02 else b})
                for a, b, chance in rows
            )
        )
        page = words_of(champion.get("/nps/drivers?period=2025-Q2"))
        assert "Kind and Polite are answered almost alike; their order can’t be told apart." in page

    def test_the_same_score_from_everybody_goes_with_nothing(self, champion):
        keep(*(replace(one, score=9) for one in rated(200)))
        page = words_of(champion.get("/nps/drivers?period=2025-Q2"))
        assert "All customers gave the same score, so nothing can go with it." in page
        assert "None of these ratings goes with the score" in page


class TestTooFew:
    @pytest.mark.parametrize(("n", "missing"), [(149, "1 more response that rates all 4"), (20, "130 more responses")])
    def test_says_how_many_more_and_shows_means_only(self, champion, n, missing):
        keep(*rated(n))
        page = words_of(champion.get("/nps/drivers?period=2025-Q2"))
        assert f"Not enough to tell how much each matters: {missing}" in page
        assert "How each is rated" in page
        assert "Parking" in page
        assert "Importance" not in page
        assert "goes with the score most closely" not in page

    def test_one_more_is_enough(self, champion):
        keep(*rated(150))
        assert "Importance" in words_of(champion.get("/nps/drivers?period=2025-Q2"))

    def test_without_ratings_says_what_will_be_here(self, champion):
        keep(given(day=DAY))
        assert "No ratings: April to June 2025" in words_of(champion.get("/nps/drivers?period=2025-Q2"))

    def test_for_one_person_it_says_that_there_are_too_few(self, client):
        _lead, (agent,) = company_of(1)
        keep(*rated(200, people=[agent]))
        page = words_of(sign_in(client, agent).get("/nps/drivers"))
        assert "can’t be told for one person" in page
        assert "Importance" not in page


class TestDifferentSurveys:
    def test_the_largest_set_answered_together_is_analysed_and_the_rest_named(self, champion):
        keep(*rated(300))
        rng = random.Random(9)
        keep(*(given(rng.randint(0, 10), day=DAY, drivers={"Parcel": rng.randint(1, 5)}) for _ in range(200)))
        found = analysis(whole(), Q2)
        assert set(found.found.names) == set(WEIGHTS)
        assert (found.found.n, [one.name for one in found.left_out]) == (300, ["Parcel"])
        page = words_of(champion.get("/nps/drivers?period=2025-Q2"))
        assert "Parcel is left out: too few customers who rated the others were asked about it, too." in page

    def test_rows_that_lack_a_rating_are_not_counted(self, app):
        keep(*rated(200))
        keep(*(replace(one, drivers={"Solved": 3, "Speed": 3}) for one in rated(100, seed=2)))
        found = analysis(whole(), Q2)
        assert (len(found.found.names), found.found.n) == (4, 200)

    def test_only_the_newest_are_looked_at(self, champion, monkeypatch):
        monkeypatch.setattr(drivers, "MOST_ROWS", 200)
        monkeypatch.setattr(driver_phrases, "MOST_ROWS", 200)
        keep(*rated(200))
        keep(*(replace(one, score=0) for one in rated(100, day=DAY - timedelta(days=5), seed=3)))
        assert 0 not in analysis(whole(), Q2).answers.scores[:150]
        page = words_of(champion.get("/nps/drivers?period=2025-Q2"))
        assert "among the newest 200 responses with ratings" in page


class TestWhatMoved:
    def test_the_driver_that_was_lifted_moved_the_score_and_all_parts_add_up(self, app):
        keep(*rated(900, day=BEFORE))
        keep(*rated(900, seed=2, lift="Speed"))
        found = what_moved(analysis(whole(), Q2), Q1)
        first, *others = found.contributions
        assert first.name == "Speed"
        assert first.certain
        assert first.points > 5
        assert sum(abs(one.points) for one in others) < first.points
        assert found.rest + sum(one.points for one in found.contributions) == pytest.approx(found.comparison.difference)

    def test_the_change_is_the_change_of_the_score_itself(self, app):
        keep(*rated(300, day=BEFORE))
        keep(*rated(300, seed=2, lift="Solved"))
        keep(*(given(0, day=DAY) for _ in range(50)))  # they rated nothing
        found = what_moved(analysis(whole(), Q2), Q1)
        scores = {period: [] for period in (Q1, Q2)}
        for response in db.session.execute(select(drivers.Response.score, drivers.Response.day)):
            scores[Q1 if response.day in Q1 else Q2].append(response.score)
        assert found.comparison.difference == pytest.approx(nps_of(scores[Q2]) - nps_of(scores[Q1]))

    def test_the_page_tells_it_in_words(self, champion):
        keep(*rated(900, day=BEFORE))
        keep(*rated(900, seed=2, lift="Speed"))
        page = words_of(champion.get("/nps/drivers?period=2025-Q2&against=2025-Q1"))
        assert re.search(r"The score is up \d+ points; unlikely to be chance", page)
        assert re.search(r"Of the change, \d+ points up go with Speed", page)
        assert "these ratings do not account for" in page or "next to nothing is left over" in page

    def test_nothing_moved_when_nothing_changed(self, champion):
        keep(*rated(400, day=BEFORE), *rated(400))
        page = words_of(champion.get("/nps/drivers?period=2025-Q2&against=2025-Q1"))
        assert "The score has not changed" in page
        assert "No rating accounts for more of the change than chance explains" in page

    @pytest.mark.parametrize(("n", "told"), [(29, False), (30, True)])
    def test_it_takes_thirty_in_each_period(self, app, n, told):
        keep(*rated(n, day=BEFORE), *rated(200))
        assert (what_moved(analysis(whole(), Q2), Q1) is not None) is told

    def test_periods_that_share_days_are_not_compared(self, champion):
        keep(*rated(400))
        page = words_of(champion.get("/nps/drivers?period=2025-Q2&against=2025-05"))
        assert "The two periods share days" in page


class TestMovement:
    def test_a_real_way_is_told_and_chance_is_not(self, champion):
        keep(*rated(200, day=BEFORE), *rated(200, seed=2, lift="Speed"))
        page = words_of(champion.get("/nps/drivers?period=2025-Q2"))
        assert re.search(r"Speed: up (0\.9|1|1\.1) since Feb 2025, to 3\.[4-6]", page)
        for name in ("Solved", "Manner", "Parking"):
            assert f"{name}: no change since Feb 2025 beyond chance" in page

    def test_is_the_same_by_tallies_and_by_responses(self, app):
        """Of a team whose members are the same people, the label's tallies and the responses agree."""
        lead, people = company_of(3)
        keep(*rated(200, day=BEFORE, people=people), *rated(200, seed=2, people=people))
        team = db.session.scalars(select(Label.id).where(Label.lead_id == lead.id)).one()
        months = drivers.months_until(Q2.last)
        by = [
            drivers.movements(analysis(subject, Q2), months)
            for subject in (subjects.label(team), subjects.people_below(lead))
        ]
        tallied, counted = by
        assert [one.means for one in tallied] == [one.means for one in counted]
        assert len([mean for mean in tallied[0].means if mean]) == 2


class TestWhoSeesIt:
    @pytest.fixture
    def scene(self, app):
        lead, people = company_of(3)
        other, strangers = company_of(2)
        keep(*rated(200, people=people, touchpoint="Phone"), *rated(200, seed=2, people=strangers))
        return {"lead": lead, "agent": people[0], "other": other}

    def test_a_supervisor_sees_the_own_people(self, client, scene):
        page = words_of(sign_in(client, scene["lead"]).get("/nps/drivers?period=2025-Q2"))
        assert "What drives your people’s score" in page
        assert "Based on 200 responses" in page

    def test_and_neither_the_company_nor_a_label_nor_strangers(self, client, scene):
        phone = db.session.scalars(select(Label.id).where(Label.name == "Phone")).one()
        for who in ("lead", "agent"):
            sign_in(client, scene[who])
            for reference in ("company", f"label:{phone}", f"people:{scene['other'].id}"):
                assert client.get(f"/nps/drivers?of={reference}").status_code in {403, 404}, (who, reference)

    @pytest.mark.parametrize("role", ["hr", "administrator"])
    def test_other_roles_see_nothing(self, client, scene, role):
        sign_in(client, make_person(roles=(role,)))
        assert "Importance" not in client.get("/nps/drivers?period=2025-Q2").text
        for reference in ("company", f"people:{scene['lead'].id}", f"person:{scene['agent'].id}"):
            assert client.get(f"/nps/drivers?of={reference}").status_code in {403, 404}, reference

    @pytest.mark.parametrize("role", ["champion", "executive"])
    def test_champions_and_executives_see_all(self, client, scene, role):
        sign_in(client, make_person(roles=(role,)))
        phone = db.session.scalars(select(Label.id).where(Label.name == "Phone")).one()
        assert "Based on 400 responses" in words_of(client.get("/nps/drivers?period=2025-Q2"))
        for reference in (f"label:{phone}", f"people:{scene['lead'].id}"):
            page = client.get(f"/nps/drivers?of={reference}&period=2025-Q2")
            assert "Based on 200 responses" in words_of(page)

    def test_before_the_first_response_the_page_says_what_will_be_here(self, champion):
        assert "No customer has answered yet" in words_of(champion.get("/nps/drivers"))


@pytest.mark.parametrize("kind", ["company", "people"])
def test_costs_the_same_few_statements_for_many_as_for_some(client, count_statements, kind):
    lead, people = company_of(3)
    sign_in(client, make_person(roles=("champion",)))
    address = (
        f"/nps/drivers?of={'company' if kind == 'company' else f'people:{lead.id}'}&period=2025-Q2&against=2025-Q1"
    )

    def cost() -> int:
        with count_statements() as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    keep(*rated(160, day=BEFORE, people=people), *rated(160, seed=2, people=people))
    some = cost()
    keep(*rated(500, day=BEFORE, people=people, seed=3), *rated(500, seed=4, people=people))
    assert cost() == some <= 12


def test_the_outcome_is_the_rating_itself_for_importance_and_its_band_for_points(app):
    """Coefficients are in points only where the outcome is: a driver that moves 9 to 10 moves no band."""
    keep(*(given(9 + rating // 3, day=DAY, drivers={"Speed": rating}) for rating in (1, 2, 3, 4, 5) for _ in range(40)))
    keep(*(given(9, day=BEFORE, drivers={"Speed": 1}) for _ in range(40)))
    found = analysis(whole(), Q2)
    assert found.found.r_squared > 0.5
    assert {band(int(score)) for score in found.answers.scores} == {"promoter"}
    assert [one.points for one in what_moved(found, Q1).contributions] == [0.0]
