"""What people do in the pages, found by the roles and labels that they see."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from app.demo.company import DOMAIN
from app.demo.loading import PASSWORD
from tests.e2e.answers import is_right
from tests.e2e.serving import ROOT

SCREENS = ROOT / "test-results" / "screens"
PHONE, DESK = 390, 1280
RULES_OF_COLOURS = ("color-contrast", "link-in-text-block")  # in the dark nothing else differs


def sign_in(page: Page, part: str, password: str = PASSWORD) -> None:
    page.goto("/login")
    page.get_by_label("E-mail address").fill(part if "@" in part else f"{part}@{DOMAIN}")
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).not_to_have_url(re.compile("/login"))


def courses() -> list[dict[str, Any]]:
    """The shipped courses in order: slug, title, lessons, quizzes."""
    found = []
    for path in (ROOT / "courses").glob("*/course.yaml"):
        found.append({"slug": path.parent.name, **yaml.safe_load(path.read_text(encoding="utf-8"))})
    return sorted(found, key=lambda course: int(course["position"]))


def exam_slug() -> str:
    """The shipped exam."""
    for path in (ROOT / "quizzes").glob("*.yaml"):
        if yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["kind"] == "exam":
            return path.stem
    raise LookupError("no exam among the quizzes")


def read_lesson(page: Page, course: str, lesson: str) -> None:
    page.goto(f"/courses/{course}/{lesson}")
    page.get_by_role("button", name="Mark as read and go on").click()
    expect(page).not_to_have_url(re.compile(f"/{lesson}$"))


def send_lesson_as_read(page: Page, course: str, lesson: str) -> None:
    """What the button of a lesson sends, without drawing the lesson: for the many that nobody looks at here."""
    token = page.locator("input[name=csrf_token]").first.get_attribute("value") or ""
    answered = page.request.post(f"/courses/{course}/{lesson}/complete", form={"csrf_token": token}, max_redirects=0)
    assert answered.status == 303, (lesson, answered.status)


def start(page: Page, quiz: str) -> int:
    """Start an attempt, or go on with the one that is open; returns its id."""
    page.goto(f"/quizzes/{quiz}")
    page.get_by_role("button", name=re.compile("^(Start|Try again)")).or_(
        page.get_by_role("link", name="Continue", exact=True)
    ).first.click()
    expect(page).to_have_url(re.compile(r"/attempts/\d+"))
    return attempt_id(page)


def attempt_id(page: Page) -> int:
    found = re.search(r"/attempts/(\d+)", page.url)
    assert found, page.url
    return int(found.group(1))


def questions(page: Page) -> list[Locator]:
    """The questions shown: one, or all of them."""
    return page.locator("fieldset.question").all()


def right_options(question: Locator) -> list[Locator]:
    """The inputs to tick in a question as shown."""
    prompt = question.locator(".question-prompt").inner_text()
    options = question.locator("label.option").all()
    right = [option for option in options if is_right(prompt, option.inner_text())]
    assert right, f"no option of “{prompt}” is known as right: {[o.inner_text() for o in options]}"
    return [option.locator("input") for option in right]


def answer(question: Locator) -> None:
    for option in right_options(question):
        option.check()


def answer_all(page: Page, attempt: int) -> None:
    """Answer everything on one page and look it over."""
    page.goto(f"/attempts/{attempt}?view=all")
    for question in questions(page):
        answer(question)
    page.get_by_role("button", name="Save and look over").click()
    expect(page).to_have_url(re.compile(f"/attempts/{attempt}/submit"))


def hand_in(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Hand in")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your result")


def pass_quiz(page: Page, quiz: str) -> None:
    answer_all(page, start(page, quiz))
    hand_in(page)
    expect(page.get_by_text("Passed", exact=True).first).to_be_visible()


def check_page(page: Page, name: str, widths: tuple[int, ...] = (DESK, PHONE), dark: bool = False) -> None:
    """Nothing for axe to find and nothing that scrolls sideways; see `shot`."""
    before = page.viewport_size
    problems = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        problems += look_at(page, f"{name} at {width}")
        shot(page, f"{name}-{width}")
        if dark:
            page.emulate_media(color_scheme="dark")
            problems += look_at(page, f"{name} at {width} in the dark", RULES_OF_COLOURS)
            shot(page, f"{name}-{width}-dark")
            page.emulate_media(color_scheme="light")
    if before:
        page.set_viewport_size(before)
    assert not problems, "\n".join(problems)


def look_at(page: Page, name: str, rules: Sequence[str] = ()) -> list[str]:
    """What is wrong with the page as it is shown now, by all of axe's rules or by these."""
    problems = []
    too_wide = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
    if too_wide > 0:
        problems.append(f"{name} ({page.url}): scrolls sideways by {too_wide} px")
    options: dict[str, Any] = {"resultTypes": ["violations"]}  # of what passes, axe need not tell every element
    if rules:
        options["runOnly"] = list(rules)
    for violation in Axe().run(page, options=options).response["violations"]:
        places = [
            f"{' '.join(map(str, node['target']))} {node.get('failureSummary', '')}" for node in violation["nodes"]
        ]
        problems.append(f"{name} ({page.url}): {violation['id']}, {violation['help']}: " + " | ".join(places[:3]))
    return problems


def shot(page: Page, name: str) -> None:
    """Keep a picture for people to look at, where SCREENSHOTS asks for it: they take a tenth of the tests' time."""
    if not os.environ.get("SCREENSHOTS"):
        return
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}.png", full_page=True)


def read_download(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")
