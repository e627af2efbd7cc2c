"""The main job on the shipped content: a new hire learns, is examined and certified, and HR sees it."""

import csv
import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.serving import Server
from tests.e2e.steps import (
    answer,
    answer_all,
    attempt_id,
    check_page,
    courses,
    exam_slug,
    hand_in,
    pass_quiz,
    questions,
    read_download,
    read_lesson,
    right_options,
    send_lesson_as_read,
    sign_in,
    start,
)

NAME = "Nadia Okafor"


def test_a_new_hire_is_trained_examined_and_certified_and_hr_sees_it(own_server: Server, visit: Visit) -> None:
    own_server.start()
    page = visit(own_server)
    page.goto("/courses")
    expect(page).to_have_url(re.compile(r"/login\?next="))
    check_page(page, "sign-in")
    sign_in(page, "newhire")
    page.goto("/")

    first, *rest = courses()
    read_the_first_module(page, first)
    take_its_quiz_question_by_question(page, first)
    for course in rest:
        first_lesson, *others = course["lessons"]
        read_lesson(page, course["slug"], first_lesson["slug"])
        for lesson in others:
            send_lesson_as_read(page, course["slug"], lesson["slug"])
        for quiz in course["quizzes"]:
            pass_quiz(page, quiz)
    pass_the_exam(page)
    address = open_the_certificate(page)
    verify(visit(own_server), address)
    find_in_the_report(visit(own_server))


def read_the_first_module(page: Page, course: dict) -> None:
    page.goto("/courses")
    page.get_by_role("link", name=re.compile(course["title"])).first.click()
    expect(page.get_by_role("heading", level=1, name=course["title"])).to_be_visible()
    page.goto(f"/courses/{course['slug']}/{course['lessons'][0]['slug']}")
    check = page.locator("form.check").first
    for option in right_options(check):
        option.check()
    check.get_by_role("button", name="Answer").click()
    expect(page.locator("form.check").first.get_by_text("Right.", exact=True)).to_be_visible()
    check_page(page, "lesson-with-answered-check")
    for lesson in course["lessons"]:
        expect(page.get_by_role("heading", level=1, name=lesson["title"], exact=True)).to_be_visible()
        page.get_by_role("button", name="Mark as read and go on").click()
    expect(page).to_have_url(re.compile(f"/courses/{course['slug']}$"))


def take_its_quiz_question_by_question(page: Page, course: dict) -> None:
    page.goto(f"/quizzes/{course['quizzes'][0]}")
    check_page(page, "quiz")
    start(page, course["quizzes"][0])
    check_page(page, "attempt-one-question")
    while True:
        (question,) = questions(page)
        number = question.get_attribute("data-question")
        answer(question)
        expect(page.locator("[data-save-status]")).to_contain_text("saved")
        following = page.get_by_role("button", name="Next question")
        if not following.count():
            break
        following.click()
        expect(page.locator(f'fieldset.question:not([data-question="{number}"])')).to_be_visible()
    page.get_by_role("button", name="Save and look over").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hand in")
    check_page(page, "hand-in")
    hand_in(page)
    expect(page.get_by_text("100%", exact=False).first).to_be_visible()
    check_page(page, "result")


def pass_the_exam(page: Page) -> None:
    page.goto(f"/quizzes/{exam_slug()}")
    check_page(page, "exam")
    start(page, exam_slug())
    attempt = attempt_id(page)
    page.goto(f"/attempts/{attempt}?view=all")
    assert len(questions(page)) == 40
    check_page(page, "attempt-all-questions")
    answer_all(page, attempt)
    hand_in(page)
    check_page(page, "exam-result")


def open_the_certificate(page: Page) -> str:
    page.goto("/certificates")
    check_page(page, "certificates")
    page.get_by_role("link", name="Open the certificate").click()
    expect(page.get_by_role("heading", level=1, name=NAME)).to_be_visible()
    check_page(page, "certificate")
    paper = page.request.get(str(page.get_by_role("link", name="Download as PDF").get_attribute("href")))
    assert paper.body().startswith(b"%PDF")
    link = page.locator("a[href*='/verify/']")
    address = link.get_attribute("href")
    assert address
    return address


def verify(stranger: Page, address: str) -> None:
    stranger.goto(address)
    expect(stranger.get_by_text("valid", exact=True)).to_be_visible()
    expect(stranger.get_by_text(NAME)).to_be_visible()
    expect(stranger.get_by_text("newhire@")).to_have_count(0)
    check_page(stranger, "verify")


def find_in_the_report(page: Page) -> None:
    sign_in(page, "hr")
    page.goto("/reports/certification?state=certified&department=Support")
    row = page.get_by_role("row").filter(has_text=NAME)
    expect(row).to_contain_text("certified")
    check_page(page, "report")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as CSV").click()
    lines = list(csv.DictReader(read_download(download.value.path()).splitlines()))
    (mine,) = [line for line in lines if "Okafor" in " ".join(line.values()) and "Nadia" in " ".join(line.values())]
    assert "certified" in mine.values()
