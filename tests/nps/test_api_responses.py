"""POST /api/nps/responses: what is read, what is refused and where, and what is recorded."""

import pytest
from sqlalchemy import func, select

from app.core.db import db
from app.nps.models import CustomerContact, Driver, Label, LabelDay, Response, Source
from tests.factories import make_person
from tests.nps.calling import RESPONSES, call, errors, make_source, make_token, one

FULL = one(
    comment="Solved at once.",
    survey="After a call",
    touchpoint="Phone support",
    channel="E-mail",
    department="Support",
    team="Blue",
    tier="Gold",
    customer_key="C-9",
    contact={"name": "Ada Byron", "email": "ada@customer.example", "phone": "+44 20 7946 0000"},
    osat="8",
    drivers={"Solved at the first contact": 5, "Easy to reach": "4"},
    segments={"Region": "North"},
)


@pytest.fixture
def client(app):
    return app.test_client()


def count(model=Response):
    return db.session.scalar(select(func.count()).select_from(model))


def test_a_response_is_recorded_with_all_that_was_given(app, client):
    person = make_person(employee_id="E-77")
    answer = call(client, make_token(), {"responses": [{**FULL, "employee": "E-77"}]})
    assert answer.status_code == 200, answer.json
    assert answer.json["results"] == [{"index": 0, "external_id": "R-1", "outcome": "added", "reason": None}]
    assert {name: answer.json[name] for name in ("added", "corrected", "unchanged", "superseded", "refused")} == {
        "added": 1, "corrected": 0, "unchanged": 0, "superseded": 0, "refused": 0,
    }  # fmt: skip
    kept = db.session.scalars(select(Response)).one()
    assert (kept.score, kept.osat, kept.comment, kept.person_id) == (9, 8, "Solved at once.", person.id)
    assert sorted(kept.drivers.values()) == [4, 5]
    assert kept.responded_at.isoformat() == "2026-09-01T12:30:00+00:00"
    contact = db.session.scalars(select(CustomerContact)).one()
    assert (contact.customer_key, contact.name) == ("C-9", "Ada Byron")
    named = {"After a call", "Phone support", "E-mail", "Support", "Blue", "Gold", "North"}
    assert named <= set(db.session.scalars(select(Label.name)))
    assert db.session.scalar(select(func.sum(LabelDay.promoters))) == len(named) + 1  # and the company


@pytest.mark.parametrize("score", [0, 10, "0", "9", "10", 9.0])
def test_a_score_is_read_as_a_number_and_as_text(app, client, score):
    assert call(client, make_token(), {"responses": [one(score=score)]}).status_code == 200
    assert db.session.scalars(select(Response.score)).one() == int(score)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("score", [11, -1, 7.5, "", "11", "-1", "7.5", " 9", "9 ", "٩", "ten", True, None, [9], 10**40])
def test_what_is_no_score_from_0_to_10_is_refused(app, client, score):
    answer = call(client, make_token(), {"responses": [one(score=score)]})
    assert answer.status_code == 422
    assert list(errors(answer)) == ["responses[0].score"]
    assert count() == 0


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"external_id": ""}, "external_id"),
        ({"external_id": " \t "}, "external_id"),
        ({"external_id": 7}, "external_id"),
        ({"external_id": "x" * 201}, "external_id"),
        ({"responded_at": "2026-09-01T14:30:00"}, "responded_at"),
        ({"responded_at": "2026-09-01"}, "responded_at"),
        ({"responded_at": "yesterday"}, "responded_at"),
        ({"responded_at": "1788265800"}, "responded_at"),
        ({"responded_at": 1788265800}, "responded_at"),
        ({"responded_at": "2026-13-01T14:30:00Z"}, "responded_at"),
        ({"responded_at": "0001-01-01T00:00:00+14:00"}, "responded_at"),
        ({"responded_at": "9999-12-31T23:59:59-14:00"}, "responded_at"),
        ({"survey": "x" * 201}, "survey"),
        ({"comment": "x" * 20_001}, "comment"),
        ({"drivers": {"": 3}}, "drivers."),
        ({"drivers": {"Speed": 11}}, "drivers.Speed"),
        ({"drivers": {"Speed": "fast"}}, "drivers.Speed"),
        ({"drivers": {str(n): 3 for n in range(31)}}, "drivers"),
        ({"segments": {"Region": 3}}, "segments.Region"),
        ({"segments": ["North"]}, "segments"),
        ({"osat": 11}, "osat"),
        ({"contact": {"name": "Ada"}}, "contact"),
        ({"contact": {"name": "Ada"}, "customer_key": " "}, "contact"),
        ({"contact": {"nmae": "Ada"}, "customer_key": "C"}, "contact.nmae"),
        ({"scroe": 9}, "scroe"),
    ],
)
def test_a_field_that_does_not_fit_is_named_by_its_place(app, client, changes, place):
    answer = call(client, make_token(), {"responses": [one(1), one(2, **changes)]})
    assert answer.status_code == 422
    assert list(errors(answer)) == [f"responses[1].{place}".rstrip(".")]
    assert count() == 0


