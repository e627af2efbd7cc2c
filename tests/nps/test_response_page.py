"""The page of one response: who reads it, who sees the customer, and how a customer is forgotten."""

import re
from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from sqlalchemy import select

from app.accounts.operations import set_manager
from app.core import clock
from app.core.db import db, writing
from app.nps import operations
from app.nps.models import CustomerContact, Response, ResponseVersion
from app.nps.operations import reading
from app.nps.rules.responses import Contact
from tests.factories import make_person, make_supervisor, sign_in
from tests.nps.build import company_of, given, keep

# Pages: what they read is asked of both engines by tests/demo/test_every_address.py and by the tests of operations.
pytestmark = pytest.mark.sqlite_only

DAY = date(2025, 3, 10)
CONTACT = Contact("Jo Doe", "jo@mail.example", "+49 30 12345")
PRIVATE = ("Jo Doe", "jo@mail.example", "12345", "key-77")


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def people(app):
    lead, (agent, colleague) = company_of(2)
    return {
        "agent": agent,
        "colleague": colleague,
        "lead": lead,
        "stranger": make_supervisor(),
        **{role: make_person(roles=(role,)) for role in ("champion", "executive", "hr", "administrator")},
    }


@pytest.fixture
def response_id(people) -> int:
    first = given(
        3,
        external_id="one",
        day=DAY,
        person=people["agent"],
        comment="Rude & slow.",
        touchpoint="Phone",
        tier="Gold",
        segments={"Region": "North"},
        drivers={"Speed": 2, "Manner": 5},
        osat=4,
        customer_key="key-77",
        contact=CONTACT,
    )
    keep(first)
    with writing():
        reading.read_comments(10)
        db.session.commit()
    return the_only().id


def the_only() -> Response:
    db.session.expire_all()
    return db.session.scalars(select(Response)).one()


def words_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.mark.parametrize("who", ["agent", "lead", "champion", "executive"])
def test_shows_all_that_was_answered_to_those_who_may_read_it(client, people, response_id, who):
    page = words_of(sign_in(client, people[who]).get(f"/nps/responses/{response_id}").text)
    for said in (
        "Detractor, 3",
        "Rude & slow.",
        "Sounds negative",
        "Served by Agent01 Report",
        "Touchpoint Phone",
        "Value tier Gold",
        "Region North",
        "Team Lena Lead’s team",
        "Speed 2 on a scale from 1 to 5",
        "Manner 5 on a scale",
        "Overall satisfaction 4",
        "10 March 2025",
    ):
        assert said in page


def test_is_not_found_by_anybody_else(client, people, response_id):
    for address in ["", "/erase-customer"]:
        for who in ["colleague", "stranger", "hr", "administrator"]:
            sign_in(client, people[who])
            assert client.get(f"/nps/responses/{response_id}{address}").status_code == 404
            assert client.post(f"/nps/responses/{response_id}/erase-customer").status_code in {400, 404}
            assert the_only().comment


def test_goes_along_when_whoever_served_moves_to_another_team(client, people, response_id):
    with writing():
        set_manager(people["agent"], people["stranger"], clock.now())
        db.session.commit()
    assert sign_in(client, people["lead"]).get(f"/nps/responses/{response_id}").status_code == 404
    assert sign_in(client, people["stranger"]).get(f"/nps/responses/{response_id}").status_code == 200


def test_about_nobody_is_for_champions_and_executives_alone(client, people):
    keep(given(10, day=DAY, comment="Nobody in particular"))
    address = f"/nps/responses/{the_only().id}"
    seen = {who: sign_in(client, person).get(address).status_code for who, person in people.items()}
    assert {who for who, status in seen.items() if status == 200} == {"champion", "executive"}
    assert set(seen.values()) == {200, 404}


@pytest.mark.parametrize(("who", "sees"), [("champion", True), ("lead", True), ("agent", False), ("executive", False)])
def test_the_customer_is_shown_to_those_who_call_back_and_hidden_from_others(client, people, response_id, who, sees):
    page = unescape(sign_in(client, people[who]).get(f"/nps/responses/{response_id}").text)
    assert [private in page for private in PRIVATE] == [sees] * len(PRIVATE)


