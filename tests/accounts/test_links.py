"""Invitations and resets: sent by mail, used once, replaced, run out, forged."""

import re
from datetime import timedelta

import pytest
from flask_mailman import EmailMessage
from sqlalchemy import select

from app.accounts import links, operations
from app.accounts.models import AccessLink, LinkPurpose
from app.core import clock, outbox
from app.core.db import db
from app.core.errors import Conflict
from tests.factories import PASSWORD, make_person, sign_in

# Pages: what they read is asked of both engines by tests/demo/test_every_address.py and by the tests of queries.
pytestmark = pytest.mark.sqlite_only

NEW = "another long phrase"


@pytest.fixture
def open_app(fresh_app):
    built = fresh_app("migrated", WTF_CSRF_ENABLED=False, BASE_URL="https://uplift.example/")
    with built.app_context():
        yield built


@pytest.fixture
def sent(monkeypatch):
    """The mails that leave."""
    mails = []
    monkeypatch.setattr(EmailMessage, "send", lambda self, *_: mails.append(self))
    return mails


def path_in(mail):
    return re.search(r"https://uplift\.example(/\S+)", mail.body).group(1)


def use(client, path, password=NEW):
    return client.post(path, data={"password": password, "repeated": password})


def test_an_invitation_sets_a_password_once_and_signs_in(open_app, sent):
    person = make_person(given_name="Nina", email="nina@company.example")
    operations.invite(person, clock.now())
    db.session.commit()
    assert outbox.drain() == 1
    assert sent[0].to == ["nina@company.example"]
    path = path_in(sent[0])
    client = open_app.test_client()
    assert "Welcome, Nina" in client.get(path).text
    answer = use(client, path)
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/account").status_code == 200
    assert operations.authenticate("nina@company.example", NEW) is not None
    again = use(open_app.test_client(), path)
    assert again.status_code == 410
    assert "has done its work" in again.text


def test_no_secret_is_kept(open_app, sent):
    operations.invite(make_person(), clock.now())
    db.session.commit()
    payload = db.session.scalar(select(outbox.OutboxMessage.payload))
    assert set(payload) == {"mail", "link_id"}
    assert {column.name for column in AccessLink.__table__.columns} == {
        "id", "person_id", "purpose", "created_at", "expires_at", "used_at",
    }  # fmt: skip


def test_a_reset_ends_the_other_sessions(open_app, sent):
    person = make_person(email="ada@company.example")
    operations.set_password(person, PASSWORD, clock.now())
    elsewhere = sign_in(open_app.test_client(), person)
    client = open_app.test_client()
    client.post("/forgot", data={"email": "Ada@Company.example"})
    outbox.drain()
    assert use(client, path_in(sent[0])).status_code == 303
    assert client.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302


def test_asking_for_a_link_answers_the_same_whoever_asks(open_app, sent):
    make_person(email="known@company.example")
    make_person(email="left@company.example", active=False)
    answers = []
    for email in ("known@company.example", "left@company.example", "nobody@company.example"):
        client = open_app.test_client()
        answer = client.post("/forgot", data={"email": email})
        page = re.sub(r'value="[^"]*"', "", client.get("/login").text)  # but for the tokens of the form
        answers.append((answer.status_code, answer.location, page))
    assert len(set(answers)) == 1
    assert "If this address belongs to an account" in answers[0][2]
    outbox.drain()
    assert [mail.to for mail in sent] == [["known@company.example"]]
    left = db.session.scalars(select(outbox.OutboxMessage.id).where(outbox.OutboxMessage.sent_at.is_(None))).all()
    assert left == []


def test_asking_for_links_is_throttled_for_known_and_unknown_alike(fresh_app):
    app = fresh_app("migrated", WTF_CSRF_ENABLED=False, SIGN_IN_LIMIT="2 per hour")
    with app.app_context():
        make_person(email="known@company.example")
        for email in ("known@company.example", "nobody@company.example"):
            client = app.test_client()
            client.environ_base["REMOTE_ADDR"] = "10.0.0.1" if email.startswith("known") else "10.0.0.2"
            answers = [client.post("/forgot", data={"email": email}) for _ in range(3)]
            assert [answer.status_code for answer in answers] == [303, 303, 429]
            assert email in answers[-1].text
            assert int(answers[-1].headers["Retry-After"]) > 60


def test_a_newer_link_replaces_an_older_one(open_app, sent):
    person = make_person()
    for _ in range(2):
        operations.invite(person, clock.now())
        db.session.commit()
        outbox.drain()
    client = open_app.test_client()
    old = client.get(path_in(sent[0]))
    assert old.status_code == 410
    assert "There is a newer link" in old.text
    assert client.get(path_in(sent[1])).status_code == 200