def test_a_misspelt_key_is_refused_with_its_place(app, client):
    body = {"responses": [one(n) for n in range(3)] + [{**one(3), "scroe": 9}]}
    answer = call(client, make_token(), body)
    assert errors(answer) == {"responses[3].scroe": "this key is not known here"}


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("body", "places"),
    [
        ({}, ["responses"]),
        ([], [""]),
        ("text", [""]),
        (None, [""]),
        ({"responses": []}, ["responses"]),
        ({"responses": {}}, ["responses"]),
        ({"responses": [one(n) for n in range(1001)]}, ["responses"]),
        ({"responses": [one()], "mode": "some"}, ["mode"]),
        ({"responses": [one()], "driver_scale": "1-7"}, ["driver_scale"]),
        ({"responses": [one()], "dry_run": True}, ["dry_run"]),
        ({"responses": [5]}, ["responses[0]"]),
    ],
)
def test_a_body_that_does_not_fit_is_refused_as_a_whole(app, client, body, places):
    answer = call(client, make_token(), body)
    assert answer.status_code == 422
    assert list(errors(answer)) == places
    assert count() == 0


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b'{"responses": NaN}', b'{"external_id": "\\ud800"}', b"[" * 500, b"1" * 5000],
)
def test_what_is_not_json_is_refused_in_a_sentence(app, client, body):
    answer = call(client, make_token(), body)
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    assert answer.json["detail"].startswith("The body is not JSON")


def test_a_thousand_responses_are_taken_at_once(app, client):
    answer = call(client, make_token(), {"responses": [one(n, score=n % 11) for n in range(1000)]})
    assert answer.json["added"] == 1000
    assert [result["index"] for result in answer.json["results"]] == list(range(1000))
    assert count() == 1000


def test_all_or_nothing_writes_nothing_when_one_response_is_refused(app, client):
    body = {"responses": [one(1), one(2, employee="nobody@company.example"), one(3, drivers={"Speed": 9})]}
    answer = call(client, make_token(), body)
    assert answer.status_code == 422
    assert set(errors(answer)) == {"responses[1]", "responses[2]"}
    assert all(errors(answer).values())
    assert [count(model) for model in (Response, LabelDay, Driver, Label)] == [0, 0, 0, 0]


def test_per_row_records_the_others_and_says_why_not(app, client):
    rows = [one(1), one(2, score=11, scroe=1), {"external_id": 5}, one(4, employee="nobody@company.example"), "row"]
    answer = call(client, make_token(), {"responses": rows, "mode": "per_row"})
    assert answer.status_code == 200
    results = answer.json["results"]
    assert [result["outcome"] for result in results] == ["added", "refused", "refused", "refused", "refused"]
    assert [result["external_id"] for result in results] == ["R-1", "R-2", None, "R-4", None]
    assert results[0]["reason"] is None
    assert results[1]["reason"] == "score: more than 10; scroe: this key is not known here"
    assert "employee" in results[3]["reason"]
    assert (answer.json["added"], answer.json["refused"]) == (1, 4)
    assert db.session.scalars(select(Response.external_id)).all() == ["R-1"]


def test_per_row_answers_200_even_when_every_response_is_refused(app, client):
    answer = call(client, make_token(), {"responses": [one(score=11)], "mode": "per_row"})
    assert (answer.status_code, answer.json["refused"], count()) == (200, 1, 0)