def test_a_comment_is_text_whatever_is_in_it(client, people):
    keep(given(1, day=DAY, comment="<script>alert(1)</script>\n\n{{ 7 * 7 }} &amp; odd"))
    page = sign_in(client, people["champion"]).get(f"/nps/responses/{the_only().id}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "{{ 7 * 7 }} &amp;amp;" in page


def test_says_what_was_corrected_and_when(client, people, response_id):
    said = given(
        9,
        external_id="one",
        day=DAY,
        person=people["colleague"],
        comment="They called back. All good.",
        touchpoint="Shop",
        tier="Gold",
        segments={"Region": "North"},
        drivers={"Speed": 5, "Manner": 5},
        customer_key="key-77",
    )
    with writing():
        source = operations.source_named("tests", now=clock.now())
        operations.record(source, [said], clock.now())
        db.session.commit()
    page = words_of(sign_in(client, people["champion"]).get(f"/nps/responses/{response_id}").text)
    for change in (
        "Score: “3” became “9”",
        "Comment: “Rude & slow.” became “They called back. All good.”",
        "Touchpoint: “Phone” became “Shop”",
        "Served by: “Agent01 Report” became “Agent02 Report”",
        "Speed: “2 of 5” became “5 of 5”",
        "Satisfaction: “4” became not given",
    ):
        assert change in page
    assert "Region: " not in page
    assert "Manner: " not in page
    assert "Corrected today" in page


def test_a_correction_of_what_is_not_shown_is_told_too(client, people, response_id):
    row = the_only()
    with writing():
        source = operations.source_named("tests", now=clock.now())
        same = given(3, external_id="one", responded_at=row.responded_at, person=people["agent"], comment=row.comment)
        same = replace(same, touchpoint="Phone", tier="Gold", segments={"Region": "North"}, osat=4)
        same = replace(same, drivers={"Speed": 2, "Manner": 5}, customer_key="key-78")
        operations.record(source, [same], clock.now())
        db.session.commit()
    page = words_of(sign_in(client, people["lead"]).get(f"/nps/responses/{response_id}").text)
    assert "Nothing that is shown on this page changed" in page


def test_costs_the_same_few_statements_however_much_was_corrected(client, people, response_id, count_statements):
    sign_in(client, people["champion"])

    def cost() -> int:
        with count_statements() as seen:
            assert client.get(f"/nps/responses/{response_id}").status_code == 200
        return len(seen)

    once = cost()
    for score in (4, 5, 6):
        with writing():
            changed = given(
                score,
                external_id="one",
                day=DAY,
                person=people["agent"],
                comment="x",
                tier="Gold",
                drivers={"Speed": 1},
                customer_key="key-77",
            )
            operations.record(operations.source_named("tests", now=clock.now()), [changed], clock.now())
            db.session.commit()
    assert cost() == once <= 8


class TestForgetting:
    @staticmethod
    def token(page: str) -> str:
        return re.search(r'name="csrf_token" value="([^"]+)"', page.split("<main", 1)[1])[1]

    def test_says_what_will_happen_then_erases_the_customer_in_all_responses(self, client, people, response_id):
        keep(given(7, day=DAY, comment="Later", customer_key="key-77"), given(7, day=DAY, comment="Other"))
        address = f"/nps/responses/{response_id}/erase-customer"
        asked = sign_in(client, people["champion"]).get(address)
        assert "erased from 2 responses" in words_of(asked.text)
        answer = client.post(address, data={"csrf_token": self.token(asked.text)}, follow_redirects=True)
        page = words_of(answer.text)
        assert "The customer is forgotten, and so is what they wrote in 2 responses." in page
        assert "The customer asked to be forgotten" in page
        assert not [private for private in (*PRIVATE, "Rude") if private in page]
        db.session.expire_all()
        assert db.session.scalars(select(CustomerContact)).all() == []
        assert set(db.session.scalars(select(Response.comment))) == {None, "Other"}
        assert set(db.session.scalars(select(ResponseVersion.comment))) <= {None}
        assert sorted(db.session.scalars(select(Response.score))) == [3, 7, 7]

    def test_twice_is_harmless(self, client, people, response_id):
        address = f"/nps/responses/{response_id}/erase-customer"
        token = self.token(sign_in(client, people["champion"]).get(address).text)
        assert [client.post(address, data={"csrf_token": token}).status_code for _ in range(2)] == [303, 303]
        assert "There is nobody to forget" in client.get(address).text

    @pytest.mark.parametrize("who", ["lead", "executive", "agent"])
    def test_is_refused_to_those_who_may_only_read(self, client, people, response_id, who):
        page = sign_in(client, people[who]).get(f"/nps/responses/{response_id}").text
        assert "erase-customer" not in page
        assert client.get(f"/nps/responses/{response_id}/erase-customer").status_code == 403
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        posted = client.post(f"/nps/responses/{response_id}/erase-customer", data={"csrf_token": token})
        assert posted.status_code == 403
        assert the_only().comment == "Rude & slow."

    def test_needs_the_token_of_its_form(self, client, people, response_id):
        sign_in(client, people["champion"])
        client.post(f"/nps/responses/{response_id}/erase-customer")
        assert the_only().comment == "Rude & slow."
