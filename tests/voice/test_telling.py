"""Who hears of what becomes of a blocker, and that no mail says more than it may."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.core import clock
from app.core.db import db
from app.core.outbox import OutboxMessage
from app.voice import mails_board
from app.voice.jobs import followers
from app.voice.models import BlockerComment
from app.voice.operations import following, merging, telling
from app.voice.operations.triage import Placing, Wanted, triage
from tests.factories import make_person
from tests.voice.board_build import blocker
from tests.voice.build import date_today

pytestmark = pytest.mark.sqlite_only
COMPOSE = {
    telling.CHANGE: mails_board.compose_change,
    telling.OWNER: mails_board.compose_owner,
    telling.COMMENT: mails_board.compose_comment,
}


def letters():
    """The mails that are due, as they would be written now: (reader, subject, body)."""
    rows = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "mail").order_by(OutboxMessage.id))
    mails = [COMPOSE[row.payload["mail"]](row.payload) for row in rows]
    return [(mail.to[0], mail.subject, mail.body) for mail in mails if mail is not None]


def taken():
    found = letters()
    for row in db.session.scalars(select(OutboxMessage)):
        db.session.delete(row)
    db.session.commit()
    return {reader: (subject, body) for reader, subject, body in found}


def said(one, author, text="A word", on=None):
    day = on or date_today()
    made = BlockerComment(
        token=f"{one.id}-{text}-{day}", blocker_id=one.id, author_id=author and author.id, text=text, written_on=day
    )
    db.session.add(made)
    db.session.flush()
    return made


@pytest.fixture
def company(app):
    champion = make_person(given_name="Champ", email="champ@x.example", roles=(Role.CHAMPION,))
    others = ("owner", "follower", "writer")
    return champion, *(make_person(given_name=name.title(), email=f"{name}@x.example") for name in others)


def test_whoever_follows_owns_or_reported_it_hears_of_a_change_and_never_who_made_it(company):
    champion, owner, follower, writer = company
    one = blocker("Refunds wait", reporter_id=writer.id)
    for person in (champion, follower):
        following.follow(one, person)
    wanted = Wanted("understood", note="We looked into it.", placing=Placing(owner.email, "", None))
    change = triage(one, wanted, champion, 0, clock.now())
    telling.tell_followers(one, change, clock.now())  # twice is once
    db.session.commit()
    assert len(list(db.session.scalars(select(OutboxMessage)))) == 3
    told = taken()
    assert set(told) == {owner.email, follower.email, writer.email}
    subject, body = told[follower.email]
    assert subject == "Understood: “Refunds wait”"
    assert "It is “Understood” now; it was “New”." in body
    assert "We looked into it." in body
    assert f"/voice/blockers/{one.id}" in body
    assert "because you follow it" in body
    assert one.happens not in body
    assert "because you reported it" in told[writer.email][1]
    assert told[owner.email][0] == "You take care of “Refunds wait” now"

    triage(one, Wanted("fixed", we_did="It is automatic."), owner, 1, clock.now())
    following.unfollow(one, follower)
    writer.active = False
    db.session.commit()
    assert set(taken()) == {champion.email}  # written when it is sent: one stopped following, one has left


def test_both_owners_hear_when_a_blocker_changes_hands(company):
    champion, owner, _, writer = company
    one = blocker("Refunds wait", state="planned", owner_id=owner.id, target_on=date_today(), reporter_id=None)
    wanted = Wanted("planned", target_on=date_today(), placing=Placing(writer.email, "", None))
    triage(one, wanted, champion, 0, clock.now())
    db.session.commit()
    told = taken()
    assert told[writer.email][0] == "You take care of “Refunds wait” now"
    assert told[owner.email][0] == "“Refunds wait” is with somebody else now"
    assert set(told) == {writer.email, owner.email}


def test_a_merge_tells_each_once(company):
    champion, owner, follower, writer = company
    one, two = blocker("First", reporter_id=writer.id), blocker("Second", reporter_id=owner.id)
    following.follow(one, follower)
    following.follow(two, follower)
    merging.merge(one, two, champion, clock.now())
    db.session.commit()
    told = letters()
    assert sorted(reader for reader, *_ in told) == sorted((writer.email, owner.email, follower.email))
    bodies = {reader: body for reader, _, body in told}
    assert "It was merged into “Second”." in bodies[follower.email]
    assert "“First” was merged into it." in bodies[owner.email]


def test_a_word_is_quoted_when_it_has_a_name_and_told_a_day_later_when_it_has_none(company, monkeypatch):
    champion, _, follower, _ = company
    one = blocker("Refunds wait", anonymous=True)
    following.follow(one, follower)
    telling.tell_comment(one, said(one, champion, "Which form is it?"), clock.now())
    db.session.commit()
    told = taken()
    assert set(told) == {follower.email}
    assert "Which form is it?" in told[follower.email][1]

    secret = said(one, None, "The one for Ms Miller")
    assert telling.tell_comment(one, secret, clock.now()) == 0
    db.session.commit()
    assert not letters()  # a row of the outbox would say when its writer was there
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(days=1))
    monkeypatch.setattr(followers, "MORNING", 0)
    assert followers.tell_of_anonymous_words() == 1
    assert followers.tell_of_anonymous_words() == 1
    told = letters()
    assert [reader for reader, *_ in told] == [follower.email]
    assert "without a name has added something" in told[0][2]
    assert "Miller" not in told[0][2]
    monkeypatch.setattr(followers, "MORNING", 24)
    assert followers.tell_of_anonymous_words() == 0


real = clock.now
