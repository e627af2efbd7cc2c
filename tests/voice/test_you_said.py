"""You said, we did: everyone reads what came of it, and what will not be done."""

import re
from datetime import date, timedelta
from html import unescape

import pytest

from app.core.db import db
from app.nps.models import Driver
from tests.factories import make_person, sign_in
from tests.voice.board_build import blocker, process
from tests.voice.build import date_today

pytestmark = pytest.mark.sqlite_only


def words_of(response) -> str:
    assert response.status_code == 200, response.status
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def test_everyone_reads_what_came_of_it(app, count_statements):
    client = sign_in(app.test_client(), make_person())
    assert "Nothing was fixed yet" in words_of(client.get("/voice/you-said"))
    assert "Nothing was turned down" in words_of(client.get("/voice/you-said?show=wont_fix"))
    speed = Driver(key="speed", name="Speed", low=1, high=5)
    db.session.add(speed)
    db.session.commit()
    billing = process("Billing", driver_id=speed.id)
    owner = make_person(given_name="Olga", family_name="Owner")
    blocker(
        "Refunds wait",
        state="fixed",
        fixed_on=date(2026, 1, 12),
        we_did="<i>Refunds</i> go out the same day.",
        votes=6,
        owner_id=owner.id,
        process_id=billing.id,
    )
    target = blocker("Later", state="fixed", fixed_on=date(2026, 2, 3))
    blocker("Merged", state="fixed", merged_into_id=target.id)
    blocker("Never", state="wont_fix", state_on=date(2026, 2, 1), reason="The law asks for it.")
    blocker("Open", state="planned")
    said = words_of(client.get("/voice/you-said"))
    for part in (
        "What we did (2)",
        "What we won’t do, and why (1)",
        "February 2026",
        "January 2026",
        "You said Refunds wait",
        "We did <i>Refunds</i> go out the same day.",
        "by Olga Owner, in Billing. 7 people met it.",
        "“Speed”: too few ratings to compare",
        "1 person met it",
    ):
        assert part in said, part
    assert said.index("Later") < said.index("Refunds wait")
    assert not re.search(r"Merged|Open|Never", said)
    said = words_of(client.get("/voice/you-said?show=wont_fix"))
    assert "Never" in said
    assert "We won’t, because The law asks for it." in said
    assert "Refunds wait" not in said

    with count_statements() as few:
        client.get("/voice/you-said")
    people = {"owner_id": owner.id, "reporter_id": owner.id}
    for n in range(70):
        day = date_today() - timedelta(days=n * 3)
        blocker(f"Fixed {n}", state="fixed", fixed_on=day, driver_id=speed.id, **people)
    seen, path = [], "/voice/you-said"
    while path:
        with count_statements() as more:
            page = client.get(path)
        assert len(more) == len(few), more
        seen += re.findall(r"Fixed \d+", page.text)
        following = re.search(r'rel="next" href="([^"]*)"', page.text)
        path = following and "/voice/you-said" + unescape(following[1])
    assert seen == [f"Fixed {n}" for n in range(70)]
    assert client.get("/voice/you-said?after=nonsense&before=%00&show=%00").status_code == 200
