"""Signing in: who gets in, how often one may try, when a session ends, and that nothing tells who has an account."""

import re
from datetime import timedelta

import pytest

from app.accounts import operations, sessions
from app.accounts.models import Person
from app.accounts.operations import passwords
from app.core import clock
from app.core.db import db
from tests.factories import PASSWORD, make_person, sign_in

# Pages: what they read is asked of both engines by tests/demo/test_every_address.py and by the tests of operations.
pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def open_app(fresh_app):
    """An application without CSRF tokens, so that tests can post forms at once."""
    built = fresh_app("migrated", WTF_CSRF_ENABLED=False)
    with built.app_context():
        yield built


def with_password(**values):
    person = make_person(**values)
    operations.set_password(person, PASSWORD, clock.now())
    db.session.commit()
    return person


def post_login(client, email, password=PASSWORD, **query):
    return client.post("/login", query_string=query, data={"email": email, "password": password})


def is_in(client):
    return client.get("/account").status_code == 200


def words(response):
    """The page without what differs from request to request: the address typed."""
    return re.sub(r'value="[^"]*"', "", response.text)


def test_the_right_password_signs_in_and_leads_back(open_app):
    person = with_password(email="ada@company.example")
    client = open_app.test_client()
    answer = client.get("/account")
    assert answer.status_code == 302
    assert answer.location == "/login?next=/account"
    answer = post_login(client, "  ADA@Company.example ", next="/account?x=1")
    assert (answer.status_code, answer.location) == (303, "/account?x=1")
    assert is_in(client)
    assert client.get("/login?next=/account").location == "/account"
    assert person.get_id() == f"{person.id}:{person.session_epoch}"


def test_nothing_tells_unknown_wrong_inactive_and_uninvited_apart(open_app):
    with_password(email="known@company.example")
    with_password(email="left@company.example", active=False)
    make_person(email="uninvited@company.example")
    client = open_app.test_client()
    answers = [
        post_login(client, "known@company.example", "not the password"),
        post_login(client, "left@company.example"),
        post_login(client, "uninvited@company.example"),
        post_login(client, "nobody@company.example"),
    ]
    assert {answer.status_code for answer in answers} == {422}
    assert len({words(answer) for answer in answers}) == 1
    assert "don’t belong together" in answers[0].text


def test_every_refused_sign_in_verifies_one_hash(open_app, monkeypatch):
    with_password(email="known@company.example")
    make_person(email="uninvited@company.example")
    seen = []
    real = passwords.verify
    monkeypatch.setattr(passwords, "verify", lambda kept, given: seen.append(kept) or real(kept, given))
    for email in ("known@company.example", "uninvited@company.example", "nobody@company.example"):
        seen.clear()
        assert operations.authenticate(email, "not the password") is None
        assert len(seen) == 1


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "evil.example",
        "///evil.example",
        "/ok\\..\\x",
        "",
    ],
)
def test_signing_in_never_leads_to_another_site(open_app, target):
    with_password(email="ada@company.example")
    assert post_login(open_app.test_client(), "ada@company.example", next=target).location == "/"


def test_a_form_without_its_token_is_refused_and_changes_nothing(app):
    with_password(email="ada@company.example")
    client = app.test_client()
    for path in ("/login", "/logout", "/forgot", "/account/password", "/account/time-zone", "/people/import"):
        assert client.post(path, data={"email": "ada@company.example", "password": PASSWORD}).status_code == 400, path


def test_the_page_itself_signs_in_with_its_token_and_the_session_is_renewed(app):
    with_password(email="ada@company.example")
    client = app.test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/login").text).group(1)
    with client.session_transaction() as session:
        session["left_over"] = "from before"
    answer = client.post("/login", data={"email": "ada@company.example", "password": PASSWORD, "csrf_token": token})
    assert answer.status_code == 303
    with client.session_transaction() as session:
        assert "left_over" not in session
        assert "csrf_token" not in session
        assert session.permanent


def test_signing_out_ends_the_session(open_app):
    client = sign_in(open_app.test_client(), make_person())
    assert is_in(client)
    assert client.post("/logout").location == "/login"
    assert not is_in(client)


