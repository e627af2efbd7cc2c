"""What uplift.js adds to pages, in a real browser."""

import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import jsonify, render_template_string, request
from playwright.sync_api import Page, expect

from app.core.errors import Conflict, NotAllowed, NotSignedIn

pytestmark = pytest.mark.browser
PAGE = """
{% extends "base.html" %}
{% block title %}Probe{% endblock %}
{% block content %}
<h1>Probe</h1>
<form method="post" action="/save" data-autosave>
  <input type="hidden" name="csrf_token" value="{{ csrf_token() }}">
  <label for="note">Note</label><textarea id="note" name="note"></textarea>
  <label><input type="radio" name="pick" value="one"> One</label>
  <p data-save-status></p>
</form>
<form method="post" action="/swap" data-async data-target="#part" id="swapping">
  <input type="hidden" name="csrf_token" value="{{ csrf_token() }}">
  <div id="part"><label for="word">Word</label><input id="word" name="word" value="{{ word }}">
  {% if word %}<p class="feedback">You said {{ word }}.</p>{% endif %}
  <button>Say it</button></div>
</form>
<form data-guard><label for="guarded">Guarded</label><input id="guarded"></form>
<label for="q">Search</label><input id="q" data-search>
<p><a href="/elsewhere" data-key="n" data-key-label="Next lesson">Next</a></p>
{% endblock %}
"""


class Probe:
    """A page with one of everything, and a server that can be told how to answer a save."""

    def __init__(self) -> None:
        self.saved: list[dict[str, str]] = []
        self.heard = threading.Event()
        self.refusal: Exception | None = None

    def show(self) -> str:
        return render_template_string(PAGE, word="")

    def save(self) -> Any:
        if self.refusal:
            raise self.refusal
        self.saved.append({key: value for key, value in request.form.items() if key != "csrf_token"})
        self.heard.set()
        return jsonify(saved_at="14:02")

    def swap(self) -> str:
        if self.refusal:
            raise self.refusal
        return render_template_string(PAGE, word=request.form["word"])


@pytest.fixture
def probe(build: Callable[..., Any], served: Callable[[Any], str], page: Page) -> Iterator[Probe]:
    made = Probe()
    views = {"/probe": made.show, "/save": made.save, "/swap": made.swap, "/elsewhere": lambda: "elsewhere"}
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text) if "Content Security" in message.text else None)
    page.goto(served(build(views)) + "/probe")
    yield made
    assert said == []


def test_a_choice_is_saved_at_once_and_says_when(probe: Probe, page: Page) -> None:
    page.check("[name=pick]")
    expect(page.locator("[data-save-status]")).to_have_text("saved 14:02")
    expect(page.locator("[data-save-status]")).to_have_class(re.compile(r"\bis-saved\b"))
    assert probe.saved == [{"note": "", "pick": "one"}]


def test_what_is_typed_is_saved_once_when_one_pauses(probe: Probe, page: Page) -> None:
    page.locator("#note").press_sequentially("Ring Ana back")
    expect(page.locator("[data-save-status]")).to_have_text("saved 14:02")
    assert [entry["note"] for entry in probe.saved] == ["Ring Ana back"]


def test_without_a_connection_it_says_so_keeps_the_text_and_saves_when_it_is_back(probe: Probe, page: Page) -> None:
    page.context.set_offline(True)
    page.check("[name=pick]")
    expect(page.locator("[data-save-status]")).to_contain_text("there is no connection")
    expect(page.locator("[data-live]")).to_contain_text("Keep this page open")
    assert probe.saved == []
    page.context.set_offline(False)
    expect(page.locator("[data-save-status]")).to_have_text("saved 14:02")
    expect(page.locator("[data-live]")).to_have_text("saved 14:02")
    assert len(probe.saved) == 1


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (NotAllowed("Not your page."), "Not saved: Not your page. Copy what you typed"),
        (Conflict("It was handed in."), "Not saved: It was handed in. Reload the page"),
        (NotSignedIn("Sign in."), "Not saved yet: you are signed out. Sign in in another tab"),
    ],
)
def test_a_refused_save_says_what_to_do_and_keeps_the_text(
    probe: Probe, page: Page, refusal: Exception, words: str
) -> None:
    probe.refusal = refusal
    page.fill("#note", "Precious")
    page.locator("#note").blur()
    expect(page.locator("[data-save-status]")).to_contain_text(words)
    expect(page.locator("#note")).to_have_value("Precious")


def test_after_a_refusal_the_next_change_is_tried_again(probe: Probe, page: Page) -> None:
    probe.refusal = Conflict("Not now.")
    page.check("[name=pick]")
    expect(page.locator("[data-save-status]")).to_contain_text("Not now.")
    probe.refusal = None
    page.fill("#note", "Again")
    page.locator("#note").blur()
    expect(page.locator("[data-save-status]")).to_have_text("saved 14:02")


def test_a_new_session_in_another_tab_does_not_stop_the_saving(probe: Probe, page: Page) -> None:
    page.context.clear_cookies()  # the token in the page belongs to a session that is gone
    page.check("[name=pick]")
    expect(page.locator("[data-save-status]")).to_have_text("saved 14:02")


def test_who_leaves_at_once_loses_nothing(probe: Probe, page: Page) -> None:
    page.fill("#note", "Last words")
    page.click("text=Next")
    page.wait_for_url("**/elsewhere")
    assert probe.heard.wait(5)
    assert probe.saved[0]["note"] == "Last words"


def test_a_part_of_the_page_is_swapped_spoken_and_keeps_the_focus(probe: Probe, page: Page) -> None:
    page.evaluate("window.same = true")
    page.fill("#word", "<b>hello</b>")
    page.locator("#part button").click()
    expect(page.locator(".feedback")).to_have_text("You said <b>hello</b>.")
    expect(page.locator("[data-live]")).to_have_text("You said <b>hello</b>.")
    expect(page.locator("#part button")).to_be_focused()
    assert page.evaluate("window.same"), "the page was not loaded anew"


def test_a_swap_that_is_refused_says_why_beside_the_form(probe: Probe, page: Page) -> None:
    probe.refusal = NotAllowed("Not yours.")
    page.fill("#word", "kept")
    page.locator("#part button").click()
    expect(page.locator("[data-problem]")).to_contain_text("Not yours.")
    expect(page.locator("#word")).to_have_value("kept")
    expect(page.locator("#swapping")).not_to_have_attribute("aria-busy", "true")


@pytest.mark.usefixtures("probe")
def test_keys_search_list_and_follow_and_can_be_switched_off(page: Page) -> None:
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#q")).to_have_value("?")
    page.locator("#q").blur()
    page.keyboard.press("?")
    expect(page.locator("dialog.keys")).to_contain_text("Next lesson")
    page.uncheck("#keys-on")
    page.keyboard.press("Escape")
    expect(page.locator("dialog.keys")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("#q")).not_to_be_focused()
    page.click("[data-open-keys]")
    page.check("#keys-on")
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("n")
    page.wait_for_url("**/elsewhere")


@pytest.mark.usefixtures("probe")
def test_leaving_with_unsent_changes_is_asked_about(page: Page) -> None:
    asked: list[str] = []

    def answer(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.click("text=Next")
    page.wait_for_url("**/elsewhere")
    page.go_back()
    assert asked == []
    page.fill("#guarded", "x")
    page.click("text=Next")
    page.wait_for_url("**/elsewhere")
    assert asked == ["beforeunload"]