def test_links_run_out(open_app, sent):
    person = make_person()
    link = operations.make_link(person, LinkPurpose.RESET, clock.now() - timedelta(minutes=61))
    fresh = operations.make_link(make_person(), LinkPurpose.RESET, clock.now() - timedelta(minutes=59))
    db.session.commit()
    client = open_app.test_client()
    path = "/reset/" + links.make_token(LinkPurpose.RESET, link.id)
    assert client.get(path).status_code == 410
    assert "has run out" in use(client, path).text
    assert client.get("/reset/" + links.make_token(LinkPurpose.RESET, fresh.id)).status_code == 200


def test_a_link_is_of_no_use_to_someone_who_left(open_app):
    person = make_person()
    link = operations.make_link(person, LinkPurpose.INVITATION, clock.now())
    operations.deactivate(person, clock.now())
    db.session.commit()
    answer = use(open_app.test_client(), "/invitation/" + links.make_token(LinkPurpose.INVITATION, link.id))
    assert answer.status_code == 410
    assert "closed" in answer.text
    with pytest.raises(Conflict):
        operations.invite(person, clock.now())


@pytest.mark.parametrize("change", ["cut", "purpose", "id", "nonsense"])
def test_a_forged_link_says_what_to_do(open_app, change):
    link = operations.make_link(make_person(), LinkPurpose.INVITATION, clock.now())
    db.session.commit()
    token = links.make_token(LinkPurpose.INVITATION, link.id)
    path = {
        "cut": f"/invitation/{token[:-2]}",
        "purpose": f"/reset/{token}",
        "id": "/invitation/" + links.make_token(LinkPurpose.INVITATION, 999_999),
        "nonsense": "/invitation/not-a-token",
    }[change]
    client = open_app.test_client()
    for answer in (client.get(path), use(client, path)):
        assert answer.status_code == 404
        assert "/forgot" in answer.text


def test_a_bad_password_leaves_the_link_open(open_app):
    link = operations.make_link(make_person(), LinkPurpose.INVITATION, clock.now())
    db.session.commit()
    path = "/invitation/" + links.make_token(LinkPurpose.INVITATION, link.id)
    client = open_app.test_client()
    assert use(client, path, "short").status_code == 422
    differs = client.post(path, data={"password": NEW, "repeated": "something else"})
    assert differs.status_code == 422
    assert "differs" in differs.text
    assert use(client, path).status_code == 303


def test_of_two_who_use_a_link_one_wins(open_app):
    link = operations.make_link(make_person(), LinkPurpose.RESET, clock.now())
    db.session.commit()
    operations.redeem(LinkPurpose.RESET, link.id, NEW, clock.now())
    with pytest.raises(Conflict):
        operations.redeem(LinkPurpose.RESET, link.id, "and yet another phrase", clock.now())


def test_a_mail_that_is_no_longer_due_is_not_sent(open_app, sent):
    person = make_person()
    operations.invite(person, clock.now())
    operations.deactivate(person, clock.now())
    db.session.commit()
    assert outbox.drain() == 1
    assert sent == []


def test_many_are_invited_once(app):
    waiting = [make_person() for _ in range(3)]
    signed_up = make_person()
    operations.set_password(signed_up, PASSWORD, clock.now())
    left = make_person(active=False)
    ids = [person.id for person in (*waiting, signed_up, left)]
    assert operations.invite_many(ids, clock.now()) == 3
    assert operations.invite_many(ids, clock.now()) == 0
    assert db.session.query(outbox.OutboxMessage).count() == 3
    assert db.session.query(AccessLink).count() == 3
    assert operations.invite_many(ids, clock.now() + timedelta(days=8)) == 3


def test_changing_the_password_ends_other_sessions_and_keeps_this_one(open_app):
    person = make_person()
    operations.set_password(person, PASSWORD, clock.now())
    db.session.commit()
    here, elsewhere = (sign_in(open_app.test_client(), person) for _ in range(2))
    form = {"present": PASSWORD, "password": NEW, "repeated": NEW}
    assert here.post("/account/password", data={**form, "present": "wrong"}).status_code == 422
    assert elsewhere.get("/account").status_code == 200
    assert here.post("/account/password", data=form).status_code == 303
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302


def test_the_time_zone_is_kept_and_a_forged_one_refused(open_app):
    person = make_person()
    client = sign_in(open_app.test_client(), person)
    assert client.post("/account/time-zone", data={"time_zone": "Europe/Berlin"}).status_code == 303
    assert person.time_zone == "Europe/Berlin"
    for forged in ("Mars/Olympus", "../../etc/passwd", "x" * 500):
        assert client.post("/account/time-zone", data={"time_zone": forged}).status_code == 422
    assert person.time_zone == "Europe/Berlin"
