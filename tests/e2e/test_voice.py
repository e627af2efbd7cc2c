"""Listening in a browser: a pulse built, opened and answered, results that refuse, and the board from report to fix."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect

from app.demo.company import DOMAIN
from tests.e2e.conftest import Visit
from tests.e2e.serving import Server
from tests.e2e.steps import PHONE, check_page
from tests.e2e.test_coaching import entered, one

TITLE, ASKED = "How the week went", "What kept you from helping a customer?"
REFUSED = "SELECT wave_id || ' ' || key FROM voice_release WHERE NOT shown AND key LIKE '%|%' LIMIT 1"
SEALED = "SELECT count(*) FROM voice_sealed_answer s JOIN voice_wave w ON w.id = s.wave_id WHERE w.definition LIKE ?"


def built(page: Page) -> str:
    """A pulse of two questions, asked of everybody; the address of its wave."""
    page.goto("/voice/surveys")
    page.get_by_role("link", name="New survey").click()
    page.get_by_label("Title").fill(TITLE)
    check_page(page, "new survey")
    page.get_by_role("button", name="Begin", exact=True).click()
    page.get_by_role("link", name="Add the eNPS question").click()
    expect(page.get_by_role("heading", level=1, name="New question")).to_be_visible()
    check_page(page, "new question")
    page.get_by_role("button", name="Add the question").click()
    page.get_by_label("Add a question").select_option("text")
    page.get_by_role("button", name="Write it").click()
    page.get_by_label("Question", exact=True).fill(ASKED)
    page.get_by_role("button", name="Add the question").click()
    expect(page.get_by_role("link", name=ASKED)).to_be_visible()
    check_page(page, "survey with two questions", (PHONE,))
    page.get_by_role("link", name="Preview").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text(ASKED).first).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Plan a wave").click()
    expect(page.get_by_role("heading", level=1, name="Plan wave 1")).to_be_visible()
    check_page(page, "plan a wave")
    page.get_by_role("button", name="Plan the wave").click()
    page.get_by_role("button", name="Open it now").click()
    expect(page.get_by_text("people asked")).to_be_visible()
    check_page(page, "wave that is open", (PHONE,))
    return urlsplit(page.url).path


def answered_on_a_phone(page: Page) -> None:
    page.goto("/voice")
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_role("heading", level=1, name=TITLE)).to_be_visible()
    check_page(page, "invitation", (PHONE,), dark=True)
    page.get_by_role("button", name="Begin", exact=True).click()
    expect(page.get_by_role("button", name="Send my answers")).to_be_visible()
    check_page(page, "ballot", dark=True)
    page.get_by_text("9", exact=True).first.click()
    page.get_by_role("textbox").fill("Call me at +49 30 901820, the form wants a number nobody has")
    page.reload()  # what was typed is there again
    expect(page.get_by_role("textbox")).to_have_value(re.compile("nobody has"))
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_text("may point at somebody").first).to_be_visible()
    check_page(page, "ballot that names somebody", (PHONE,))
    page.get_by_role("button", name="Send my answers").click()
    expect(page).to_have_url(re.compile("/thanks$"))
    check_page(page, "thanks", (PHONE,))


def tabbed_to(page: Page, wanted: Locator, most: int = 8) -> None:
    """Go on with the Tab key until this has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{most} times Tab does not lead to {wanted}")


