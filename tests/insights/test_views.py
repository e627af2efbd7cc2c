"""The home page: what each person is told to do next, and whom they hear about."""

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.core import clock
from app.core.db import db
from app.demo.loading import load
from tests.factories import make_person, make_supervisor, sign_in


@pytest.fixture
def client(shipped_app):
    return shipped_app.test_client()


def test_signed_out_one_is_sent_to_sign_in_and_back(client):
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer.location == "/login?next=/"


def test_a_new_hire_is_shown_the_first_lesson_and_the_whole_path(client):
    page = sign_in(client, make_person(given_name="Nia")).get("/").text
    assert "Good to see you, Nia" in page
    assert "A counter and two questions" in page
    assert "0 of 37 lessons read" in page
    assert page.count("opens later") == 11
    assert "in your team" not in page
    assert "in the company" not in page


def test_a_supervisor_hears_about_the_own_team_only(client):
    supervisor = make_supervisor(reports=3)
    make_person()
    page = sign_in(client, supervisor).get("/").text
    assert "0 of 3 people in your team" in page


@pytest.mark.parametrize("role", ["hr", "champion", "executive", "administrator"])
def test_whoever_answers_for_the_programme_hears_about_the_company(client, role):
    make_supervisor(reports=3)
    page = sign_in(client, make_person(roles=(role,))).get("/").text
    assert "0 of 5 people in the company" in page


def test_an_administrator_hears_of_messages_that_could_not_be_sent(client, shipped_app):
    from app.core import outbox

    outbox.enqueue("unheard-of", "1", {}, clock.now())
    db.session.commit()
    assert outbox.drain() == 0
    page = sign_in(client, make_person(roles=("administrator",))).get("/").text
    assert "1 message could not be sent" in page


@pytest.mark.sqlite_only
def test_the_demo_company_sees_what_its_histories_say(client, shipped_app):
    load(people=60, seed=7, now=clock.now())
    db.session.commit()

    def page_of(name: str) -> str:
        person = db.session.scalars(select(Person).where(Person.email == f"{name}@demo.uplift.example")).one()
        return sign_in(client, person).get("/").text

    assert "A counter and two questions" in page_of("newhire")
    assert "Your talk with" in page_of("agent")  # an answer that is waited for comes before the next lesson
    assert "in your team" in page_of("supervisor")
    assert "in the company" in page_of("hr")


def test_home_costs_the_same_for_a_team_of_one_and_of_fifty(client, count_statements):
    small, large = make_supervisor(reports=1), make_supervisor(reports=50)
    sign_in(client, make_person()).get("/")  # what the courses are is read once and kept
    counts = []
    for person in (small, large):
        sign_in(client, person)
        with count_statements() as seen:
            assert client.get("/").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[0] <= 20
