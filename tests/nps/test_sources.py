"""The pages on which sources, tokens and webhook secrets are looked after."""

import html
import re
import shutil
import subprocess
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from app.core import clock
from app.core.db import db, writing
from app.core.errors import Invalid
from app.nps.models import ApiToken, Label, Response, Source, SurveyInvitations
from app.nps.operations.source_names import add_source
from app.nps.operations.tokens import webhook_secret
from app.nps.rules.responses import Outcome
from tests.factories import make_person, make_supervisor, sign_in
from tests.nps.calling import call, make_source, make_token, one

# Pages: what they read is asked of both engines by tests/demo/test_every_address.py and by the tests of operations.
pytestmark = pytest.mark.sqlite_only

TOKEN = re.compile(r"uplift_[\w-]{43}")
SECRET = re.compile(r"whsec_[\w+/=]{44}")


@pytest.fixture
def client(app):
    """A champion's browser."""
    return sign_in(app.test_client(), make_person(roles=("champion",)))


def post(client, address, page=None, **fields):
    """Send a form of a page as a browser does: with what its hidden fields hold."""
    shown = client.get(page or address).text
    hidden = dict(re.findall(r'<input[^>]*name="(seed|seen|csrf_token)"[^>]*value="([^"]*)"', shown))
    return client.post(address, data=MultiDict({**hidden, **fields}))


def make(client, name="Nightly export", **fields):
    return post(client, "/nps/sources/survey-tool/tokens", "/nps/sources/survey-tool", name=name, **fields)


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


ROUTES = [
    ("GET", "/nps/sources"),
    ("POST", "/nps/sources"),
    ("POST", "/nps/sources/asked"),
    ("GET", "/nps/sources/survey-tool"),
    ("POST", "/nps/sources/survey-tool/tokens"),
    ("GET", "/nps/sources/survey-tool/tokens/1/revoke"),
    ("POST", "/nps/sources/survey-tool/tokens/1/revoke"),
    ("POST", "/nps/sources/survey-tool/secret"),
    ("GET", "/nps/sources/survey-tool/secret/new"),
    ("POST", "/nps/sources/survey-tool/secret/new"),
    ("GET", "/api/docs"),
]


@pytest.mark.parametrize("who", ["employee", "supervisor", "hr", "executive"])
def test_the_pages_are_closed_to_everybody_else(app, who):
    make_token(make_source())
    person = make_supervisor() if who == "supervisor" else make_person(roles=() if who == "employee" else (who,))
    client = sign_in(app.test_client(), person)
    app.config["WTF_CSRF_ENABLED"] = False
    assert {route: client.open(route[1], method=route[0]).status_code for route in ROUTES} == dict.fromkeys(ROUTES, 403)
    assert count(Source) == 1
    assert db.session.scalars(select(ApiToken.revoked_at)).all() == [None]


def test_whoever_is_signed_out_is_asked_to_sign_in(app):
    make_token(make_source())
    client = app.test_client()
    app.config["WTF_CSRF_ENABLED"] = False
    for method, address in ROUTES:
        answer = client.open(address, method=method)
        assert (answer.status_code, answer.location.partition("?")[0]) == (302, "/login"), address


def test_administrators_look_after_sources_too(app):
    make_source()
    client = sign_in(app.test_client(), make_person(roles=("administrator",)))
    assert client.get("/nps/sources").status_code == 200
    assert client.get("/nps/sources/survey-tool").status_code == 200
    assert client.get("/api/docs").status_code == 200


def test_a_form_without_its_token_changes_nothing(app, client):
    make_source()
    for method, address in ROUTES:
        if method == "POST":
            assert client.post(address, data={"name": "X"}).status_code == 400
    assert (count(Source), count(ApiToken)) == (1, 0)


# The list


def test_the_list_says_what_will_be_here_and_how_to_begin(app, client):
    page = client.get("/nps/sources").text
    assert "No system hands in responses yet" in page
    assert "No response names its survey yet" in page


