"""The keyboard alone: sign in, read, take a quiz, hand it in."""

import re

from playwright.sync_api import Page, expect

from app.demo.company import DOMAIN
from app.demo.loading import PASSWORD
from tests.e2e.conftest import Visit
from tests.e2e.serving import Server
from tests.e2e.steps import courses, questions, right_options

FOCUSED = """() => {
  const e = document.activeElement;
  const label = e.labels && e.labels.length ? e.labels[0].innerText : "";
  return (e.getAttribute("aria-label") || label || e.innerText || e.value || "").trim();
}"""
SEEN = """() => {
  const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
  const shown = box.width > 0 && box.bottom > 0 && box.top < innerHeight;
  return shown && (style.outlineStyle !== "none" || style.boxShadow !== "none");
}"""
MOST_TABS = 150


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has the focus is named like this; it must be seen to have it."""
    pattern, passed = re.compile(name), []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        passed.append(page.evaluate(FOCUSED))
        if pattern.search(passed[-1]):
            assert page.evaluate(SEEN), f"the focus on {passed[-1]!r} can't be seen"
            return
    raise AssertionError(f"Tab never came to {name!r}, only to {passed}")


def press(page: Page, name: str) -> None:
    tab_to(page, name)
    page.keyboard.press("Enter")


def choose(page: Page, wanted: list[str], kind: str, inputs: str) -> None:
    """Reach the options by Tab; arrows go through radio buttons, Tab through check boxes."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement.matches({inputs!r})"):
            break
    for _ in range(12):
        if page.evaluate("document.activeElement.value") in wanted:
            page.keyboard.press("Space")
            wanted = [value for value in wanted if value != page.evaluate("document.activeElement.value")]
        if not wanted:
            return
        page.keyboard.press("ArrowDown" if kind == "radio" else "Tab")
    raise AssertionError(f"{wanted} could not be reached")


def test_a_lesson_and_a_quiz_by_keyboard_alone(own_server: Server, visit: Visit) -> None:
    own_server.start()
    page = visit(own_server)
    page.goto("/login")
    tab_to(page, "^E-mail address")
    page.keyboard.type(f"newhire@{DOMAIN}")
    tab_to(page, "^Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("/login"))

    course = courses()[0]
    press(page, "^Courses$")
    expect(page.get_by_role("heading", level=1, name="Courses")).to_be_visible()
    press(page, rf"{re.escape(course['title'])}$")
    expect(page.get_by_role("heading", level=1, name=course["title"])).to_be_visible()
    press(page, re.escape(course["lessons"][0]["title"]))
    expect(page.get_by_role("heading", level=1, name=course["lessons"][0]["title"])).to_be_visible()
    press(page, "^Mark as read and go on$")
    expect(page.get_by_role("heading", level=1, name=course["lessons"][1]["title"])).to_be_visible()

    page.goto(f"/quizzes/{course['quizzes'][0]}")
    press(page, "^Start")
    for number in range(1, 9):
        expect(page.get_by_role("heading", name=f"Question {number} of 8")).to_be_visible()
        (question,) = questions(page)
        right = right_options(question)
        wanted = [str(option.get_attribute("value")) for option in right]
        choose(page, wanted, str(right[0].get_attribute("type")), f"[name=answer-{number}]")
        expect(page.locator("[data-save-status]")).to_contain_text("saved")
        press(page, "^Next question$" if number < 8 else "^Save and look over$")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hand in")
    press(page, "^Hand in$")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your result")
    expect(page.get_by_text("Passed", exact=True).first).to_be_visible()


def test_the_first_tab_skips_to_the_content(served: Server, visit: Visit) -> None:
    page = visit(served)
    page.goto("/login")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
