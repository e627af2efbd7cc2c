from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from app.core import clock, pages
from app.core.errors import Conflict
from app.core.pages import local_path

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)  # a Tuesday


@pytest.fixture
def tuesday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.mark.usefixtures("tuesday")
@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        (date(2026, 3, 3), "today"),
        (date(2026, 3, 4), "Wednesday, 4 March"),
        (date(2026, 3, 9), "Monday, 9 March"),
        (date(2026, 3, 10), "10 March 2026"),
        (date(2026, 2, 25), "Wednesday, 25 February"),
        (date(2026, 2, 24), "24 February 2026"),
        (datetime(2026, 3, 3, 23, 30, tzinfo=UTC), "Wednesday, 4 March"),
    ],
)
def test_a_day_has_its_weekday_when_it_is_near(build: Callable[..., Any], value: Any, words: str) -> None:
    with build(TIME_ZONE="Europe/Berlin").test_request_context():
        assert pages.day(value) == words


@pytest.mark.usefixtures("tuesday")
def test_moments_are_told_in_the_zone_of_the_installation(build: Callable[..., Any]) -> None:
    with build(TIME_ZONE="Asia/Tokyo").test_request_context():
        assert pages.moment(NOW + timedelta(days=1)) == "Wednesday, 4 March at 18:00"
        assert pages.clock_time(NOW) == "18:00"
        assert (pages.moment(None), pages.clock_time(None)) == ("", "")


def test_a_zone_that_does_not_exist_reads_as_utc(build: Callable[..., Any]) -> None:
    with build(TIME_ZONE="Mars/Olympus").test_request_context():
        assert pages.clock_time(NOW) == "09:00"


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 people"), (1, "1 person"), (2, "2 people"), (1204, "1,204 people")]
)
def test_plurals_are_right(count: int, words: str) -> None:
    assert pages.plural(count, "person", "people") == words


def test_a_plural_without_a_form_of_its_own_ends_in_s() -> None:
    assert [pages.plural(n, "lesson") for n in (1, 3)] == ["1 lesson", "3 lessons"]


def test_an_address_keeps_its_filters_and_changes_what_is_asked() -> None:
    args = MultiDict([("department", "Support & Sales"), ("role", "a"), ("role", "b"), ("after", "x")])
    assert pages.address(args, sort="-name", after=None) == "?department=Support+%26+Sales&role=a&role=b&sort=-name"
    assert pages.address({"sort": "name"}, sort=None) == "?"


def test_static_files_are_cached_for_ever_under_an_address_of_their_content(site: Any) -> None:
    with site.test_request_context():
        address = pages.asset("uplift/uplift.css")
    answer = site.test_client().get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "text/css"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    answer.close()


@pytest.mark.parametrize("path", ["secrets/x", "uplift/../pages.py", "uplift/..%2fpages.py", "uplift/none.css"])
def test_nothing_but_static_files_is_served(site: Any, path: str) -> None:
    assert site.test_client().get(f"/assets/abc/{path}").status_code == 404


@pytest.mark.parametrize("name", ["uplift.css", "uplift.js"])
def test_the_design_stays_light(name: str) -> None:
    limit = {"uplift.css": 48 * 1024, "uplift.js": 15 * 1024}[name]
    assert (pages.FOLDERS["uplift"] / name).stat().st_size < limit


def choose(site: Any, **form: str) -> Any:
    site.config["WTF_CSRF_ENABLED"] = False
    return site.test_client().post("/theme", data=form)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chosen_theme_is_remembered_and_drawn_at_once(site: Any, theme: str) -> None:
    site.config["WTF_CSRF_ENABLED"] = False
    client = site.test_client()
    assert f'data-bs-theme="{theme}"' not in client.get("/login").text
    assert client.post("/theme", data={"theme": theme, "next": "/login?a=1"}).location == "/login?a=1"
    assert f'data-bs-theme="{theme}"' in client.get("/login").text
    client.post("/theme", data={"theme": "auto"})
    assert 'data-bs-theme="auto"' in client.get("/login").text


def test_a_theme_that_does_not_exist_is_not_remembered(site: Any) -> None:
    client = site.test_client()
    client.set_cookie("theme", '"><script>')
    assert 'data-bs-theme="auto"' in client.get("/login").text
    assert "theme=pink" not in choose(site, theme="pink").headers.get("Set-Cookie", "")


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example", "", "evil"]
)
def test_choosing_a_theme_leads_to_no_other_site(site: Any, elsewhere: str) -> None:
    assert choose(site, theme="dark", next=elsewhere).location == "/"


@pytest.mark.parametrize(
    "address", ["/", "/people?q=a&sort=-name", "/courses/x#part", "/people?next=//x", "/überblick"]
)
def test_paths_of_this_site_are_kept(address):
    assert local_path(address) == address


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "people",
        "//x",
        "///x",
        "/\\x",
        "\\/x",
        "http://x",
        "javascript:x",
        "/a b",
        "/\nx",
        "\t/x",
        "/" * 3,
        "/" + "a" * 2000,
    ],
)
def test_every_other_address_is_not(address):
    assert local_path(address) is None


def test_choosing_a_theme_needs_a_token(site: Any) -> None:
    assert site.test_client().post("/theme", data={"theme": "dark"}).status_code == 400


def test_a_page_has_its_frame_language_title_and_trade_marks(build: Callable[..., Any]) -> None:
    def conflict() -> None:
        raise Conflict("It was changed.")

    text = build({"/probe": conflict}).test_client().get("/probe").text
    assert '<html lang="en"' in text
    assert "<title>This was changed in the meantime · Uplift</title>" in text
    assert text.count("<h1>") == 1
    assert 'href="#main">Skip to the content</a>' in text
    assert "Fred Reichheld" in text
    assert "not the official Net Promoter certification" in text


def test_pages_hold_nothing_that_the_policy_forbids(build: Callable[..., Any]) -> None:
    def conflict() -> None:
        raise Conflict("It was changed.")

    text = build({"/probe": conflict}).test_client().get("/probe").text
    for forbidden in (" style=", "<style", "<script>", " onclick", " onload", "javascript:", "https://", "http://"):
        assert forbidden not in text
