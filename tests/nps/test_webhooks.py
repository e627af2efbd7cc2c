"""POST /api/nps/webhooks/<source>: what the standardwebhooks package signs is believed, and nothing else."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from standardwebhooks import Webhook

from app.core import clock, jobs
from app.core.db import db, writing
from app.nps.api.signatures import sign
from app.nps.models import Response, Source, WebhookDelivery
from app.nps.operations.tokens import rotate_secret, webhook_secret
from tests.nps.calling import call, errors, make_source, make_token, one

# Who may call, and how that is proved: nothing here is particular to an engine.
pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def source(app):
    return make_source()


def secret_of(source):
    return webhook_secret(source.id, source.secret_epoch)


def signed(secret, body, message_id="msg_1", at=None):
    """The headers that the package makes for this body."""
    moment = at or datetime.now(UTC)
    signature = Webhook(secret).sign(message_id, moment, body)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": signature,
        "Content-Type": "application/json",
    }


def send(client, body, headers, slug="survey-tool"):
    return client.post(f"/api/nps/webhooks/{slug}", data=body, headers=headers)


def text(value):
    return json.dumps(value)


def count(model=Response):
    return db.session.scalar(select(func.count()).select_from(model))


def refused_unread(answer):
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert "WWW-Authenticate" in answer.headers
    assert (count(), count(WebhookDelivery)) == (0, 0)


@pytest.mark.parametrize(
    ("value", "recorded"),
    [
        (one(), 1),
        ({"responses": [one(1), one(2)]}, 2),
        ({"responses": [one(drivers={"A": 9})], "driver_scale": "0-10"}, 1),
    ],
)
def test_a_signed_message_is_recorded(app, client, source, value, recorded):
    body = text(value)
    answer = send(client, body, signed(secret_of(source), body))
    assert answer.status_code == 200, answer.json
    assert answer.json["added"] == recorded == count()
    assert set(db.session.scalars(select(Response.source_id))) == {source.id}


def test_a_signature_is_that_of_the_specifications_example():
    secret, message_id, stamp = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330"
    signature = sign(secret, message_id, stamp, b'{"test": 2432232314}')
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_body_is_checked_byte_by_byte_and_may_hold_any_letter(app, client, source):
    body = json.dumps(one(comment="Größe ✓ — 好"), ensure_ascii=False, indent=3)
    assert send(client, body.encode(), signed(secret_of(source), body)).status_code == 200
    assert db.session.scalars(select(Response.comment)).one() == "Größe ✓ — 好"


def test_one_of_several_signatures_is_enough(app, client, source):
    body = text(one())
    headers = signed(secret_of(source), body)
    others = "v1,AAAA v1a,whatever v2," + headers["webhook-signature"].removeprefix("v1,") + " nonsense"
    headers["webhook-signature"] = f"{others} {headers['webhook-signature']}"
    assert send(client, body, headers).status_code == 200


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize("value", [None, ""])
def test_a_message_without_one_of_the_headers_is_refused(app, client, source, name, value):
    body = text(one())
    headers = signed(secret_of(source), body)
    del headers[name]
    if value is not None:
        headers[name] = value
    refused_unread(send(client, body, headers))


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": "msg_2"},
        {"webhook-id": "msg_1 x"},
        {"webhook-timestamp": "+1"},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "1e9"},
        {"webhook-timestamp": "٣"},
        {"webhook-timestamp": "9" * 400},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,ä"},
        {"webhook-signature": " "},
        {"webhook-id": "é" * 3},
        {"webhook-id": "x" * 201},
    ],
)
def test_a_message_whose_headers_were_changed_is_refused(app, client, source, changed):
    body = text(one())
    refused_unread(send(client, body, signed(secret_of(source), body) | changed))


def test_a_shifted_timestamp_is_refused_although_it_is_recent(app, client, source):
    body = text(one())
    headers = signed(secret_of(source), body)
    headers["webhook-timestamp"] = str(int(headers["webhook-timestamp"]) + 1)
    refused_unread(send(client, body, headers))


def test_a_tampered_body_is_refused(app, client, source):
    body = text(one(score=2))
    headers = signed(secret_of(source), body)
    refused_unread(send(client, body.replace('"score": 2', '"score": 9'), headers))
    refused_unread(send(client, body + " ", headers))


def test_a_stop_moved_between_id_and_timestamp_is_refused(app, client, source):
    """id "a.1", timestamp "2" and id "a", timestamp "1.2" are signed by the same text: the second is no timestamp."""
    body = text(one())
    at = datetime.now(UTC)
    headers = signed(secret_of(source), body, f"a.{int(at.timestamp())}", at)
    stamp = headers["webhook-timestamp"]
    refused_unread(send(client, body, headers | {"webhook-id": "a", "webhook-timestamp": f"{stamp}.{stamp}"}))


@pytest.mark.parametrize("seconds", [-301, -86400, 302, 86400])
def test_a_message_from_another_time_is_refused_however_well_signed(app, client, source, seconds):
    body = text(one())
    at = datetime.now(UTC) + timedelta(seconds=seconds)
    refused_unread(send(client, body, signed(secret_of(source), body, at=at)))


@pytest.mark.parametrize("seconds", [-290, 290])
def test_clocks_may_differ_by_less_than_five_minutes(app, client, source, seconds):
    body = text(one())
    at = datetime.now(UTC) + timedelta(seconds=seconds)
    assert send(client, body, signed(secret_of(source), body, at=at)).status_code == 200


def test_another_sources_secret_opens_nothing(app, client, source):
    other = make_source("other")
    body = text(one())
    refused_unread(send(client, body, signed(secret_of(other), body)))
    refused_unread(send(client, body, signed("whsec_" + base64.b64encode(b"guess" * 8).decode(), body)))


@pytest.mark.parametrize("slug", ["nowhere", "survey-tool%00", "SURVEY-TOOL", "x" * 500])
def test_a_source_that_is_not_there_answers_as_a_wrong_signature(app, client, source, slug):
    body = text(one())
    nowhere = send(client, body, signed(secret_of(source), body), slug)
    refused_unread(nowhere)
    refused_unread(send(client, body, signed(webhook_secret(0, 0), body), slug))
    wrong = send(client, body, signed(webhook_secret(0, 0), body))
    assert nowhere.json == wrong.json


def test_a_token_opens_no_webhook_and_a_signature_no_call(app, client, source):
    body = text({"responses": [one()]})
    token = make_token(source)
    refused_unread(call(client, token, body.encode(), "/api/nps/webhooks/survey-tool"))
    answer = client.post("/api/nps/responses", data=body, headers=signed(secret_of(source), body))
    refused_unread(answer)


def test_a_replay_is_refused_and_changes_nothing(app, client, source):
    body = text(one(score=2))
    headers = signed(secret_of(source), body)
    assert send(client, body, headers).status_code == 200
    answer = send(client, body, headers)
    assert (answer.status_code, answer.content_type) == (409, "application/problem+json")
    other = text(one(score=9))  # signed properly, but under an id that was taken
    assert send(client, other, signed(secret_of(source), other)).status_code == 409
    assert db.session.scalars(select(Response.score)).all() == [2]


def test_two_sources_may_use_the_same_message_id(app, client, source):
    other, body = make_source("other"), text(one())
    assert send(client, body, signed(secret_of(source), body)).status_code == 200
    assert send(client, body, signed(secret_of(other), body), "other").status_code == 200


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (text(one(score=11)), (422, ["score"])),
        (text(one(employee="nobody@company.example")), (422, [""])),
        (text({"responses": [one(1), one(2, score="")]}), (422, ["responses[1].score"])),
        (text({"responses": [one()], "mode": "per_row"}), (422, ["mode"])),
        (text([one()]), (422, [""])),
        ("{", (400, [])),
    ],
)
def test_a_refused_message_leaves_its_id_free_for_the_mended_one(app, client, source, wrong, expected):
    answer = send(client, wrong, signed(secret_of(source), wrong))
    assert (answer.status_code, list(errors(answer))) == expected
    assert (count(), count(WebhookDelivery)) == (0, 0)
    body = text(one())
    assert send(client, body, signed(secret_of(source), body)).status_code == 200


def test_another_kind_of_content_is_refused(app, client, source):
    body = text(one())
    answer = send(client, body, signed(secret_of(source), body) | {"Content-Type": "text/plain"})
    assert answer.status_code == 415


def test_a_new_secret_ends_the_old_one(app, client, source):
    old = secret_of(source)
    with writing():
        assert rotate_secret(source, 1)
        assert not rotate_secret(source, 1)  # a second click
        db.session.commit()
    assert db.session.scalars(select(Source.secret_epoch)).one() == 2
    body = text(one())
    refused_unread(send(client, body, signed(old, body)))
    assert send(client, body, signed(secret_of(source), body)).status_code == 200


def test_secrets_differ_by_source_epoch_and_installation(app):
    known = {webhook_secret(source, epoch) for source in range(5) for epoch in range(5)}
    assert len(known) == 25
    app.config["SECRET_KEY"] = "another installation"
    assert webhook_secret(1, 1) not in known
    assert len(base64.b64decode(webhook_secret(1, 1).removeprefix("whsec_"))) == 32


def test_ids_are_forgotten_after_30_days_and_not_before(app, client, source):
    for message_id, days in (("old", 31), ("young", 29)):
        body = text(one())
        send(client, body, signed(secret_of(source), body, message_id))
        with writing():
            delivery = db.session.get_one(WebhookDelivery, (source.id, message_id))
            delivery.received_at = clock.now() - timedelta(days=days)
            db.session.commit()
    assert jobs.jobs_of(app).run("forget-old-calls") == 1
    assert db.session.scalars(select(WebhookDelivery.message_id)).all() == ["young"]


def test_a_webhook_that_calls_too_often_waits(fresh_app):
    app = fresh_app(API_LIMIT="2 per minute")
    with app.app_context():
        source, client, body = make_source(), app.test_client(), text(one())
        answers = [send(client, body, signed(secret_of(source), body, f"msg_{n}")) for n in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2].headers["Retry-After"]) >= 1