def test_the_same_responses_again_change_nothing_and_others_correct(app, client):
    token = make_token()
    body = {"responses": [one(1), one(2)]}
    call(client, token, body)
    assert call(client, token, body).json["unchanged"] == 2
    corrected = call(client, token, {"responses": [one(1, score=3)]}).json
    assert corrected["results"][0]["outcome"] == "corrected"
    superseded = call(client, token, {"responses": [one(1)]}).json
    assert superseded["results"][0]["outcome"] == "superseded"
    assert db.session.scalars(select(Response.score).order_by(Response.external_id)).all() == [3, 9]


def test_a_token_writes_responses_of_its_own_source_only(app, client):
    first, second = make_source("first"), make_source("second")
    call(client, make_token(first), {"responses": [one(score=9)]})
    answer = call(client, make_token(second), {"responses": [one(score=2)]})
    assert answer.json["added"] == 1
    found = db.session.execute(select(Source.slug, Response.score).join(Source, Source.id == Response.source_id))
    assert sorted(tuple(row) for row in found) == [("first", 9), ("second", 2)]


def test_the_scale_of_the_call_is_that_of_its_new_drivers(app, client):
    token = make_token()
    body = {"responses": [one(1, drivers={"Speed": 9, "Tone": 0})], "driver_scale": "0-10"}
    assert call(client, token, body).status_code == 200
    scales = db.session.execute(select(Driver.low, Driver.high)).all()
    assert [tuple(scale) for scale in scales] == [(0, 10), (0, 10)]
    answer = call(client, token, {"responses": [one(2, drivers={"Speed": 3})], "driver_scale": "1-5"})
    assert "0 to 10" in errors(answer)["responses[0]"]


def test_null_says_the_same_as_leaving_a_field_out(app, client):
    token = make_token()
    left_out = call(client, token, {"responses": [one()]})
    empty = dict.fromkeys(set(FULL) - {"external_id", "score", "responded_at"})
    said_null = call(client, token, {"responses": [one(**empty)]})
    assert (left_out.json["added"], said_null.json["unchanged"]) == (1, 1)


def test_a_nul_character_is_dropped_on_both_engines(app, client):
    answer = call(
        client, make_token(), {"responses": [one(comment="a\x00b", survey="\x00", segments={"Re\x00gion": "N"})]}
    )
    assert answer.status_code == 200, answer.json
    assert db.session.scalars(select(Response.comment)).one() == "ab"


def test_a_name_that_grows_when_it_is_compared_is_kept_on_both_engines(app, client):
    """ "ß" and "ss" are one, so that what names are compared by is longer than they are."""
    names = {"survey": "ß" * 200, "drivers": {"ß" * 80: 3}, "segments": {"ß" * 80: "ß" * 200}}
    answer = call(client, make_token(), {"responses": [one(**names)]})
    assert (answer.status_code, answer.json.get("added")) == (200, 1), answer.json


def test_what_customers_wrote_is_not_repeated_in_a_refusal(app, client):
    secret = "my account is 4711"
    row = one(comment=secret * 2000, customer_key=secret, contact={"name": secret}, score=secret, osat=secret)
    for mode in ("all_or_nothing", "per_row"):
        answer = call(client, make_token(), {"responses": [row], "mode": mode})
        assert secret not in answer.text


@pytest.mark.sqlite_only
def test_a_very_wrong_body_gets_a_bounded_answer(app, client):
    row = {f"key{n}": n for n in range(3000)}
    answer = call(client, make_token(), {"responses": [row]})
    assert len(answer.json["errors"]) == 1000
    long_key = call(client, make_token(), {"responses": [one(**{"k" * 5000: 1})]})
    assert max(map(len, errors(long_key))) < 200


def test_the_number_of_statements_does_not_depend_on_the_number_of_responses(app, client, count_statements):
    token = make_token()
    call(client, token, {"responses": [one(0, survey="A")]})
    counted = []
    for rows in ([one(1, survey="A")], [one(n, survey="A") for n in range(2, 52)]):
        with count_statements() as seen:
            assert call(client, token, {"responses": rows}).status_code == 200
        counted.append(len(seen))
    assert counted[0] == counted[1]


@pytest.mark.sqlite_only
def test_the_address_is_the_documented_one(app):
    assert {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("nps_api.")} == {
        RESPONSES, "/api/nps/invitations", "/api/nps/webhooks/<text:slug>", "/api/openapi.json",
    }  # fmt: skip
