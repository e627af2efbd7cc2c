"""The huddle sheet: what it says, to whom it is open, and that it names nobody."""

import re
from datetime import timedelta

import pytest

from app.accounts.models import Person
from app.accounts.operations import set_manager
from app.core import clock
from app.core.db import db, writing
from app.nps.models import CustomerContact, Response
from app.nps.rules.responses import Contact
from tests.factories import make_person, sign_in
from tests.nps.build import given, keep

# Pages: what they read is asked of both engines by tests/demo/test_every_address.py and by the tests of queries.
pytestmark = pytest.mark.sqlite_only

PRAISE, CONCERN = "Solved at once, thank you so much.", "I had to wait for half an hour."


def today():
    return clock.now().date()


def days_ago(days):
    return today() - timedelta(days=days)


def several(count, score, person, days=3, **values):
    return [given(score, day=days_ago(days), person=person, **values) for _ in range(count)]


def said(score, comment, person, days=2, **values):
    return given(score, day=days_ago(days), person=person, comment=comment, **values)


def id_of(comment):
    return db.session.query(Response.id).filter(Response.comment == comment).scalar()


@pytest.fixture
def lead(app):
    return make_person(given_name="Lena", family_name="Leadbetter")


@pytest.fixture
def agent(lead):
    return make_person(manager=lead, given_name="Anna", family_name="Agentson")


@pytest.fixture
def client(app, lead, agent):
    return sign_in(app.test_client(), db.session.get(Person, lead.id))


def address(person, extra=""):
    return f"/nps/teams/{person.id}/huddle{extra}"


def sheet_of(response):
    """The text of what is printed."""
    assert response.status_code == 200
    html = re.search(r'<article class="sheet".*?</article>', response.text, re.S)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


