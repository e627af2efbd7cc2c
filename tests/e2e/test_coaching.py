"""Coaching in a browser: observed on a phone, prepared and attested by both, disputed, calibrated, handed over."""

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from app.demo.company import DOMAIN
from tests.e2e.conftest import Visit
from tests.e2e.serving import Server
from tests.e2e.steps import PHONE, check_page, sign_in

MANAGER = "SELECT m.email FROM person p JOIN person m ON m.id = p.manager_id WHERE p.email = ?"
PASSWORDS = (
    "UPDATE person SET password_hash = (SELECT password_hash FROM person WHERE email = 'hr@' || ?)"
    " WHERE password_hash IS NULL AND active"
)


def let_everybody_in(server: Server) -> None:
    """People of the demo who have no sign-in get the password of the seven."""
    with server.database() as database:
        database.execute(PASSWORDS, (DOMAIN,))


def one(server: Server, statement: str, *given: object) -> str:
    with server.database() as database:
        row = database.execute(statement, given).fetchone()
    assert row, statement
    return str(row[0])


def id_of(server: Server, part: str) -> str:
    return one(server, "SELECT id FROM person WHERE email = ?", f"{part}@{DOMAIN}")


def entered(visit: Visit, server: Server, who: str, width: int = 1280) -> Page:
    page = visit(server, width=width)
    sign_in(page, who)
    return page


def saved(page: Page) -> None:
    expect(page.locator("[data-save-status]").first).to_have_text(re.compile(r"saved \d\d:\d\d"))


