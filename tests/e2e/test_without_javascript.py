"""Lessons and quizzes with scripts switched off."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.serving import Server
from tests.e2e.steps import answer, courses, hand_in, questions, right_options, sign_in, start


def test_a_lesson_is_read_and_its_check_answered_without_javascript(own_server: Server, visit: Visit) -> None:
    own_server.start()
    page = visit(own_server, javascript=False)
    sign_in(page, "newhire")
    course = courses()[0]
    page.goto(f"/courses/{course['slug']}/{course['lessons'][0]['slug']}")
    expect(page.get_by_role("heading", level=1, name=course["lessons"][0]["title"])).to_be_visible()
    check = page.locator("form.check").first
    for option in right_options(check):
        option.check()
    check.get_by_role("button", name="Answer").click()
    expect(page.get_by_text("Right.", exact=True)).to_be_visible()
    page.get_by_role("link", name="Back to the lesson").click()
    page.get_by_label("What you want to keep from this lesson").fill("Ask two questions, then listen.")
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_label("What you want to keep from this lesson")).to_have_value("Ask two questions, then listen.")
    page.get_by_role("button", name="Mark as read and go on").click()
    expect(page.get_by_role("heading", level=1, name=course["lessons"][1]["title"])).to_be_visible()


def test_a_quiz_is_taken_and_handed_in_without_javascript(own_server: Server, visit: Visit) -> None:
    own_server.start()
    page = visit(own_server, javascript=False)
    sign_in(page, "newhire")
    start(page, courses()[0]["quizzes"][0])
    for number in range(1, 9):
        expect(page.get_by_role("heading", name=f"Question {number} of 8")).to_be_visible()
        answer(questions(page)[0])
        page.get_by_role("button", name=re.compile("^(Next question|Save and look over)$")).click()
    expect(page.get_by_text("You have answered 8 of 8 questions")).to_be_visible()
    hand_in(page)
    expect(page.get_by_text("Passed", exact=True).first).to_be_visible()