class TestSheet:
    def test_it_tells_the_score_with_its_range_and_the_change_in_words(self, client, lead, agent):
        keep(*several(50, 10, agent), *several(30, 8, agent), *several(20, 3, agent))
        keep(*several(40, 10, agent, days=45), *several(20, 8, agent, days=45), *several(40, 3, agent, days=45))
        sheet = sheet_of(client.get(address(lead)))
        assert "30 between 14 and 44 with 95% confidence" in sheet
        assert "From 100 responses" in sheet
        assert "Up 30 points against the 30 days before; unlikely to be chance." in sheet
        longer = sheet_of(client.get(address(lead, "?days=90")))
        assert "From 200 responses" in longer
        assert "Too early to compare with the 90 days before" in longer

    def test_with_few_responses_it_says_how_many_more_it_takes(self, client, lead, agent):
        keep(*several(5, 10, agent))
        sheet = sheet_of(client.get(address(lead)))
        assert "Not enough to judge: 25 more responses" in sheet
        assert "Too early to compare" in sheet

    def test_without_responses_it_says_so_and_still_holds_the_focus(self, client, lead, agent):
        keep(*several(5, 10, agent, days=60))
        sheet = sheet_of(client.get(address(lead, "?focus=Smile+on+the+phone")))
        assert "No customer whom the team served has answered in the last 30 days" in sheet
        assert "Smile on the phone" in sheet
        assert "between" not in sheet

    def test_it_shows_the_newest_comment_of_either_kind_with_touchpoint_and_date(self, client, lead, agent):
        keep(
            said(10, "An older one that was kind as well.", agent, days=9),
            said(9, PRAISE, agent, touchpoint="Phone"),
            said(8, CONCERN, agent, days=1, touchpoint="Store"),
            said(3, "Too old to be shown on this sheet.", agent, days=40),
            said(10, "Short.", agent, days=1),
            said(10, "Long. " * 200, agent, days=1),
        )
        sheet = sheet_of(client.get(address(lead)))
        assert f"What pleased a customer {PRAISE} Phone" in sheet
        assert f"What we could have done better {CONCERN} Store" in sheet
        for other in ("older one", "Too old", "Short.", "Long."):
            assert other not in sheet

    def test_the_supervisor_can_choose_others_of_the_newest_ten(self, client, lead, agent):
        keep(*(said(10, f"Praise that has the number {i:02}.", agent, days=i) for i in range(1, 13)))
        keep(*(said(2, f"Concern that has the number {i:02}.", agent, days=i) for i in range(1, 3)))
        fifth, eleventh = (id_of(f"Praise that has the number {i:02}.") for i in (5, 11))
        second = id_of("Concern that has the number 02.")
        page = client.get(address(lead, f"?praise={fifth}&concern={second}"))
        assert "number 05" in sheet_of(page)
        assert "Concern that has the number 02" in sheet_of(page)
        assert page.text.count('name="praise"') == 10
        assert f'value="{fifth}" checked' in page.text or re.search(rf'checked[^>]*value="{fifth}"', page.text)
        for unknown in (eleventh, second, 10**12, "x", ""):
            assert "Praise that has the number 01" in sheet_of(client.get(address(lead, f"?praise={unknown}")))

    def test_a_comment_about_someone_elses_people_can_not_be_chosen(self, client, lead, agent):
        stranger = make_person(manager=make_person())
        keep(said(10, "About a stranger, and very kind.", stranger), said(10, PRAISE, agent))
        page = client.get(address(lead, f"?praise={id_of('About a stranger, and very kind.')}"))
        assert "stranger" not in page.text
        assert PRAISE in sheet_of(page)

    def test_it_names_nobody(self, client, lead, agent):
        carla = Contact("Carla Cust")
        colleague = make_person(manager=lead, given_name="Bertil", family_name="Öström")
        keep(
            said(
                10,
                "Anna and Bertil Ostrom were so kind. Carla",
                agent,
                customer_key="c1",
                contact=carla,
            ),
            said(4, "lena never called me back on +49 30 1234567", colleague),
        )
        assert db.session.get(CustomerContact, "c1").name == "Carla Cust"
        page = client.get(address(lead))
        sheet = sheet_of(page)
        assert "[name] and [name] were so kind. [name]" in sheet
        assert "[name] never called me back on [number]" in sheet
        people = [person.name for person in (lead, agent, colleague)] + ["Carla Cust"]
        words = {word for name in people for word in name.split()} | {"Ostrom", "lena"}
        assert words & set(re.findall(r"\w+", sheet)) == set()

    def test_what_customers_and_supervisors_write_stays_text(self, client, lead, agent):
        keep(said(10, "<script>alert(1)</script> & so on", agent, touchpoint="<b>Phone</b>"))
        page = client.get(address(lead, "?focus=%3Cimg%20src%3Dx%3E"))
        assert "<script>alert" not in page.text
        assert "<b>Phone" not in page.text
        assert "<img" not in page.text
        assert "&lt;script&gt;alert(1)" in page.text

    def test_the_driver_is_the_one_rated_lowest_while_too_little_is_known(self, client, lead, agent):
        keep(*several(12, 8, agent, drivers={"Friendly": 5, "Explained well": 2}))
        sheet = sheet_of(client.get(address(lead)))
        assert "What to look at: Explained well" in sheet
        assert "Rated 2 of 5 on average, by 12 customers in the last 90 days. It is the one rated lowest." in sheet
        assert "about 138 more responses with all ratings" in sheet

    def test_the_driver_is_the_one_with_the_most_to_gain_once_that_can_be_told(self, client, lead, agent):
        ratings = [(10, 5, 2), (9, 5, 1), (8, 3, 2), (7, 3, 1), (3, 1, 2), (2, 1, 1)]
        rows = [
            given(score, day=days_ago(40), person=agent, drivers={"Solved": solved, "Music": music})
            for score, solved, music in ratings * 30
        ]
        keep(*rows, *several(1, 9, agent))
        sheet = sheet_of(client.get(address(lead)))
        assert "What to look at: Solved" in sheet
        assert "this has the most to gain" in sheet
        assert "Whether it is the cause, the figures can’t tell." in sheet

    def test_without_ratings_it_looks_at_the_comments(self, client, lead, agent):
        keep(*several(5, 8, agent))
        assert "Customers rated too little besides the score" in sheet_of(client.get(address(lead)))