def test_an_observation_on_a_phone_is_disputed_and_decided(own_server: Server, visit: Visit):
    server = own_server.start()
    let_everybody_in(server)
    agent, reader = id_of(server, "agent"), one(server, MANAGER, f"supervisor@{DOMAIN}")
    page = entered(visit, server, "supervisor", PHONE)
    page.goto(f"/coaching/people/{agent}")
    page.get_by_role("link", name="Observe", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Observe")
    check_page(page, "observe", (PHONE,), dark=True)
    # Everything is reached and chosen with the keyboard: a level is a radio button.
    first = page.locator("fieldset.scale input[type=radio]").first
    first.focus()
    page.keyboard.press("Space")
    expect(first).to_be_checked()
    page.locator("fieldset.scale").nth(1).locator(".scale-steps label").nth(3).click()
    page.get_by_role("textbox", name="Note").fill("Let the customer finish, then summed up what was wrong.")
    saved(page)
    page.goto("/coaching/observations")
    page.goto(f"/coaching/people/{agent}/observe")  # the draft is there again
    expect(page.get_by_role("textbox", name="Note")).to_have_value(re.compile("summed up"))
    page.get_by_role("button", name="Keep the observation").click()
    expect(page).to_have_url(re.compile(r"/coaching/observations/\d+$"))
    address = page.url.removeprefix(server.url)

    theirs = entered(visit, server, "agent", PHONE)
    theirs.goto(address)
    theirs.get_by_label("What you see otherwise").fill("It was another call: mine was about a refund.")
    theirs.get_by_role("button", name="Dispute it").click()
    expect(theirs.get_by_text("Until then it counts for nothing").first).to_be_visible()

    second = entered(visit, server, reader)
    second.goto("/coaching/observations")
    check_page(second, "observations to decide")
    second.goto(address)
    second.get_by_label("It is struck: it counts for nothing").check()
    second.get_by_label("Why").fill("The recording shows another call.")
    second.get_by_role("button", name="Decide").click()
    expect(second.get_by_text(re.compile("struck and counts for nothing"))).to_be_visible()
    theirs.goto(address)
    check_page(theirs, "observation struck", (PHONE,))
    theirs.goto(f"/coaching/people/{agent}")
    expect(theirs.get_by_text("it was struck out").first).to_be_visible()


def test_a_session_goes_from_its_prepared_agenda_to_attestation(own_server: Server, visit: Visit):
    server = own_server.start()
    let_everybody_in(server)
    agent = id_of(server, "agent")
    page = entered(visit, server, "supervisor", PHONE)
    page.goto(f"/coaching/people/{agent}")
    check_page(page, "person of a supervisor")
    page.get_by_role("link", name="Prepare the session").click()
    expect(page.get_by_role("heading", name="Gaps")).to_be_visible()
    check_page(page, "session editor", dark=True)
    page.get_by_label("Goal").fill("Fewer customers who call twice")
    saved(page)
    page.get_by_label("Private note").fill("Seems under pressure at home")
    saved(page)
    gaps = page.get_by_label("Which gap is it to close")
    gaps.select_option(index=gaps.locator("option").count() - 1)
    page.get_by_label("What will be done").fill("Say at the end of each call what happens next")
    page.get_by_label("What will be done").press("Enter")  # as the button below it does
    expect(page.get_by_role("button", name=re.compile("^Take back: Say at the end"))).to_be_visible()
    expect(page.get_by_label("Goal")).to_have_value("Fewer customers who call twice")
    page.get_by_label("What will be done").fill("Something else")
    page.get_by_label("What will show that it worked").fill("Nobody calls twice")
    page.get_by_role("button", name="Add the action").click()
    expect(page.get_by_role("button", name=re.compile("^Take back"))).to_have_count(2)
    page.get_by_role("button", name="Take back: Something else").click()
    expect(page.get_by_role("button", name=re.compile("^Take back"))).to_have_count(1)
    page.get_by_role("button", name="Attest the record").click()
    expect(page.get_by_text("is asked by mail to answer it")).to_be_visible()
    address = page.url.removeprefix(server.url)
    check_page(page, "session attested")

    theirs = entered(visit, server, "agent", PHONE)
    theirs.goto(address)
    expect(theirs.get_by_text("Fewer customers who call twice")).to_be_visible()
    expect(theirs.get_by_text("under pressure")).to_have_count(0)
    check_page(theirs, "session to answer", (PHONE,))
    theirs.get_by_label("Yes, I stand by it").check()
    theirs.get_by_label("Your comment").fill("Good talk")
    theirs.get_by_label("How useful was the talk to you").select_option("5")
    theirs.get_by_role("button", name="Answer").click()
    expect(theirs.get_by_text("Attested by both")).to_be_visible()
    theirs.goto("/coaching")
    expect(theirs.get_by_role("link", name="Say at the end of each call what happens next")).to_be_visible()
    check_page(theirs, "my coaching", (PHONE,), dark=True)


def test_a_new_supervisor_sees_shared_records_and_the_former_one_nothing_later(own_server: Server, visit: Visit):
    server = own_server.start()
    let_everybody_in(server)
    agent, lead = id_of(server, "agent"), id_of(server, "supervisor")
    held = "SELECT max(id) FROM coaching_session WHERE person_id = ? AND supervisor_id = ? AND state = 'held'"
    address = "/coaching/sessions/" + one(server, held, agent, lead)
    with server.database() as database:
        note = "INSERT INTO coaching_private_note VALUES (?, ?, 'Seems under pressure', ?)"
        database.execute("DELETE FROM coaching_private_note WHERE session_id = ?", (address.rpartition("/")[2],))
        database.execute(note, (address.rpartition("/")[2], lead, datetime.now(UTC).isoformat(" ")))
        database.execute("UPDATE coaching_session SET note = 'Shared with both' WHERE id = ?", address.split("/")[-1:])
    new = one(
        server,
        "SELECT p.employee_id FROM person p JOIN person r ON r.manager_id = p.id WHERE p.active AND p.id <> ?"
        " AND p.id NOT IN (SELECT ancestor_id FROM reporting_line WHERE descendant_id = ?) GROUP BY p.id LIMIT 1",
        lead,
        agent,
    )
    admin = entered(visit, server, "admin")
    admin.goto(f"/people/{agent}/edit")
    admin.get_by_label("Supervisor").fill(new)
    admin.get_by_role("button", name="Keep the changes").click()
    expect(admin).to_have_url(re.compile(r"/people/\d+$"))
    now = entered(visit, server, one(server, "SELECT email FROM person WHERE employee_id = ?", new))
    now.goto(address)
    expect(now.get_by_text("Shared with both")).to_be_visible()
    expect(now.get_by_text("under pressure")).to_have_count(0)
    now.goto(f"/coaching/people/{agent}")
    expect(now.get_by_role("link", name="Plan a session")).to_be_visible()
    former = entered(visit, server, "supervisor")
    former.goto(f"/coaching/people/{agent}")
    expect(former.get_by_role("heading", level=1)).to_contain_text("There is no page here")
    former.goto(address)  # what they wrote themselves stays theirs
    expect(former.get_by_text("under pressure")).to_be_visible()


def test_three_supervisors_are_calibrated_and_a_raised_benchmark_leaves_the_past(own_server: Server, visit: Visit):
    server = own_server.start()
    let_everybody_in(server)
    page = entered(visit, server, "champion")
    page.goto("/coaching/calibrations")
    page.get_by_role("link", name="Open a calibration").click()
    check_page(page, "new calibration")
    page.locator("[name=title]").fill("Three calls of November")
    page.locator("[name=closes_on]").fill((datetime.now(UTC) + timedelta(days=7)).date().isoformat())
    for number in (1, 2, 3):
        if number > 1:
            page.get_by_text(f"Interaction {number}", exact=True).click()
        page.get_by_label(f"Title of interaction {number}").fill(f"Call {number}")
        page.get_by_label(f"What was said in interaction {number}").fill("“I called twice.” “I am sorry.”")
    page.locator("[name=behaviours]").first.check()
    raters = [str(box.get_attribute("value")) for box in page.locator("[name=raters]").all()[:3]]
    for rater in raters:
        page.locator(f"[name=raters][value='{rater}']").check()
    page.get_by_role("button", name="Open the calibration").click()
    expect(page).to_have_url(re.compile(r"/coaching/calibrations/\d+$"))
    address = page.url.removeprefix(server.url)
    for shift, rater in enumerate(raters):
        theirs = entered(visit, server, one(server, "SELECT email FROM person WHERE id = ?", rater), PHONE)
        theirs.goto(f"{address}/score/1")
        if shift == 0:
            check_page(theirs, "calibration to score", (PHONE,), dark=True)
        for position in (1, 2, 3):
            theirs.locator("label.option").nth(position + (shift == 2)).click()
            saved(theirs)
            theirs.get_by_role("button", name="Hand in" if position == 3 else "Next interaction", exact=True).click()
        expect(theirs).to_have_url(re.compile(r"/coaching/calibrations(/\d+)?$"))
    page.goto(address)
    expect(page.get_by_text("Closed").first).to_be_visible()
    check_page(page, "calibration closed")

    asked = "SELECT {} FROM coaching_benchmark WHERE metric LIKE 'behaviour:%' ORDER BY id LIMIT 1"
    metric, role = (one(server, asked.format(column)) for column in ("metric", "job_role"))
    with server.database() as database:
        before = database.execute("SELECT id, target, benchmark_id FROM coaching_gap ORDER BY id").fetchall()
    page.goto(f"/coaching/benchmarks/set?metric={metric}&job_role={role}")
    check_page(page, "benchmark to set")
    page.locator("[name=target]").fill("4.5")
    page.locator("[name=starts_on]").fill(datetime.now(UTC).date().isoformat())
    page.get_by_role("button", name="Keep this benchmark").click()
    expect(page).to_have_url(re.compile("/coaching/benchmarks"))
    check_page(page, "benchmarks")
    with server.database() as database:
        after = database.execute("SELECT id, target, benchmark_id FROM coaching_gap ORDER BY id").fetchall()
    assert after == before


def test_the_other_pages_of_coaching_hold_on_both_widths(served: Server, visit: Visit):
    page = entered(visit, served, "supervisor")
    for name in ("", "/planner", "/rubric", "/coverage", "/effects/kinds"):
        page.goto(f"/coaching{name}")
        check_page(page, f"supervisor coaching {name or 'team'}")
    page = entered(visit, served, "champion")
    for name in ("/effects", "/coverage", "/rubric/new"):
        page.goto(f"/coaching{name}")
        check_page(page, f"champion coaching {name}", dark=name == "/effects")
