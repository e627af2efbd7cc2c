"""Customers' responses: brought in by a champion, read by a supervisor and by who served."""

import csv
import random
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.serving import Server
from tests.e2e.steps import DESK, PHONE, check_page, sign_in

ROWS = 80
NAMES = (
    *("StartDate", "EndDate", "Status", "Finished", "RecordedDate", "ResponseId", "RecipientEmail"),
    *("ExternalReference", "DistributionChannel", "Q1", "Q1_NPS_GROUP", "Q2", "Q3_1", "EmployeeID", "Stage", "Country"),
)
TEXTS = {"Q1": "How likely are you to recommend us?", "Q2": "Why?", "Q3_1": "It was solved at once"}
WHAT_THEY_ARE = {
    "Q2": "Comment",
    "Q3_1": "A driver, rated 1 to 5",
    "Stage": "Touchpoint",
    "Country": "A segment to split by",
}


def qualtrics_file(path: Path, employees: list[str]) -> Path:
    """An export with its three header rows, one unfinished answer, and one score that can't be."""
    dice = random.Random(3)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(NAMES)
        writer.writerow([TEXTS.get(name, name) for name in NAMES])
        writer.writerow([f'{{"ImportId":"{name}","timeZone":"UTC"}}' for name in NAMES])
        for number in range(ROWS):
            score = 11 if number == 7 else dice.choice((10, 10, 9, 9, 8, 7, 5, 3))
            at = (datetime.now(UTC) - timedelta(days=1 + number // 4)).strftime("%Y-%m-%d %H:%M:%S")
            finished = "False" if number == 9 else "True"
            group = "Promoter" if score > 8 else "Passive" if score > 6 else "Detractor"
            who = ("email", f"c{number}@customer.example", f"CRM-{number}")
            said = (score, group, "It took long, but they called back", dice.randint(1, 5))
            served = (dice.choice(employees), "Delivery", dice.choice(("Kenya", "Portugal")))
            row = [at, at, "IP Address", finished, at, f"R_{number:05}", who[1], who[2], who[0], *said, *served]
            writer.writerow(row)
    return path


def every_picture_tells(page: Page, least: int = 1) -> None:
    """Each chart has a title, a description and a table of the same figures."""
    figures = page.locator("figure.chart").all()
    assert len(figures) >= least
    for figure in figures:
        svg = figure.locator("svg.chart-svg").first
        assert svg.locator("xpath=./*[name()='title']").text_content()
        assert svg.locator("xpath=./*[name()='desc']").text_content()
        assert figure.locator("details table tbody tr").count() >= 1


def test_a_champion_says_once_which_column_is_which_and_brings_in_a_file(
    own_server: Server, visit: Visit, tmp_path: Path
) -> None:
    own_server.start()
    with own_server.database() as database:
        known = [row[0] for row in database.execute("SELECT employee_id FROM person WHERE job_role = 'Support agent'")]
        before = database.execute("SELECT count(*) FROM nps_response").fetchone()[0]
    page = visit(own_server)
    sign_in(page, "champion")
    page.goto("/nps/import")
    check_page(page, "import start")
    page.get_by_label("File of responses (CSV)").set_input_files(qualtrics_file(tmp_path / "export.csv", known))
    page.get_by_role("button", name="Look at the file").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Which column is which")
    for column, use in WHAT_THEY_ARE.items():
        page.get_by_label(f"What “{column}” is", exact=True).select_option(label=use)
    page.get_by_label(re.compile("^Name of this way")).fill("Our delivery survey")
    page.get_by_label("Source", exact=True).fill("delivery")
    check_page(page, "import columns")
    page.get_by_role("button", name="Look at how it is read").click()
    expect(page.get_by_text("1 line of the first 80 would be refused")).to_be_visible()
    check_page(page, "import preview")
    page.get_by_role("button", name=re.compile("^Import")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The file is imported", timeout=60_000)
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"added\s*78"))
    check_page(page, "import done")
    with own_server.database() as database:
        assert database.execute("SELECT count(*) FROM nps_response").fetchone()[0] == before + ROWS - 2
        (segment,) = database.execute(
            "SELECT count(*) FROM nps_label l JOIN nps_dimension d ON d.id = l.dimension_id"
            " WHERE d.key = 'segment.country'"
        ).fetchone()
    assert segment == 2
    page.goto("/nps/by/segment.country")
    expect(page.get_by_role("link", name="Portugal", exact=True).first).to_be_visible()
    every_picture_tells(page)


def test_a_supervisor_compares_two_quarters_of_the_own_people(served: Server, visit: Visit) -> None:
    page = visit(served)
    sign_in(page, "supervisor")
    page.get_by_role("link", name="Customers’ NPS").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your people")
    quarters = page.locator("#period option").evaluate_all("all => all.map(one => one.value)")
    quarter = next(value for value in quarters[3:] if re.fullmatch(r"\d{4}-Q\d", value))
    page.get_by_label("Show", exact=True).select_option(quarter)
    page.get_by_label("compared with").select_option("before")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page).to_have_url(re.compile(quarter))
    compared = page.locator("section", has=page.get_by_role("heading", name="Compared"))
    expect(compared).to_contain_text(re.compile(r"chance|Not enough to compare|no different"))
    every_picture_tells(page, least=2)
    check_page(page, "people of a supervisor", dark=True)


