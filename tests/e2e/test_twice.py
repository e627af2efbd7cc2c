"""Double clicks, two tabs, and addresses that belong to someone else."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.scenes import person_id
from tests.e2e.serving import Server
from tests.e2e.steps import answer, answer_all, courses, hand_in, questions, sign_in, start

QUIZ = courses()[0]["quizzes"][0]


def test_a_double_click_starts_one_attempt_and_hands_it_in_once(own_server: Server, visit: Visit) -> None:
    own_server.start()
    page = visit(own_server)
    sign_in(page, "newhire")
    page.goto(f"/quizzes/{QUIZ}")
    page.get_by_role("button", name=re.compile("^Start")).dblclick()
    expect(page).to_have_url(re.compile(r"/attempts/\d+"))
    attempt = start(page, QUIZ)
    answer_all(page, attempt)
    page.get_by_role("button", name=re.compile("^Hand in")).dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your result")
    me = person_id(own_server, "newhire")
    with own_server.database() as database:
        attempts = database.execute("SELECT id, submitted_at FROM attempt WHERE person_id = ?", (me,)).fetchall()
        passes = database.execute("SELECT count(*) FROM quiz_pass WHERE person_id = ?", (me,)).fetchone()
    assert [number for number, submitted in attempts if submitted] == [attempt]
    assert len(attempts) == 1
    assert passes == (1,)


def test_two_tabs_on_one_attempt_lose_nothing(own_server: Server, visit: Visit) -> None:
    own_server.start()
    first = visit(own_server)
    sign_in(first, "newhire")
    attempt = start(first, QUIZ)
    first.goto(f"/attempts/{attempt}?view=all")
    second = first.context.new_page()
    second.goto(f"/attempts/{attempt}?view=all")

    answer(questions(first)[0])
    expect(first.locator("[data-save-status]")).to_contain_text("saved")
    for question in questions(second)[1:]:
        answer(question)
    second.get_by_role("button", name="Save and look over").click()
    expect(second.get_by_text("You have answered 8 of 8 questions")).to_be_visible()
    hand_in(second)
    expect(second.get_by_text("100%").first).to_be_visible()

    late = questions(first)[2].locator("label.option input").first
    late.check()
    expect(first.locator("[data-refused]")).to_be_visible()
    expect(first.locator("[data-refused]")).to_contain_text("handed in")
    second.reload()
    expect(second.get_by_text("100%").first).to_be_visible()


def test_an_attempt_is_nobody_elses(own_server: Server, visit: Visit) -> None:
    own_server.start()
    owner, other = visit(own_server), visit(own_server)
    sign_in(owner, "newhire")
    attempt = start(owner, QUIZ)
    sign_in(other, "agent")
    for path in (f"/attempts/{attempt}", f"/attempts/{attempt}/submit", f"/attempts/{attempt}/result"):
        answered = other.goto(path)
        assert answered is not None
        assert answered.status == 404, path
    other.goto("/courses")
    token = other.locator("input[name=csrf_token]").first.get_attribute("value") or ""
    for path in (f"/attempts/{attempt}/answers/1", f"/attempts/{attempt}/submit"):
        sent = other.request.post(path, form={"csrf_token": token, "answer-1": "0"})
        assert sent.status == 404, path
    owner.reload()
    expect(owner.get_by_role("heading", name="Question 1 of 8")).to_be_visible()


def test_a_supervisor_sees_their_own_tree_only_and_an_agent_no_report(served: Server, visit: Visit) -> None:
    page = visit(served)
    sign_in(page, "supervisor")
    page.goto("/reports/certification")
    expect(page.get_by_role("link", name="Nadia Okafor").first).to_be_visible()
    expect(page.get_by_role("link", name="Helen Achterberg")).to_have_count(0)
    with served.database() as database:
        team = database.execute(
            "SELECT count(*) FROM person WHERE active AND manager_id = ?", (person_id(served, "supervisor"),)
        ).fetchone()[0]
    expect(page.get_by_role("heading", name=re.compile(rf"^{team} people"))).to_be_visible()
    for path, status in (
        (f"/people/{person_id(served, 'newhire')}", 200),
        (f"/people/{person_id(served, 'executive')}", 404),
        (f"/people/{person_id(served, 'champion')}", 404),
    ):
        answered = page.goto(path)
        assert answered is not None
        assert answered.status == status, path
    agent = visit(served)
    sign_in(agent, "agent")
    for path in ("/reports/certification", "/reports/certification.csv"):
        assert agent.request.get(path).status == 403, path