def test_the_list_tells_when_the_latest_response_came_in(app, client, monkeypatch):
    active, silent, _fresh = make_source("active"), make_source("silent"), make_source("fresh")
    call(app.test_client(), make_token(silent), {"responses": [one()]})
    call(app.test_client(), make_token(active), {"responses": [one(1), one(2)]})
    monkeypatch.setattr("app.nps.queries.sources.LATELY", 2)
    page = client.get("/nps/sources").text
    cells = re.findall(r'<td data-label="Latest response came in">(.*?)</td>', page, re.DOTALL)
    assert re.match(r"<time[^>]*>today at \d\d:\d\d</time>", cells[0])
    assert cells[1] == "None so far"
    assert cells[2].startswith("A while ago")


def test_the_list_costs_the_same_for_any_number_of_sources(app, client, count_statements):
    counted = []
    for numbers in (range(1), range(1, 40)):
        for number in numbers:
            make_token(make_source(f"source-{number}"))
        client.get("/nps/sources")
        with count_statements() as seen:
            assert client.get("/nps/sources").text.count("/nps/sources/source-") == numbers.stop
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 6


def test_the_list_goes_on_on_a_second_page(app, client):
    for number in range(60):
        make_source(f"source-{number:02}")
    page = client.get("/nps/sources").text
    assert "source-49" in page
    assert "source-50" not in page
    following = re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")
    assert "source-59" in client.get("/nps/sources" + following).text


def test_a_source_is_added_once_however_often_the_button_is_pressed(app, client):
    for _ in range(2):
        answer = post(client, "/nps/sources", name="  Survey Tool: calls ")
        assert (answer.status_code, answer.location) == (303, "/nps/sources/survey-tool-calls")
    assert count(Source) == 1
    assert "Survey Tool: calls" in client.get(answer.location).text


@pytest.mark.parametrize("name", ["", "  ", "x" * 121])
def test_a_source_needs_a_name_that_can_be_kept(app, client, name):
    answer = post(client, "/nps/sources", name=name)
    assert answer.status_code == 422
    assert count(Source) == 0


def test_sources_whose_names_differ_in_what_addresses_leave_out_are_two(app):
    with writing():
        slugs = [add_source(name, clock.now()).slug for name in ("Café!", "Cafe", "CAFE", "调查", "问卷", "x" * 120)]
        db.session.commit()
    assert slugs == ["cafe", "cafe-2", "cafe-2", "source", "source-2", "x" * 70]


def test_a_source_without_a_name_is_refused_by_the_operation_too(app):
    with pytest.raises(Invalid):
        add_source(" \u3000 ", clock.now())


# One source


def test_a_source_that_is_not_there_is_not_found(app, client):
    assert client.get("/nps/sources/nowhere").status_code == 404
    assert client.get("/nps/sources/a%00b").status_code == 404
    assert client.get("/nps/sources/nowhere/secret/new").status_code == 404


def test_a_token_is_shown_once_and_works(app, client):
    make_source()
    answer = make(client)
    assert (answer.status_code, answer.location) == (303, "/nps/sources/survey-tool#shown")
    page = client.get("/nps/sources/survey-tool").text
    [token] = set(TOKEN.findall(page))
    assert call(app.test_client(), token, {"responses": [one()]}).status_code == 200
    assert not TOKEN.search(client.get("/nps/sources/survey-tool").text)
    assert "Nightly export" in client.get("/nps/sources/survey-tool").text


def test_the_redirect_and_the_cookie_do_not_hold_the_token(app, client):
    make_source()
    answer = make(client)
    cookies = " ".join(answer.headers.getlist("Set-Cookie"))
    [token] = set(TOKEN.findall(client.get("/nps/sources/survey-tool").text))
    assert token.removeprefix("uplift_") not in answer.text + cookies
    with client.session_transaction() as session:
        assert token not in repr(dict(session))


def test_a_double_click_makes_one_token_and_shows_it(app, client):
    make_source()
    shown = client.get("/nps/sources/survey-tool").text
    fields = dict(re.findall(r'<input[^>]*name="(seed|csrf_token)"[^>]*value="([^"]*)"', shown))
    for _ in range(2):
        answer = client.post("/nps/sources/survey-tool/tokens", data={**fields, "name": "Nightly export"})
        assert answer.status_code == 303
    assert count(ApiToken) == 1
    assert len(set(TOKEN.findall(client.get("/nps/sources/survey-tool").text))) == 1


