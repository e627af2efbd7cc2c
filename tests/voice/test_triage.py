"""Looking after a blocker: what each state asks for, who may say what, and that nothing typed is lost."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.nps.models import Driver
from app.voice.models import Blocker, BlockerChange
from app.voice.operations import merging
from app.voice.operations.triage import Placing, Wanted, triage
from app.voice.rules.triage import WAY, is_back, moves
from app.voice.triage_phrases import sentences
from tests.factories import make_person, sign_in
from tests.voice.board_build import blocker
from tests.voice.build import date_today


def test_forward_is_free_and_back_needs_a_note():
    assert set(moves("new")) == {*WAY, "wont_fix"}
    assert not moves("draft")
    assert not any(is_back(*move) for move in (("new", "fixed"), ("planned", "planned"), ("fixed", "wont_fix")))
    assert all(is_back(*move) for move in (("understood", "new"), ("wont_fix", "new"), ("wont_fix", "fixed")))


def said(one):
    changes = select(BlockerChange).where(BlockerChange.blocker_id == one.id).order_by(BlockerChange.id)
    return [(sentences(row.what), row.note) for row in db.session.scalars(changes)]


class Desk:
    """Where a champion, or by their name somebody else, looks after one blocker."""

    def __init__(self):
        self.champion = make_person(given_name="Cam", family_name="Pion", roles=(Role.CHAMPION,))
        self.blocker = blocker()

    def do(self, state, *, by=None, seen=None, owner="", driver=None, **values):
        place = None if by else Placing(owner=owner, silo="IT", driver_id=driver)
        wanted, seen = Wanted(state=state, placing=place, **values), self.blocker.revision if seen is None else seen
        change = triage(self.blocker, wanted, by or self.champion, seen, clock.now())
        db.session.commit()
        return change

    def refused(self, refusal, state, **values):
        with pytest.raises(refusal) as found:
            self.do(state, **values)
        db.session.rollback()
        return found.value

    def wrong(self, state, **values):
        return set(self.refused(Invalid, state, **values).fields)


def test_each_state_asks_for_what_people_need_to_know(app):
    desk, today = Desk(), date_today()
    one, wrong = desk.blocker, desk.wrong
    owner = make_person(given_name="Ola", family_name="Wner", email="ola@company.example")
    make_person(given_name="Ola", family_name="Wnerson", active=True)
    driver = Driver(key="speed", name="Speed", low=1, high=5)
    db.session.add(driver)
    db.session.commit()

    assert wrong("understood") == {"owner"}
    assert wrong("understood", owner="Nobody Known") == {"owner"}
    assert wrong("understood", owner="ola") == {"owner"}  # there are two
    assert wrong("planned", owner="ola wner") == {"target_on"}
    for days in (-1, 9999):
        assert wrong("planned", owner="ola wner", target_on=today + timedelta(days)) == {"target_on"}
    assert wrong("fixed") == {"owner", "we_did"}
    assert wrong("wont_fix", owner="ola wner") == {"reason"}
    assert wrong("nonsense") == {"state"} == wrong("draft")
    assert wrong("new", note="x" * 100_000, driver=2**31 - 1) == {"note", "driver"}
    assert not one.answered_on
    assert not said(one)

    desk.do("understood", owner="Ola Wner", driver=driver.id, note="We know it.")
    assert (one.owner_id, one.silo, one.driver_id, one.answered_on) == (owner.id, "IT", driver.id, today)
    sentences = [
        "It is “Understood” now; it was “New”.",
        "Ola Wner takes care of it.",
        "IT can fix it.",
        "It touches what customers rate as “Speed”.",
    ]
    assert said(one) == [(sentences, "We know it.")]
    desk.do("fixed", owner="Ola Wner", we_did="The form is shorter.")
    assert (one.fixed_on, one.state_on) == (today, today)
    assert wrong("in_progress", owner="Ola Wner", target_on=today) == {"note"}
    desk.do("in_progress", owner="Ola Wner", target_on=today, note="It came back.")
    assert one.fixed_on is None
    owner.active = False  # what is theirs stays so until somebody changes it
    db.session.commit()
    desk.do("wont_fix", owner="ola@company.example", reason="The law asks for it.")
    assert one.owner_id == owner.id
    desk.do("new", note="The law was changed.")
    assert (one.owner_id, one.answered_on) == (None, today)
    assert len(said(one)) == 5


def test_an_owner_places_nothing_and_nobody_overwrites_what_they_did_not_see(app):
    desk, today = Desk(), date_today()
    one, owner = desk.blocker, make_person()
    desk.do("understood", owner=owner.email)
    assert desk.do("planned", by=owner, target_on=today) is not None
    assert (one.owner_id, one.silo, one.target_on, one.revision) == (owner.id, "IT", today, 2)
    assert desk.do("planned", by=owner, target_on=today, seen=1) is None  # the second of two clicks
    assert desk.do("planned", by=owner, target_on=today) is None
    desk.refused(Conflict, "in_progress", by=owner, target_on=today, seen=1)
    desk.refused(Conflict, "planned", by=owner, target_on=today, seen=1, note="Nearly there")  # something to say
    merging.merge(one, blocker(), desk.champion, clock.now())
    db.session.commit()
    desk.refused(Conflict, "fixed", by=owner, we_did="It is short.")


@pytest.mark.sqlite_only
def test_the_form_keeps_what_was_typed_and_offers_what_may_be_said(app, count_statements):
    champion, owner, stranger = make_person(roles=(Role.CHAMPION,)), make_person(), make_person()
    one, draft = blocker("Invoices wait"), blocker(state="draft", reporter_id=owner.id)
    here = f"/voice/blockers/{one.id}/triage"
    assert sign_in(app.test_client(), stranger).get(here).status_code == 403
    assert sign_in(app.test_client(), stranger).post(here).status_code in {400, 403}
    client = sign_in(app.test_client(), champion)
    assert client.get(f"/voice/blockers/{draft.id}/triage").status_code == 404
    page = client.get(here).text
    token = re.search(r'name="csrf_token" [^>]*value="([^"]+)"', page)[1]
    given = {"csrf_token": token, "revision": "0", "owner": owner.email, "silo": "IT", "driver": "", "state": "planned"}

    refused = client.post(here, data={**given, "note": "<script>alert(1)</script>\0", "driver": "9" * 40})
    assert refused.status_code == 422
    assert "Choose the day until which" in refused.text
    assert "&lt;script&gt;alert(1)" in refused.text
    assert "<script>alert" not in refused.text
    assert f'value="{owner.email}"' in refused.text
    assert client.post(here, data={**given, "target_on": "31/12"}).status_code == 422
    assert client.post(here, data={**given, "state": "in" * 5000}).status_code == 422
    assert client.post(here, data={**given, "note": "x" * 100_000}).status_code == 422
    day = date_today().isoformat()
    for _ in range(2):  # a double click
        kept = client.post(here, data={**given, "target_on": day})
        assert kept.status_code == 303, kept.text
    assert db.session.get(Blocker, one.id).revision == 1
    late = client.post(here, data={**given, "target_on": day, "silo": "Finance", "note": "Mine"})
    assert late.status_code == 409
    assert "Someone changed this blocker" in late.text
    assert 'value="Finance"' in late.text
    assert "Mine" in late.text
    assert 'name="revision" type="hidden" value="1"' in late.text

    with count_statements() as before:
        client.get(here)
    for _ in range(3):
        merging.merge(blocker(), one, champion, clock.now())
        merging.split(one, merging.Part("Part", "Half", None), clock.now().isoformat(), champion, clock.now())
    db.session.commit()
    with count_statements() as after:
        client.get(here)
    assert len(before) == len(after)

    client = sign_in(app.test_client(), owner)
    page = client.get(here).text
    assert 'name="state"' in page
    assert 'name="owner"' not in page
    assert "Merge" not in page
    token = re.search(r'name="csrf_token" [^>]*value="([^"]+)"', page)[1]
    revision = re.search(r'name="revision"[^>]* value="(\d+)"', page)[1]
    mine = {"csrf_token": token, "revision": revision, "state": "fixed", "we_did": "It is quick now.", "silo": "Mine"}
    assert client.post(here, data=mine).status_code == 303
    found = db.session.get(Blocker, one.id)
    assert (found.state, found.silo) == ("fixed", "IT")  # a forged field places nothing
    for path in ("merge", "split"):
        assert client.get(f"/voice/blockers/{one.id}/{path}").status_code == 403
        assert client.post(f"/voice/blockers/{one.id}/{path}", data={"csrf_token": token}).status_code == 403
