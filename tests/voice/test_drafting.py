"""Drafts that a coaching talk leaves: one for each, seen by nobody else, harmless when the talk takes it back."""

import re

import pytest
from sqlalchemy import func, select

from app.coaching.models import Action
from app.coaching.operations import actions
from app.core import bus, clock
from app.core.db import db
from app.core.errors import Conflict
from app.core.references import resolve
from app.events import BlockerNamed
from app.voice.models import Blocker, BlockerLink
from app.voice.operations import drafting
from tests.coaching.build import session_of
from tests.factories import make_person, make_supervisor, sign_in
from tests.nps.build import company_of
from tests.voice.board_build import blocker
from tests.voice.build import date_today


def agreed(session, text, token):
    wanted = actions.Agreed("blocker", text, "person", date_today(), sign="Nobody asks twice")
    return actions.agree(session, wanted, token, clock.now())


def drafts_of(person):
    found = select(Blocker).where(Blocker.reporter_id == person.id).order_by(Blocker.id)
    return list(db.session.scalars(found))


def test_an_action_becomes_one_draft_and_a_number_given_anew_another(app):
    lead, (ann, bob) = company_of(2)
    talk, other = session_of(ann, lead), session_of(bob, lead)
    long = "The form asks for the customer’s number " * 12
    action = agreed(talk, long.strip(), "a" * 20)
    db.session.commit()
    draft = drafts_of(ann)[0]
    assert (draft.state, draft.token, draft.happens) == ("draft", f"coaching-action-{action.id}", long.strip())
    assert len(draft.title) <= 160
    assert draft.title.endswith(" …")
    bus.publish(BlockerNamed(ann.id, action.id, clock.now()))
    bus.publish(BlockerNamed(ann.id, 999_999, clock.now()))  # nothing is known of it
    assert drafts_of(ann) == [draft]
    link = db.session.scalars(select(BlockerLink)).one()
    assert (link.blocker_id, link.kind, link.ref) == (draft.id, "coaching-action", str(action.id))

    # The talk takes it back, and another person's action gets its number, as SQLite does.
    number = action.id
    actions.take_back(action, talk)
    db.session.commit()
    made = Action(
        token="b", session_id=other.id, person_id=bob.id, owner_id=bob.id, kind="blocker", text="The phone is slow",
        due_on=date_today(), created_at=clock.now(),
    )  # fmt: skip
    made.id = number
    db.session.add(made)
    db.session.flush()
    bus.publish(BlockerNamed(bob.id, number, clock.now()))
    db.session.commit()
    assert drafts_of(ann) == [draft]
    assert draft.title.startswith("The form asks")
    assert [one.title for one in drafts_of(bob)] == ["The phone is slow"]
    assert [row.blocker_id for row in db.session.scalars(select(BlockerLink))] == [drafts_of(bob)[0].id]


@pytest.mark.sqlite_only
def test_my_drafts_are_mine_to_finish_or_to_throw_away(app, count_statements):
    lead, (ann,) = company_of(1)
    talk = session_of(ann, lead)
    agreed(talk, "Refunds need two signatures", "a" * 20)
    gone = agreed(talk, "The <i>phone</i> is slow", "b" * 20)
    db.session.commit()
    client = sign_in(app.test_client(), ann)
    assert "Refunds need two signatures" not in sign_in(app.test_client(), lead).get("/voice/drafts").text
    with count_statements() as few:
        page = client.get("/voice/drafts").text
    assert "The &lt;i&gt;phone" in page
    assert f"/coaching/sessions/{talk.id}" in page
    actions.take_back(gone, talk)
    for number in range(50):
        blocker(f"Draft {number}", state="draft", reporter_id=ann.id)
    with count_statements() as many:
        page = client.get("/voice/drafts").text
    assert len(few) == len(many)
    assert 'rel="next"' in page
    assert "The talk took it back since" in page

    draft, foreign = drafts_of(ann)[0].id, blocker(state="draft").id
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    for one in (draft, draft, foreign):
        there = client.post(f"/voice/drafts/{one}/discard", data={"csrf_token": token})
        assert there.status_code == 303
    ids = set(db.session.scalars(select(Blocker.id)))
    assert draft not in ids
    assert foreign in ids
    reported = blocker(reporter_id=ann.id)
    with pytest.raises(Conflict):
        drafting.discard(reported.id, ann)
    empty = sign_in(app.test_client(), lead).get("/voice/drafts").text
    assert "There is no draft" in empty


@pytest.mark.sqlite_only
def test_coaching_tells_where_the_blocker_is_to_those_who_may_know(app, count_statements):
    lead, (ann,) = company_of(1)
    stranger = make_person()
    talk = session_of(ann, lead)
    action = agreed(talk, "Refunds need two signatures", "a" * 20)
    db.session.commit()
    page = f"/coaching/actions/{action.id}"
    assert "put it on the board" in sign_in(app.test_client(), ann).get(page).text
    assert "put it on the board" not in sign_in(app.test_client(), lead).get(page).text
    draft = drafts_of(ann)[0]
    draft.state = "new"
    db.session.commit()
    client = sign_in(app.test_client(), lead)
    assert f'On the board: <a href="/voice/blockers/{draft.id}">' in client.get(page).text
    person = f"/coaching/people/{ann.id}"
    with count_statements() as few:
        assert "On the board" in client.get(person).text
    for number in range(5):
        agreed(talk, f"Something else, number {number}", f"{number}" * 20)
    with count_statements() as many:
        client.get(person)
    assert len(few) == len(many)
    ref = [str(action.id), "x", "9" * 40]
    assert [one.text for one in resolve("coaching-action", ref, None)] == ["Refunds need two signatures"]
    assert len(resolve("coaching-action", ref, lead)) == 1
    assert not resolve("coaching-action", ref, stranger)
    assert not resolve("coaching-action", ref, make_supervisor())
    assert db.session.scalar(select(func.count()).select_from(Blocker)) == 6