def answered_by_keyboard(page: Page) -> None:
    page.goto("/voice")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("button", name="Begin", exact=True).click()
    expect(page.get_by_role("button", name="Send my answers")).to_be_visible()
    page.locator("input[type=radio]").first.focus()
    page.keyboard.press("Space")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator("input[type=radio]").nth(3)).to_be_checked()
    tabbed_to(page, page.get_by_role("textbox"))
    page.keyboard.type("Two systems, one customer")
    tabbed_to(page, page.get_by_role("button", name="Send my answers"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/thanks$"))


def test_a_pulse_is_built_opened_and_answered_on_a_phone_and_by_keyboard(own_server: Server, visit: Visit):
    server = own_server.start()
    champion = entered(visit, server, "champion")
    wave = built(champion)
    answered_on_a_phone(entered(visit, server, "agent", PHONE))
    answered_by_keyboard(entered(visit, server, "supervisor"))
    champion.goto(wave)
    expect(champion.get_by_text("answers at least")).to_be_visible()
    expect(champion.locator("dl.totals dd").nth(1)).to_have_text("0")  # two are in, and nobody is told
    assert one(server, SEALED, f"%{TITLE}%") == "2"


def test_hr_reads_results_and_narrows_them_down_to_a_refusal(served: Server, visit: Visit):
    page = entered(visit, served, "hr")
    page.goto("/voice/results")
    check_page(page, "results", (PHONE,))
    wave, key = one(served, REFUSED).split(" ", 1)
    page.locator(f"a[href='/voice/results/{wave}']").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    check_page(page, "results of a wave", dark=True)
    for name, value in (part.split("=", 1) for part in key.split("|")):
        page.locator(f"select[name={name}]").select_option(value)
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("main")).to_contain_text(re.compile("not shown|protect", re.IGNORECASE))
    expect(page.locator("main svg.chart")).to_have_count(0)
    check_page(page, "refused", (PHONE,))


def test_an_anonymous_blocker_is_answered_merged_and_fixed(own_server: Server, visit: Visit):
    server = own_server.start()
    agent = entered(visit, server, "agent", PHONE)
    agent.goto("/voice")
    agent.get_by_role("link", name="Report a blocker").click()
    agent.get_by_label("What gets in your way?").fill("The pairing guide shows an old app")
    expect(agent.locator("[data-similar]")).to_contain_text("pairing guide")  # someone said so before
    check_page(agent, "report with similar ones", (PHONE,), dark=True)
    agent.get_by_label("What happens?").fill("Customers follow steps that are not there any more.")
    agent.get_by_label("Every day").check()
    agent.get_by_label("Anonymously").check()
    agent.locator("form[data-report] .form-actions button").first.click()
    code = agent.locator("#code").inner_text()
    check_page(agent, "code", (PHONE,))

    champion = entered(visit, server, "champion")
    mine = one(server, "SELECT id FROM voice_blocker WHERE title = 'The pairing guide shows an old app'")
    champion.goto(f"/voice/blockers/{mine}")
    check_page(champion, "blocker of a champion", dark=True)
    champion.get_by_label("Your comment").fill("Which step is it?")
    champion.get_by_role("button", name="Comment", exact=True).click()
    expect(champion.get_by_text("Which step is it?")).to_be_visible()

    agent.goto("/voice/blockers/code")
    agent.get_by_label("Code").fill(code.lower())
    agent.get_by_role("button", name="Open it").click()
    expect(agent.get_by_text("Which step is it?")).to_be_visible()
    check_page(agent, "opened by its code", (PHONE,))
    agent.locator(
        "form[action$='/code/answer'] textarea, form:has(button:text('Answer without my name')) textarea"
    ).fill("The third one.")
    agent.get_by_role("button", name="Answer without my name").click()
    expect(agent.get_by_text("The third one.")).to_be_visible()

    champion.goto(f"/voice/blockers/{mine}")
    expect(champion.get_by_text("The third one.")).to_be_visible()
    target = one(server, "SELECT id FROM voice_blocker WHERE title = 'The pairing guide shows the old app'")
    votes = one(server, "SELECT votes FROM voice_blocker WHERE id = ?", target)
    champion.get_by_role("link", name="Merge it into another one").click()
    champion.goto(f"{champion.url}?target={target}")
    check_page(champion, "merge", (PHONE,))
    champion.get_by_role("button", name="Merge them").click()
    champion.goto(f"/voice/blockers/{mine}")
    expect(champion).to_have_url(re.compile(f"/voice/blockers/{target}"))  # it leads to the one that stays
    champion.get_by_role("button", name=re.compile("Undo the merge of “The pairing guide shows an old app")).click()
    champion.goto(f"/voice/blockers/{mine}")
    expect(champion).to_have_url(re.compile(f"/voice/blockers/{mine}$"))
    assert one(server, "SELECT votes FROM voice_blocker WHERE id = ?", target) == votes

    champion.get_by_label("Owner").fill(f"supervisor@{DOMAIN}")
    champion.locator("#triage-state input[value=fixed]").check()
    champion.get_by_role("textbox", name="What was done").fill("The guide shows the app of today.")
    champion.get_by_role("button", name="Keep it and tell them").click()
    expect(champion.get_by_text("The guide shows the app of today.").first).to_be_visible()
    agent.goto("/voice/you-said")
    expect(agent.get_by_text("The guide shows the app of today.")).to_be_visible()
    check_page(agent, "you said, we did", (PHONE,))
