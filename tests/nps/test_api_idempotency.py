"""A call with an Idempotency-Key is carried out once, also when it comes twice at the same moment."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.core import clock, jobs
from app.core.db import db, writing
from app.nps.models import ApiCall, Label, LabelDay, Response, SurveyInvitations
from tests.nps.calling import INVITATIONS, call, make_source, make_token, one


@pytest.fixture
def client(app):
    return app.test_client()


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_the_same_call_again_gets_the_same_answer(app, client):
    token, body = make_token(), {"responses": [one(1), one(2)]}
    first = call(client, token, body, Idempotency_Key="batch-1")
    again = call(client, token, body, Idempotency_Key="batch-1")
    assert (again.status_code, again.json) == (first.status_code, first.json)
    assert again.json["added"] == 2  # and not "unchanged", as without a key
    assert "Idempotent-Replay" not in first.headers
    assert again.headers["Idempotent-Replay"] == "true"
    assert count(Response) == 2


def test_a_replay_changes_nothing_even_when_the_response_was_corrected_since(app, client):
    token = make_token()
    call(client, token, {"responses": [one(score=9)]}, Idempotency_Key="k")
    call(client, token, {"responses": [one(score=2)]})
    call(client, token, {"responses": [one(score=9)]}, Idempotency_Key="k")
    assert db.session.scalars(select(Response.score)).one() == 2


def test_the_same_key_with_another_body_is_refused(app, client):
    token = make_token()
    call(client, token, {"responses": [one(1)]}, Idempotency_Key="k")
    answer = call(client, token, {"responses": [one(2)]}, Idempotency_Key="k")
    assert (answer.status_code, answer.content_type) == (409, "application/problem+json")
    assert "another body" in answer.json["detail"]
    asked = {"invitations": [{"survey": "A", "month": "2026-09", "asked": 5}]}
    assert call(client, token, asked, INVITATIONS, Idempotency_Key="k").status_code == 409
    assert (count(Response), count(SurveyInvitations)) == (1, 0)


def test_keys_are_a_tokens_own(app, client):
    body = {"responses": [one(1)]}
    call(client, make_token(make_source("a")), body, Idempotency_Key="k")
    answer = call(client, make_token(make_source("b")), body, Idempotency_Key="k")
    assert (answer.status_code, answer.json["added"]) == (200, 1)
    assert "Idempotent-Replay" not in answer.headers


@pytest.mark.parametrize("wrong", [[one(score=11)], [one(employee="nobody@company.example")]])
def test_a_refused_call_leaves_its_key_free_for_the_mended_one(app, client, wrong):
    token = make_token()
    assert call(client, token, {"responses": wrong}, Idempotency_Key="k").status_code == 422
    assert count(ApiCall) == 0
    assert call(client, token, {"responses": [one()]}, Idempotency_Key="k").status_code == 200


@pytest.mark.parametrize("key", ["", "two words", "x" * 201, "ä"])
def test_a_key_that_can_not_be_kept_is_refused(app, client, key):
    answer = call(client, make_token(), {"responses": [one()]}, Idempotency_Key=key)
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json["detail"]
    assert count(Response) == 0


def test_the_longest_key_is_kept(app, client):
    assert call(client, make_token(), {"responses": [one()]}, Idempotency_Key="x" * 200).status_code == 200


def test_keys_are_forgotten_after_30_days_and_not_before(app, client):
    token, body = make_token(), {"responses": [one()]}
    for key, days in (("old", 31), ("young", 29)):
        call(client, token, body, Idempotency_Key=key)
        with writing():
            db.session.get_one(ApiCall, (1, key)).answered_at = clock.now() - timedelta(days=days)
            db.session.commit()
    assert jobs.jobs_of(app).run("forget-old-calls") == 1
    assert db.session.scalars(select(ApiCall.key)).all() == ["young"]
    assert call(client, token, body, Idempotency_Key="old").json["unchanged"] == 1


def at_once(app, calls):
    """Make these calls at the same moment, each from a client of its own; their answers."""
    db.session.commit()  # what the test reads afterwards is read anew
    ready, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(index, arguments):
        with app.app_context():
            client = app.test_client()
            ready.wait()
            answers[index] = call(client, *arguments[0], **arguments[1])

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_two_calls_with_one_key_at_once_are_one_write_with_one_answer(app):
    token, body = make_token(), {"responses": [one(n) for n in range(20)]}
    answers = at_once(app, [((token, body), {"Idempotency_Key": "k"})] * 4)
    assert [answer.status_code for answer in answers] == [200] * 4
    assert all(answer.json == answers[0].json for answer in answers)
    assert answers[0].json["added"] == 20
    assert sorted("Idempotent-Replay" in answer.headers for answer in answers) == [False, True, True, True]
    assert (count(Response), count(ApiCall)) == (20, 1)
    assert db.session.scalar(select(func.sum(LabelDay.promoters))) == 20


def test_two_bodies_under_one_key_at_once_are_one_write_and_one_refusal(app):
    token = make_token()
    answers = at_once(app, [((token, {"responses": [one(n)]}), {"Idempotency_Key": "k"}) for n in range(3)])
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert count(Response) == 1


def test_the_same_responses_at_once_without_a_key_are_recorded_once(app):
    token = make_token()
    body = {"responses": [one(n, survey="A", touchpoint="B") for n in range(20)]}
    answers = at_once(app, [((token, body), {})] * 4)
    assert [answer.status_code for answer in answers] == [200] * 4
    assert sorted(answer.json["added"] for answer in answers) == [0, 0, 0, 20]
    assert (count(Response), count(Label)) == (20, 3)
