"""The server dies in the middle of an exam, and nothing that was answered is lost."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.scenes import ready_for_the_exam
from tests.e2e.serving import Server
from tests.e2e.steps import answer, answer_all, exam_slug, hand_in, questions, sign_in, start

BEFORE = 17


def test_an_exam_goes_on_where_the_server_was_killed(own_server: Server, visit: Visit) -> None:
    email = ready_for_the_exam(own_server)
    own_server.start()
    page = visit(own_server)
    sign_in(page, email)
    attempt = start(page, exam_slug())
    page.goto(f"/attempts/{attempt}?view=all")
    shown = questions(page)
    for question in shown[:BEFORE]:
        answer(question)
    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-save-status]")).to_contain_text(re.compile("^saved"))

    own_server.kill()
    answer(shown[BEFORE])
    expect(page.locator("[data-save-status]")).to_contain_text("not saved yet")
    own_server.start()
    expect(page.locator("[data-save-status]")).to_contain_text(re.compile("^saved"))

    again = visit(own_server)
    sign_in(again, email)
    again.goto("/")
    again.goto(f"/quizzes/{exam_slug()}")
    again.get_by_role("link", name="Continue", exact=True).click()
    expect(again).to_have_url(re.compile(f"/attempts/{attempt}"))
    again.goto(f"/attempts/{attempt}?view=all")
    answered = [bool(question.locator("input:checked").count()) for question in questions(again)]
    assert answered == [True] * (BEFORE + 1) + [False] * (40 - BEFORE - 1)
    answer_all(again, attempt)
    hand_in(again)
    expect(again.get_by_text("Passed", exact=True).first).to_be_visible()
    again.goto("/certificates")
    expect(again.get_by_role("link", name="Open the certificate")).to_be_visible()
