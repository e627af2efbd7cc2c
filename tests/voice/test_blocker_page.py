"""The page of one blocker: what it tells whom, and what is said there."""

import pytest
from sqlalchemy import func, insert, select

from app.core import clock
from app.core.db import db
from app.core.errors import Invalid
from app.core.outbox import OutboxMessage
from app.nps.models import Driver
from app.voice.models import Blocker, BlockerChange, BlockerComment, BlockerLink
from app.voice.operations import commenting, following
from tests.factories import make_person
from tests.voice.board_build import Visitor, blocker, hidden, process
from tests.voice.build import date_today

TOKEN = "a-token-of-one-comment"


def test_a_first_word_of_the_owner_or_a_champion_answers_it(app):
    ann, champion, today = make_person(), make_person(roles=("champion",)), date_today()
    one, own, taken, merged = blocker(), blocker(reporter_id=champion.id), blocker(owner_id=ann.id), None
    merged = blocker(merged_into_id=one.id)
    for by, meant, on in ((ann, one, None), (champion, merged, today), (champion, own, None), (ann, taken, today)):
        said = commenting.comment(meant, by, "We look into it.", TOKEN, today)
        target = one if meant is merged else meant
        if by is champion and meant is merged:
            assert said is None  # the same form was sent by somebody else before, for the same blocker
            said = commenting.comment(meant, by, "We look into it.", TOKEN + "2", today)
        assert said is not None
        assert (said.blocker_id, target.answered_on) == (target.id, on)
    db.session.commit()
    assert commenting.comment(one, ann, "Once more.", TOKEN, today) is None
    for text in ("", "x" * 2001):
        with pytest.raises(Invalid):
            commenting.comment(one, ann, text, TOKEN + "3", today)
    assert db.session.scalar(select(func.count()).select_from(BlockerComment)) == 4


@pytest.mark.sqlite_only
def test_what_the_page_tells(app):
    ann, kim = make_person(given_name="Ann", family_name="A" * 100), make_person(given_name="Kim", family_name="Owner")
    driver = Driver(key="speed", name="Speed", low=1, high=5)
    db.session.add(driver)
    db.session.commit()
    billing = process("Billing", driver_id=driver.id)
    one = blocker(
        "W" * 160,
        reporter_id=ann.id,
        owner_id=kim.id,
        process_id=billing.id,
        state="fixed",
        silo="Finance",
        idea="<b>One</b> approval",
        votes=11,
    )
    merged = blocker("It was called so, too", merged_into_id=one.id, anonymous=True)
    what = {"state": ["Planned", "Fixed"], "merged": {"blocker": merged.id, "title": "It was called so, too"}}
    change = BlockerChange(blocker_id=one.id, changed_by_id=kim.id, changed_at=clock.now(), what=what, note="At last")
    link = BlockerLink(blocker_id=one.id, kind="lesson", ref="gone/away")
    db.session.add_all([change, link])
    db.session.commit()
    client = Visitor(app, make_person())
    page = client.get(f"/voice/blockers/{one.id}")
    for words in (
        "12 people meet this",
        "Billing",
        "“Speed”",
        "Finance",
        "Kim Owner",
        "A" * 100,
        "The form takes the customer’s name now.",
        "&lt;b&gt;One&lt;/b&gt; approval",
        "Also reported as",
        "At last",
        "It is “Fixed” now",
        "Not there any more",
    ):
        assert words in page, words
    assert client.client.get(f"/voice/blockers/{merged.id}").location == f"/voice/blockers/{one.id}?merged={merged.id}"
    assert "“It was called so, too” was merged into this one." in client.get(
        f"/voice/blockers/{one.id}?merged={merged.id}"
    )
    assert "was merged into this one" in client.get(f"/voice/blockers/{one.id}?merged=<b>")
    refused = client.get(f"/voice/blockers/{blocker(state='wont_fix').id}")
    assert "The law asks for it." in refused
    for address in ("/voice/blockers/99", "/voice/blockers/2147483648", "/voice/blockers/99/vote"):
        assert client.client.get(address).status_code in {404, 405}
    for viewer in (ann, kim, make_person(roles=("champion",)), make_person(roles=("executive",))):
        assert Visitor(app, viewer).client.get(f"/voice/blockers/{one.id}").status_code == 200


@pytest.mark.sqlite_only
def test_comments_are_sent_once_told_to_followers_and_paged(app, count_statements):
    ann, follower = make_person(), make_person()
    one = blocker()
    following.follow(one, follower)
    db.session.commit()
    client = Visitor(app, ann)
    page = f"/voice/blockers/{one.id}"
    token = hidden(client.get(page), "token")
    for _ in range(2):
        answer = client.post(f"{page}/comments", text="<i>I</i> meet it daily.", token=token)
        assert answer.status_code == 303
    assert "&lt;i&gt;I&lt;/i&gt; meet it daily." in client.get(page)
    assert db.session.scalar(select(func.count()).select_from(BlockerComment)) == 1
    told = {row.payload["person_id"] for row in db.session.scalars(select(OutboxMessage)) if "comment" in row.key}
    assert told == {follower.id, one.reporter_id}
    for text, words in (("", "Write something first."), ("é" * 100_000, "100,000 characters")):
        answer = client.post(f"{page}/comments", text=text, token=TOKEN)
        assert (answer.status_code, words in answer.text, text in answer.text) == (422, True, True)
    assert client.post(f"{page}/comments", text="Kept here", token="").text.count("Kept here") == 1
    assert client.post(f"{page}/comments", text="a\x00b", token=TOKEN + "4").status_code == 303
    with count_statements() as few:
        client.get(page)
    rows = [
        {
            "token": f"t{n}",
            "blocker_id": one.id,
            "author_id": make_person().id if n < 3 else ann.id,
            "text": f"No. {n}!",
        }
        for n in range(58)
    ]
    db.session.execute(insert(BlockerComment), [{**row, "written_on": date_today()} for row in rows])
    with count_statements() as many:
        shown = client.get(page)
    assert len(few) == len(many)
    assert shown.count("No. ") == 50
    assert "Next page" in shown
    assert db.session.get(Blocker, one.id).answered_on is None