def test_an_old_form_sent_again_does_not_show_its_token_a_second_time(app, client):
    make_source()
    shown = client.get("/nps/sources/survey-tool").text
    fields = dict(re.findall(r'<input[^>]*name="(seed|csrf_token)"[^>]*value="([^"]*)"', shown))
    client.post("/nps/sources/survey-tool/tokens", data={**fields, "name": "Nightly export"})
    client.get("/nps/sources/survey-tool")
    with writing():
        db.session.scalars(select(ApiToken)).one().created_at -= timedelta(minutes=6)
        db.session.commit()
    assert client.post("/nps/sources/survey-tool/tokens", data={**fields, "name": "Other"}).status_code == 409
    assert not TOKEN.search(client.get("/nps/sources/survey-tool").text)


def test_the_same_form_of_two_people_makes_two_tokens(app, client):
    make_source()
    other = sign_in(app.test_client(), make_person(roles=("champion",)))
    for browser in (client, other):
        make(browser, seed="s" * 43)
    assert count(ApiToken) == 2


@pytest.mark.parametrize("fields", [{"name": ""}, {"name": " "}, {"name": "x" * 121}, {"seed": ""}, {"seed": "short"}])
def test_a_token_form_that_does_not_fit_makes_none(app, client, fields):
    make_source()
    answer = make(client, **fields)
    assert answer.status_code == 422
    assert count(ApiToken) == 0


def test_a_token_is_shown_on_its_own_sources_page_only(app, client):
    make_source()
    make_source("other")
    make(client)
    assert not TOKEN.search(client.get("/nps/sources/other").text)


def test_revoking_asks_first_and_is_harmless_twice(app, client):
    token = make_token(make_source())
    address = "/nps/sources/survey-tool/tokens/1/revoke"
    assert "Nightly export" in client.get(address).text
    assert db.session.scalars(select(ApiToken.revoked_at)).one() is None
    form_token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(address).text)[1]
    assert client.post(address, data={"csrf_token": form_token}).status_code == 303
    first = db.session.scalars(select(ApiToken.revoked_at)).one()
    assert client.post(address, data={"csrf_token": form_token}).status_code == 303
    assert db.session.scalars(select(ApiToken.revoked_at)).one() == first
    assert call(app.test_client(), token, {"responses": [one()]}).status_code == 401
    assert "revoked already" in client.get(address).text
    assert "Revoked today" in client.get("/nps/sources/survey-tool").text


def test_another_sources_token_is_not_found_here(app, client):
    make_token(make_source("other"))
    make_source()
    assert client.get("/nps/sources/survey-tool/tokens/1/revoke").status_code == 404


def test_the_secret_is_shown_when_asked_for_and_not_by_opening_the_page(app, client):
    source = make_source()
    assert not SECRET.search(client.get("/nps/sources/survey-tool").text)
    answer = post(client, "/nps/sources/survey-tool/secret", "/nps/sources/survey-tool")
    assert answer.status_code == 303
    page = client.get("/nps/sources/survey-tool").text
    assert set(SECRET.findall(page)) == {webhook_secret(source.id, 1)}
    assert "http://127.0.0.1:8000/api/nps/webhooks/survey-tool" in page
    assert not SECRET.search(client.get("/nps/sources/survey-tool").text)


def test_a_new_secret_is_made_once_and_shown(app, client):
    source = make_source()
    shown = client.get("/nps/sources/survey-tool/secret/new").text
    fields = dict(re.findall(r'name="(seen|csrf_token)" value="([^"]*)"', shown))
    for _ in range(2):  # a double click
        assert client.post("/nps/sources/survey-tool/secret/new", data=fields).status_code == 303
    assert db.session.scalars(select(Source.secret_epoch)).one() == 2
    assert set(SECRET.findall(client.get("/nps/sources/survey-tool").text)) == {webhook_secret(source.id, 2)}


@pytest.mark.parametrize("seen", ["", "x", "7", "9" * 40])
def test_a_stale_or_broken_form_makes_no_new_secret(app, client, seen):
    make_source()
    post(client, "/nps/sources/survey-tool/secret/new", seen=seen)
    assert db.session.scalars(select(Source.secret_epoch)).one() == 1


