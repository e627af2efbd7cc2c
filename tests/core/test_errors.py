import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask import abort, request
from markupsafe import escape

from app.core import errors
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn
from app.core.permissions import Can, may, register_policy, require

JSON = {"Accept": "application/json"}


def raising(error: Exception) -> Callable[[], Any]:
    def view() -> Any:
        raise error

    return view


@pytest.mark.parametrize(
    ("error", "status"),
    [(NotAllowed("m."), 403), (NotFound("m."), 404), (Conflict("m."), 409), (Invalid("m."), 422)],
)
def test_each_error_has_its_page_and_its_problem_document(
    build: Callable[..., Any], error: errors.UpliftError, status: int
) -> None:
    client = build({"/probe": raising(error)}).test_client()
    page = client.get("/probe")
    assert (page.status_code, page.mimetype) == (status, "text/html")
    assert f"<h1>{escape(error.title)}</h1>" in page.text
    assert "m." in page.text
    assert "What was kept" in page.text
    assert "What to do" in page.text
    problem = client.get("/probe", headers=JSON)
    assert problem.mimetype == "application/problem+json"
    assert problem.json == {"type": "about:blank", "title": error.title, "status": status, "detail": "m."}


def test_a_problem_names_the_fields_it_is_about(build: Callable[..., Any]) -> None:
    view = raising(Invalid("Two things.", {"email": "Taken.", "name": "Missing."}))
    problem = build({"/probe": view}).test_client().get("/probe", headers=JSON)
    assert problem.json["errors"] == {"email": "Taken.", "name": "Missing."}


def test_what_people_wrote_is_escaped_on_the_page(build: Callable[..., Any]) -> None:
    page = build({"/probe": raising(NotFound("<b>No</b> such thing."))}).test_client().get("/probe")
    assert "<b>No</b>" not in page.text
    assert "&lt;b&gt;No&lt;/b&gt; such thing." in page.text


@pytest.mark.parametrize("code", [400, 403, 404, 405, 413, 429, 503])
def test_an_error_is_never_a_code_alone(build: Callable[..., Any], code: int) -> None:
    page = build({"/probe": lambda: abort(code)}).test_client().get("/probe")
    assert page.status_code == code
    assert "What to do" in page.text
    assert f">{code}<" not in page.text


def test_an_address_that_is_not_there_has_a_page(site: Any) -> None:
    page = site.test_client().get("/no/such/page")
    assert page.status_code == 404
    assert "There is no page here" in page.text


def test_a_method_that_is_not_taken_says_which_are(site: Any) -> None:
    answer = site.test_client().get("/theme")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_signed_out_one_is_led_to_sign_in_and_back(build: Callable[..., Any]) -> None:
    client = build({"/probe": raising(NotSignedIn("Sign in."))}, WTF_CSRF_ENABLED=False).test_client()
    assert client.get("/probe?a=1&b=%2F").location == "/login?next=/probe?a%3D1%26b%3D%252F"
    assert client.get("/probe").location == "/login?next=/probe"
    assert client.get("/probe", headers=JSON).status_code == 401


def test_a_form_sent_signed_out_leads_back_to_the_page_it_was_on(build: Callable[..., Any]) -> None:
    client = build({"/probe": raising(NotSignedIn("Sign in."))}, WTF_CSRF_ENABLED=False).test_client()
    own = {"Referer": "http://localhost/probe?a=1"}
    assert client.post("/probe", headers=own).location == "/login?next=/probe?a%3D1"
    assert client.post("/probe").location == "/login?next=/"
    assert client.post("/probe", headers={"Referer": "https://elsewhere.example/x"}).location == "/login?next=/"


def test_a_form_without_its_token_is_refused_in_words(build: Callable[..., Any]) -> None:
    page = build({"/probe": lambda: "reached"}).test_client().post("/probe", data={"a": "1"})
    assert page.status_code == 400
    assert "This form is no longer valid" in page.text
    assert "Nothing was changed" in page.text


def test_a_body_that_is_too_large_is_refused_in_words(build: Callable[..., Any]) -> None:
    app = build({"/probe": lambda: request.form.get("a", "none")}, MAX_UPLOAD_MB=1, WTF_CSRF_ENABLED=False)
    page = app.test_client().post("/probe", data={"a": "x" * 2_000_000})
    assert page.status_code == 413
    assert "That is more than this page takes" in page.text


def test_an_unexpected_error_is_logged_and_says_nothing_of_its_inside(
    build: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    app = build({"/probe": raising(RuntimeError("secret detail"))}, UPLIFT_ENV="demo")
    with caplog.at_level(logging.ERROR):
        page = app.test_client().get("/probe")
    assert page.status_code == 500
    assert "Something went wrong on our side" in page.text
    assert "secret detail" not in page.text
    assert "unexpected error at /probe" in caplog.text


def test_where_even_the_error_page_fails_words_remain(
    build: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = build({"/probe": raising(RuntimeError("first"))}, UPLIFT_ENV="demo")
    monkeypatch.setattr(errors, "render_template", lambda *_args, **_values: 1 / 0)
    answer = app.test_client().get("/probe")
    assert answer.status_code == 500
    assert answer.mimetype == "text/plain"
    assert "Nothing was saved" in answer.text


def test_without_a_policy_a_capability_is_refused_and_signed_out_nobody_has_any(site: Any) -> None:
    with site.test_request_context():
        assert may(Can.EDIT_PEOPLE) is False
        with pytest.raises(NotSignedIn):
            require(Can.EDIT_PEOPLE)


def test_a_capability_has_one_policy(site: Any) -> None:
    taken = next(iter(site.extensions["uplift.policies"]))
    with pytest.raises(ValueError, match="has a policy already"):
        register_policy(site, taken, lambda _person, _obj: True)
