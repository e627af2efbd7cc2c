"""What waits too long: nothing stays without a word for more than 14 days without being seen at the top."""

import csv
import io
import re
from datetime import timedelta

import pytest

from app.voice.queries import unanswered
from tests.factories import make_person, sign_in
from tests.voice.board_build import blocker
from tests.voice.build import date_today


def titles(response) -> list[str]:
    assert response.status_code == 200, response.status
    return re.findall(r'<th scope="row"><a href="/voice/blockers/\d+">([^<]*)</a>', response.text)


def scene() -> None:
    today = date_today()

    def ago(days):
        return today - timedelta(days=days)

    blocker("Fifteen", reported_on=ago(15))
    blocker("Thirty", reported_on=ago(30), anonymous=True)
    blocker("Fourteen", reported_on=ago(14))
    blocker("Answered", reported_on=ago(40), answered_on=ago(39))
    blocker("Taken up", reported_on=ago(40), state="understood")
    blocker("A draft", reported_on=ago(40), state="draft")
    merged = blocker("Target", answered_on=today)
    blocker("Merged", reported_on=ago(40), merged_into_id=merged.id, target_on=ago(2))
    blocker("Late", state="planned", target_on=ago(1))
    blocker("Later", state="in_progress", target_on=ago(9), silo="Finance", votes=2)
    blocker("Today", state="planned", target_on=today)
    blocker("Done", state="fixed", target_on=ago(9))
    blocker("Refused", state="wont_fix", target_on=ago(9))


def test_counts_are_exact_at_their_bounds_and_cost_one_statement(app, count_statements):
    scene()
    with count_statements() as seen:
        found = unanswered.counts(date_today())
    assert (found.unanswered, found.late) == (2, 2)
    assert len(seen) == 1
    tomorrow = unanswered.counts(date_today() + timedelta(days=1))
    assert (tomorrow.unanswered, tomorrow.late) == (3, 3)


@pytest.mark.sqlite_only
def test_executives_and_champions_see_them_and_others_do_not(app, count_statements):
    client = sign_in(app.test_client(), make_person(roles=("executive",)))
    assert "Nobody waits for an answer" in client.get("/voice/unanswered").text
    assert "Every target day was kept so far" in client.get("/voice/unanswered?show=late").text
    scene()
    assert titles(client.get("/voice/unanswered")) == ["Thirty", "Fifteen"]
    assert titles(client.get("/voice/unanswered?show=late")) == ["Later", "Late"]
    rows = list(csv.reader(io.StringIO(client.get("/voice/unanswered.csv").text)))
    assert [(row[1], row[8]) for row in rows[1:]] == [("Thirty", "30"), ("Fifteen", "15")]
    rows = list(csv.reader(io.StringIO(client.get("/voice/unanswered.csv?show=late").text)))
    assert [(row[1], row[4], row[6], row[10]) for row in rows[1:]] == [
        ("Later", "Finance", "3", "9"),
        ("Late", "", "1", "1"),
    ]
    with count_statements() as few:
        client.get("/voice/unanswered")
    reporter = make_person()
    for n in range(60):
        blocker(f"More {n}", reported_on=date_today() - timedelta(days=100 + n), reporter_id=reporter.id)
    with count_statements() as more:
        page = client.get("/voice/unanswered")
    assert len(more) == len(few)
    following = re.search(r'rel="next" href="([^"]*)"', page.text)
    rest = titles(client.get("/voice/unanswered" + following[1].replace("&amp;", "&")))
    assert [*titles(page), *rest] == [*(f"More {n}" for n in reversed(range(60))), "Thirty", "Fifteen"]
    sign_in(client, make_person())
    for path in ("/voice/unanswered", "/voice/unanswered.csv"):
        assert client.get(path).status_code == 403
