from collections.abc import Callable
from typing import Any

import pytest
from flask import Response, request


@pytest.mark.parametrize("path", ["/healthz", "/login", "/no/such/page"])
def test_every_answer_carries_the_protections(site: Any, path: str) -> None:
    headers = site.test_client().get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/healthz", "/login", "/no/such/page", "/", "/assets/x/uplift/uplift.css"])
def test_no_answer_says_a_header_twice(site: Any, path: str) -> None:
    names = [name.lower() for name, _ in site.test_client().get(path, buffered=True).headers if name != "Set-Cookie"]
    assert len(names) == len(set(names))
    assert {"x-frame-options", "permissions-policy", "x-request-id", "cache-control"} <= set(names)


def test_every_request_has_a_number_of_its_own(site: Any) -> None:
    client = site.test_client()
    numbers = {client.get("/healthz").headers["X-Request-Id"] for _ in range(3)}
    assert len(numbers) == 3
    assert all(len(number) == 16 for number in numbers)


def test_a_page_may_say_how_long_it_is_kept(build: Callable[..., Any]) -> None:
    def view() -> Response:
        return Response("x", headers={"Cache-Control": "private, max-age=60"})

    assert build({"/probe": view}).test_client().get("/probe").headers["Cache-Control"] == "private, max-age=60"


def test_browsers_are_told_to_stay_on_https_only_where_it_is_used(site: Any) -> None:
    client = site.test_client()
    assert "Strict-Transport-Security" not in client.get("/healthz").headers
    assert "max-age" in client.get("/healthz", base_url="https://localhost").headers["Strict-Transport-Security"]


def test_forwarded_addresses_are_believed_only_from_trusted_proxies(build: Callable[..., Any]) -> None:
    forwarded = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}

    def view() -> str:
        return f"{request.remote_addr} {request.scheme}"

    alone, behind = build({"/probe": view}), build({"/probe": view}, TRUSTED_PROXIES=1)
    assert alone.test_client().get("/probe", headers=forwarded).text == "127.0.0.1 http"
    assert behind.test_client().get("/probe", headers=forwarded).text == "203.0.113.9 https"


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(build: Callable[..., Any]) -> None:
    cookie = build().test_client().get("/login").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    secure = build(BASE_URL="https://uplift.example").test_client().get("/login", base_url="https://localhost")
    assert "Secure" in secure.headers["Set-Cookie"]


def test_a_living_process_says_so_and_an_unmigrated_one_is_not_ready(site: Any) -> None:
    client = site.test_client()
    assert client.get("/healthz").json == {"status": "ok"}
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "flask db upgrade" in answer.json["reason"]


def test_a_migrated_database_is_ready(app: Any) -> None:
    assert app.test_client().get("/readyz").json == {"status": "ok"}