def test_the_page_of_a_source_costs_the_same_for_any_number_of_tokens(app, client, count_statements):
    source = make_source()
    counted = []
    for more in (1, 20):
        for _ in range(more):
            make_token(source)
        with count_statements() as seen:
            client.get("/nps/sources/survey-tool")
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 5


# How many were asked


def test_how_many_were_asked_is_kept_and_shown(app, client):
    call(app.test_client(), make_token(), {"responses": [one(survey="After a call")]})
    for asked in ("1250", "1300"):
        answer = post(client, "/nps/sources/asked", "/nps/sources", survey="After a call", month="2026-09", asked=asked)
        assert answer.status_code == 303
    row = db.session.execute(select(SurveyInvitations.month, SurveyInvitations.asked)).one()
    assert tuple(row) == (date(2026, 9, 1), 1300)
    page = client.get("/nps/sources").text
    assert "September 2026" in page
    assert "1,300" in page


@pytest.mark.parametrize(
    "fields",
    [
        {"survey": "Unknown"},
        {"survey": ""},
        {"month": "2026-13"},
        {"month": "soon"},
        {"asked": "-1"},
        {"asked": "many"},
        {"asked": "9" * 30},
    ],
)
def test_a_number_that_does_not_fit_is_not_kept(app, client, fields):
    call(app.test_client(), make_token(), {"responses": [one(survey="After a call")]})
    given = {"survey": "After a call", "month": "2026-09", "asked": "5"} | fields
    assert post(client, "/nps/sources/asked", "/nps/sources", **given).status_code == 422
    assert count(SurveyInvitations) == 0
    assert count(Label) == 2  # the company and the survey
    assert count(Response) == 1


# How systems are told


def test_the_page_for_programmers_describes_every_field_and_answer(app, client):
    make_source()
    page = client.get("/api/docs?source=survey-tool").text
    for words in (
        "external_id",
        "driver_scale",
        "all_or_nothing",
        "Idempotency-Key",
        "webhook-signature",
        "superseded",
    ):
        assert words in page
    for status in ("200", "400", "401", "413", "415", "422", "429", "500"):
        assert f">{status}</th>" in page
    assert "/api/nps/webhooks/survey-tool" in page
    assert "600 per minute" in page
    assert client.get("/api/docs?source=a%00b").status_code == 200


def run(page, example, **given):
    """Run an example of the page in a shell whose `curl` says what it was told: the address, the headers, the body."""
    commands = html.unescape(re.search(rf'<code id="{example}">(.*?)</code>', page, re.DOTALL)[1])
    for dots, value in given.items():
        assert f"{dots}_…" in commands
        commands = commands.replace(f"{dots}_…", value)
    told = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f"curl() {{ printf '%s\\0' \"$@\"; }}\n{commands}"],  # noqa: S607 - whichever there is
        capture_output=True, check=True, text=True,
    )  # fmt: skip
    address, *options = told.stdout.split("\0")[:-1]
    pairs = list(zip(options[::2], options[1::2], strict=True))
    headers = dict(value.split(": ", 1) for name, value in pairs if name == "-H")
    return address.removeprefix("http://127.0.0.1:8000"), headers, dict(pairs)["--data"]


@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("openssl")), reason="the examples are for a shell")
def test_the_examples_of_the_page_work_as_they_are(app, client):
    source = make_source()
    page = client.get("/api/docs?source=survey-tool").text
    secret = webhook_secret(source.id, source.secret_epoch)
    for example, given in (("curl", {"uplift": make_token(source)}), ("signing", {"whsec": secret})):
        address, headers, body = run(page, example, **given)
        answer = app.test_client().post(address, headers=headers, data=body)
        assert (answer.status_code, answer.json.get("added")) == (200, 1), answer.text
    body = html.unescape(re.search(r'<code id="invitations">(.*?)</code>', page, re.DOTALL)[1])
    assert call(app.test_client(), make_token(source), body.encode(), "/api/nps/invitations").status_code == 200


def test_the_page_says_what_becomes_of_a_response(app, client):
    page = client.get("/api/docs").text
    assert all(f"<dt><code>{outcome}</code></dt>" in page for outcome in Outcome)