def test_who_served_sees_the_own_figures_and_nobody_elses(served: Server, visit: Visit) -> None:
    page = visit(served, width=PHONE)
    sign_in(page, "agent")
    page.goto("/nps")
    expect(page).to_have_url(re.compile(r"/nps/people/\d+"))
    every_picture_tells(page)
    check_page(page, "own customers", dark=True)
    own = int(page.url.rsplit("/", 1)[1].split("?")[0])
    for place in (f"/nps/people/{own - 1}", "/nps/by/team", "/nps/pivot", "/nps/comments?of=company", "/nps/import"):
        answer = page.goto(place)
        assert answer is not None
        assert answer.status in {403, 404}, place


def test_the_champions_pages_hold_at_both_widths_and_in_the_dark(served: Server, visit: Visit) -> None:
    page = visit(served, width=DESK)
    sign_in(page, "champion")
    for name, place, pictures in (
        ("company score", "/nps", 2),
        ("funnel of teams", "/nps/by/team", 1),
        ("touchpoints", "/nps/by/touchpoint", 1),
        ("pivot", "/nps/pivot?rows=touchpoint&columns=channel", 0),
        ("drivers", "/nps/drivers", 1),
        ("comments", "/nps/comments", 0),
        ("sources", "/nps/sources", 0),
        ("wall", "/nps/wall", 0),
    ):
        answer = page.goto(place)
        assert answer is not None
        assert answer.status == 200, place
        if pictures:
            every_picture_tells(page, least=pictures)
        check_page(page, name, dark=True)


def test_the_board_on_the_wall_keeps_itself_up_to_date_and_forgets_who_may_not_see_it(
    served: Server, visit: Visit
) -> None:
    page = visit(served)
    sign_in(page, "champion")
    page.clock.install()
    page.goto("/nps/wall")
    board, status = page.locator("[data-wall]"), page.locator("[data-wall-status]")
    name = board.get_by_role("heading").inner_text()

    def a_minute_later() -> None:
        page.evaluate("document.querySelector('[data-wall] h1').textContent = 'An old picture'")
        page.clock.run_for(61_000)

    a_minute_later()
    expect(board.get_by_role("heading")).to_have_text(name)
    page.get_by_role("button", name="Pause updates").click()
    a_minute_later()
    expect(status).to_contain_text("paused")
    expect(board.get_by_role("heading")).to_have_text("An old picture")
    page.get_by_role("button", name="Resume updates").click()
    expect(board.get_by_role("heading")).to_have_text(name)
    page.context.set_offline(True)
    a_minute_later()
    expect(status).to_contain_text("no connection")
    expect(board.get_by_role("heading")).to_have_text("An old picture")
    page.context.set_offline(False)
    expect(board.get_by_role("heading")).to_have_text(name)
    page.context.clear_cookies()
    page.clock.run_for(61_000)
    expect(board).to_have_text("Signed out: reload this page and sign in again")
    expect(status).to_have_text("")
