"""Who may call the API, how often, and in what words and form it refuses."""

import logging
import threading
import time

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.db import db, writing
from app.nps.models import ApiToken, Response
from app.nps.operations.tokens import revoke
from tests.factories import make_person, sign_in
from tests.nps.calling import INVITATIONS, RESPONSES, call, make_source, make_token, one

# Who may call, and how that is proved: nothing here is particular to an engine.
pytestmark = pytest.mark.sqlite_only

BODIES = {
    RESPONSES: {"responses": [one()]},
    INVITATIONS: {"invitations": [{"survey": "A", "month": "2026-09", "asked": 5}]},
}
PROBLEM = "application/problem+json"


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.mark.parametrize("address", BODIES)
@pytest.mark.parametrize(
    "shown", [None, "", "Bearer", "Bearer ", "Bearer uplift_unknown", "bearer ä", "Basic YTpi", "uplift_unknown"]
)
def test_whoever_shows_no_known_token_is_told_how_to(app, client, address, shown):
    headers = {} if shown is None else {"Authorization": shown}
    answer = call(client, None, BODIES[address], address, **headers)
    assert answer.status_code == 401
    assert answer.content_type == PROBLEM
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="Uplift"')
    assert db.session.scalars(select(Response)).all() == []


@pytest.mark.parametrize("address", BODIES)
def test_a_signed_in_person_without_a_token_is_a_stranger_to_the_api(app, client, address):
    sign_in(client, make_person(roles=("administrator", "champion")))
    assert call(client, None, BODIES[address], address).status_code == 401


@pytest.mark.parametrize("address", BODIES)
def test_a_token_needs_no_session_and_no_form_token(app, client, address):
    assert call(client, make_token(), BODIES[address], address).status_code == 200
    assert (
        call(client, make_token(), BODIES[address], address, Authorization=f"BEARER {make_token()}").status_code == 200
    )


@pytest.mark.parametrize("address", BODIES)
def test_a_revoked_token_opens_nothing(app, client, address):
    token = make_token()
    with writing():
        revoke(db.session.scalars(select(ApiToken)).one(), clock.now())
        db.session.commit()
    answer = call(client, token, BODIES[address], address)
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_only_a_digest_of_the_token_is_kept(app, client):
    token = make_token()
    kept = db.session.execute(select(ApiToken.__table__)).one()
    assert token.startswith("uplift_")
    assert len(token) > 40
    assert token.removeprefix("uplift_") not in repr(tuple(kept))
    assert token.removeprefix("uplift_") not in repr(db.session.scalars(select(ApiToken)).one())


def test_neither_tokens_nor_answers_of_customers_come_into_the_log(app, client, caplog):
    caplog.set_level(logging.DEBUG)
    token = make_token()
    call(client, token, {"responses": [one(comment="my account is 4711")]})
    call(client, token, {"responses": [one(comment="my account is 4711", score=11)]})
    call(client, token + "x", {"responses": [one()]})
    assert token not in caplog.text
    assert "4711" not in caplog.text


def test_our_own_fault_is_told_as_a_problem_and_logged_without_what_was_sent(fresh_app, caplog, monkeypatch):
    sent = "my account is 4711"  # as a database quotes it when it refuses a row

    def fail(*_args, **_kwargs):
        raise RuntimeError(sent)

    app = fresh_app(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    app.testing = False
    monkeypatch.setattr("app.nps.api.carrying_out.record", fail)
    with app.app_context():
        token = make_token()
        answer = call(app.test_client(), token, {"responses": [one()]}, Accept="text/html")
    assert (answer.status_code, answer.content_type) == (500, PROBLEM)
    assert "RuntimeError" in caplog.text
    assert "carrying_out.py" in caplog.text
    assert sent not in caplog.text + answer.text


@pytest.mark.parametrize("accept", ["*/*", "text/html", "application/xml", "application/json"])
@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (("GET", "/api/nowhere"), 404),
        (("POST", "/api/nps/nowhere"), 404),
        (("GET", RESPONSES), 405),
        (("DELETE", INVITATIONS), 405),
        (("POST", "/api/openapi.json"), 405),
    ],
)
def test_errors_are_problem_documents_whatever_is_accepted(app, client, accept, asked, status):
    method, address = asked
    answer = client.open(address, method=method, headers={"Accept": accept})
    assert (answer.status_code, answer.content_type) == (status, PROBLEM)
    assert answer.json["status"] == status
    assert answer.json["detail"]
    assert ("Allow" in answer.headers) == (status == 405)


def test_an_address_elsewhere_that_leads_nowhere_stays_a_page(app, client):
    assert client.get("/nowhere").content_type.startswith("text/html")


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_another_kind_of_content_is_refused_with_the_kind_that_is_read(app, client, kind):
    answer = call(client, make_token(), {"responses": [one()]}, Content_Type=kind)
    assert answer.status_code == 415
    assert answer.headers["Accept-Post"] == "application/json"


def test_json_with_a_charset_is_json(app, client):
    kind = "application/json; charset=utf-8"
    assert call(client, make_token(), {"responses": [one()]}, Content_Type=kind).status_code == 200


def test_a_body_that_is_too_large_is_refused(fresh_app):
    app = fresh_app(MAX_CONTENT_LENGTH=1000)
    with app.app_context():
        answer = call(app.test_client(), make_token(), {"responses": [one(comment="x" * 1000)]})
    assert (answer.status_code, answer.content_type) == (413, PROBLEM)


def test_a_token_that_calls_too_often_waits_and_others_do_not(fresh_app):
    app = fresh_app(API_LIMIT="2 per minute")
    with app.app_context():
        client, token, other = app.test_client(), make_token(), make_token()
        statuses = [call(client, token, {"responses": [one()]}).status_code for _ in range(3)]
        refused = call(client, token, {"responses": [one()]})
        assert statuses == [200, 200, 429]
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert refused.content_type == PROBLEM
        assert call(client, other, {"responses": [one()]}).status_code == 200


def test_a_stranger_who_calls_too_often_waits_and_the_token_behind_the_same_address_does_not(fresh_app):
    app = fresh_app(API_LIMIT="2 per minute")
    with app.app_context():
        client, token = app.test_client(), make_token()
        statuses = [call(client, "uplift_guess", {"responses": [one()]}).status_code for _ in range(3)]
        assert statuses == [401, 401, 429]
        assert call(client, token, {"responses": [one()]}).status_code == 200


def test_a_strangers_call_does_not_wait_for_whoever_writes(app, client):
    """The lock for writing is held elsewhere; who calls is found out without it."""
    make_source()
    held, done = threading.Event(), threading.Event()

    def hold():
        with app.app_context(), writing():
            make_source("another")
            db.session.connection()
            held.set()
            done.wait(10)
            db.session.rollback()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    began = time.monotonic()
    answer = call(client, "uplift_guess", {"responses": [one()]})
    waited = time.monotonic() - began
    done.set()
    thread.join()
    assert answer.status_code == 401
    assert waited < 5
