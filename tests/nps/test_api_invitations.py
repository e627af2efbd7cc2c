"""POST /api/nps/invitations: how many people each survey asked."""

import pytest
from sqlalchemy import select

from app.core.db import db
from app.nps.models import Label, SurveyInvitations
from tests.nps.calling import INVITATIONS, call, errors, make_token, one


@pytest.fixture
def client(app):
    return app.test_client()


def asked(survey="After a call", month="2026-09", number=1250, **more):
    return {"survey": survey, "month": month, "asked": number, **more}


def kept():
    rows = db.session.execute(
        select(Label.name, SurveyInvitations.month, SurveyInvitations.asked).join(
            Label, Label.id == SurveyInvitations.survey_id
        )
    )
    return sorted((name, month.isoformat(), number) for name, month, number in rows)


def test_numbers_are_kept_by_survey_and_month(app, client):
    body = {"invitations": [asked(), asked(month="2026-10", number=0), asked("Welcome")]}
    answer = call(client, make_token(), body, INVITATIONS)
    assert (answer.status_code, answer.json) == (200, {"added": 3, "changed": 0, "unchanged": 0})
    assert kept() == [
        ("After a call", "2026-09-01", 1250),
        ("After a call", "2026-10-01", 0),
        ("Welcome", "2026-09-01", 1250),
    ]


def test_the_last_word_counts_and_the_same_again_changes_nothing(app, client):
    token = make_token()
    call(client, token, {"invitations": [asked(), asked("Welcome")]}, INVITATIONS)
    answer = call(client, token, {"invitations": [asked("after  a CALL", number=9), asked("Welcome")]}, INVITATIONS)
    assert answer.json == {"added": 0, "changed": 1, "unchanged": 1}
    assert kept() == [("After a call", "2026-09-01", 9), ("Welcome", "2026-09-01", 1250)]


def test_a_survey_is_the_one_that_its_responses_carry(app, client):
    token = make_token()
    call(client, token, {"responses": [one(survey="After a call")]})
    call(client, token, {"invitations": [asked()]}, INVITATIONS)
    assert db.session.scalars(select(Label.name).where(Label.key == "after a call")).all() == ["After a call"]


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"month": "2026-13"}, "month"),
        ({"month": "2026-09-01"}, "month"),
        ({"month": "2026-09\n"}, "month"),
        ({"month": "0000-01"}, "month"),
        ({"month": 202609}, "month"),
        ({"asked": -1}, "asked"),
        ({"asked": 1.5}, "asked"),
        ({"asked": "5"}, "asked"),
        ({"asked": True}, "asked"),
        ({"asked": 10**30}, "asked"),
        ({"survey": " "}, "survey"),
        ({"survey": None}, "survey"),
        ({"surevy": "A"}, "surevy"),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_kept(app, client, changes, place):
    body = {"invitations": [asked("Welcome"), {**asked(), **changes}]}
    answer = call(client, make_token(), body, INVITATIONS)
    assert answer.status_code == 422
    assert list(errors(answer)) == [f"invitations[1].{place}"]
    assert kept() == []


def test_two_numbers_for_one_month_are_refused(app, client):
    body = {"invitations": [asked(), asked("Welcome"), asked("AFTER a call", number=3)]}
    answer = call(client, make_token(), body, INVITATIONS)
    assert answer.status_code == 422
    assert list(errors(answer)) == ["invitations[2]"]
    assert kept() == []


def test_the_same_number_twice_is_one(app, client):
    body = {"invitations": [asked(), asked("AFTER a call"), asked()]}
    answer = call(client, make_token(), body, INVITATIONS)
    assert answer.json == {"added": 1, "changed": 0, "unchanged": 0}
    assert [row[1:] for row in kept()] == [("2026-09-01", 1250)]


def test_a_key_makes_the_call_happen_once(app, client):
    token = make_token()
    first = call(client, token, {"invitations": [asked(number=5)]}, INVITATIONS, Idempotency_Key="k")
    call(client, token, {"invitations": [asked(number=6)]}, INVITATIONS)
    again = call(client, token, {"invitations": [asked(number=5)]}, INVITATIONS, Idempotency_Key="k")
    assert again.json == first.json == {"added": 1, "changed": 0, "unchanged": 0}
    assert kept() == [("After a call", "2026-09-01", 6)]


def test_a_thousand_numbers_are_taken_at_once(app, client):
    body = {"invitations": [asked(f"Survey {n}") for n in range(1000)]}
    assert call(client, make_token(), body, INVITATIONS).json["added"] == 1000
    assert len(kept()) == 1000