def test_an_account_takes_so_many_tries_and_says_when_the_next_is(fresh_app):
    app = fresh_app("migrated", WTF_CSRF_ENABLED=False, SIGN_IN_LIMIT="3 per minute")
    with app.app_context():
        with_password(email="ada@company.example")
        clients = [app.test_client() for _ in range(4)]
        for number, client in enumerate(clients):
            client.environ_base["REMOTE_ADDR"] = f"10.0.0.{number}"
        assert [post_login(c, "Ada@company.example", "wrong").status_code for c in clients[:3]] == [422] * 3
        answer = post_login(clients[3], "ada@company.example")
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["Retry-After"]) <= 61
        assert "ada@company.example" in answer.text
        assert re.search(r"The next try is taken in \d+ seconds?\.", answer.text)
        for _ in range(4):  # unknown accounts are counted alike
            unknown = post_login(clients[3], "nobody@company.example", "wrong")
        assert words(unknown) == words(answer) or unknown.status_code == 429


def test_an_address_takes_so_many_tries_that_come_to_nothing(fresh_app):
    app = fresh_app("migrated", WTF_CSRF_ENABLED=False, SIGN_IN_LIMIT="3 per minute")
    with app.app_context():
        with_password(email="ada@company.example")
        client = app.test_client()
        for _ in range(5):  # right ones don't count: a whole office may share an address
            assert post_login(client, "ada@company.example").status_code == 303
            client.post("/logout")
        for number in range(3):
            assert post_login(client, f"guess{number}@company.example").status_code == 422
        assert post_login(client, "ada@company.example").status_code == 429
        elsewhere = app.test_client()
        elsewhere.environ_base["REMOTE_ADDR"] = "10.9.9.9"
        assert post_login(elsewhere, "ada@company.example").status_code == 303


def test_a_session_ends_when_it_was_idle_for_too_long(fresh_app, monkeypatch):
    app = fresh_app("migrated", SESSION_IDLE_MINUTES=5)
    with app.app_context():
        client = sign_in(app.test_client(), make_person())
        assert is_in(client)
        cookie = client.get_cookie("uplift")
        left = cookie.expires - clock.now()
        assert timedelta(minutes=4) < left <= timedelta(minutes=5, seconds=1)


def test_a_session_ends_some_days_after_signing_in_however_busy(app):
    person = make_person()
    client = sign_in(app.test_client(), person)
    days = app.config["SESSION_MAX_DAYS"]
    with client.session_transaction() as session:
        session["signed_in_at"] -= days * 86400 - 60
    assert is_in(client)
    with client.session_transaction() as session:
        session["signed_in_at"] -= 120
    assert not is_in(client)


@pytest.mark.parametrize("forged", ["", "1", "x:0", "1:x", "99999:0", "1:0:0", ":", "1:7"])
def test_a_session_that_names_nobody_is_nobodys(app, forged):
    make_person()
    client = sign_in(app.test_client(), db.session.query(Person).first())
    with client.session_transaction() as session:
        session["_user_id"] = forged
    assert not is_in(client)


def test_leaving_the_company_ends_the_session(app):
    person = make_person()
    client = sign_in(app.test_client(), person)
    assert is_in(client)
    operations.deactivate(person, clock.now())
    assert not is_in(client)
    operations.reactivate(person, clock.now())
    assert not is_in(client)  # the epoch moved on


def test_a_page_loads_the_signed_in_person_with_one_statement(app, count_statements):
    client = sign_in(app.test_client(), make_person(roles=("hr",)))
    with count_statements() as seen:
        assert is_in(client)
    assert len(seen) == 1


def test_an_old_hash_is_made_anew_when_its_owner_signs_in(app):
    person = with_password()
    person.password_hash = passwords.PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    db.session.commit()
    assert operations.authenticate(person.email, PASSWORD) is person
    assert not passwords.HASHER.check_needs_rehash(person.password_hash)
    assert operations.authenticate(person.email, PASSWORD) is person


def test_the_session_loader_takes_no_future_shape(app):
    with app.test_request_context():
        assert sessions.load("1:0") is None


@pytest.mark.parametrize("field", ["email", "password"])
def test_an_empty_field_is_named(open_app, field):
    data = {"email": "ada@company.example", "password": "x", field: ""}
    answer = open_app.test_client().post("/login", data=data)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


@pytest.mark.parametrize("nasty", ["\x00", "a" * 100_000, "💥\u202e", "' OR 1=1 --"])
def test_strange_input_is_refused_like_any_other(open_app, nasty):
    assert post_login(open_app.test_client(), nasty or "x", nasty).status_code == 422