class TestAddress:
    def test_other_numbers_of_days_are_the_usual_one(self, client, lead, agent):
        for extra in ["?days=17", "?days=-1", "?days=x", "?days=", f"?days={'9' * 400}", "?days[]=90"]:
            keep(*several(5, 8, agent))
            assert "30 days" in sheet_of(client.get(address(lead, extra)))

    def test_a_focus_that_is_too_long_is_said_and_not_printed(self, client, lead):
        page = client.get(address(lead), query_string={"focus": "x" * 201})
        assert "Say it in 200 characters" in page.text
        assert "xxxx" not in sheet_of(page)
        assert "x" * 200 in sheet_of(client.get(address(lead), query_string={"focus": "x" * 200}))

    def test_looking_at_it_keeps_nothing(self, client, lead, agent, count_statements):
        keep(*several(5, 8, agent))
        with count_statements() as seen:
            client.get(address(lead, "?focus=Smile"))
        assert not [statement for statement in seen if statement.startswith(("INSERT", "UPDATE", "DELETE"))]


class TestScope:
    def status(self, app, viewer, of):
        return sign_in(app.test_client(), viewer).get(address(of)).status_code

    def test_it_is_open_to_the_supervisor_those_above_champions_and_executives(self, app, lead, agent):
        boss = make_person()
        with writing():
            set_manager(lead, boss, clock.now())
            db.session.commit()
        viewers = [lead, boss, make_person(roles=("champion",)), make_person(roles=("executive",))]
        assert [self.status(app, viewer, lead) for viewer in viewers] == [200] * 4

    def test_it_is_closed_to_the_team_itself_and_to_everyone_else(self, app, lead, agent):
        other = make_person()
        make_person(manager=other)
        assert [self.status(app, viewer, lead) for viewer in (agent, other)] == [404, 404]
        for role in ("hr", "administrator"):
            assert self.status(app, make_person(roles=(role,)), lead) == 403

    def test_whoever_has_no_people_has_no_sheet(self, app, lead, agent):
        champion = make_person(roles=("champion",))
        assert self.status(app, agent, agent) == 404
        assert self.status(app, champion, agent) == 404

    def test_whoever_is_not_signed_in_is_led_to_sign_in(self, app, lead, agent):
        assert "/login" in app.test_client().get(address(lead)).location

    def test_someone_who_moves_is_gone_from_the_sheet_at_once(self, client, lead, agent):
        keep(said(10, PRAISE, agent), *several(40, 10, agent))
        make_person(manager=lead)
        assert PRAISE in sheet_of(client.get(address(lead)))
        with writing():
            set_manager(db.session.get(Person, agent.id), None, clock.now())
            db.session.commit()
        assert "No customer whom the team served has answered" in sheet_of(client.get(address(lead)))


def test_it_costs_the_same_for_any_number_of_people_and_responses(app, count_statements):
    lead = make_person()
    client = sign_in(app.test_client(), lead)
    agents = [make_person(manager=lead)]

    def statements():
        client.get(address(lead))
        with count_statements() as seen:
            assert client.get(address(lead)).status_code == 200
        return len(seen)

    rated = {"drivers": {"Friendly": 4, "Solved": 3}}
    keep(*several(35, 9, agents[0], comment=PRAISE, **rated), *several(5, 2, agents[0], comment=CONCERN, **rated))
    keep(*several(35, 9, agents[0], days=40))
    few = statements()
    agents += [make_person(manager=lead) for _ in range(30)]
    for person in agents:
        keep(*several(10, 9, person, comment=PRAISE, **rated), *several(5, 2, person, comment=CONCERN, **rated))
    assert statements() == few <= 13
