"""One vote a person, which nothing in the database leads back to them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import current_app
from sqlalchemy import func, select

from app.accounts.models import Person
from app.core.db import db, writing
from app.core.errors import Conflict
from app.voice.models import Blocker, Follower, Vote
from app.voice.operations import voting
from tests.factories import make_person
from tests.voice.board_build import Visitor, blocker, voted


def votes(one: Blocker) -> tuple[int, int]:
    """Rows, and what the blocker says."""
    rows = db.session.scalar(select(func.count()).select_from(Vote).where(Vote.blocker_id == one.id))
    return rows, db.session.get(Blocker, one.id, populate_existing=True).votes


def test_a_person_counts_once_by_whatever_key(app, count_statements):
    ann, bob, one, other = make_person(), make_person(), blocker(anonymous=True), blocker()
    voted(one, [ann, ann, bob])
    assert votes(one) == (2, 2)
    assert not db.session.scalar(select(func.count()).select_from(Follower))
    current_app.config.update(SECRET_KEY="a new key", SECRET_KEY_FALLBACKS=["tests-only"])
    voted(one, [ann])  # known by the earlier key
    assert votes(one) == (2, 2)
    voted(other, [ann])
    ids, ann_id, bob_id = [one.id, other.id], ann.id, bob.id
    with count_statements() as seen:
        assert voting.votes_of(ann_id, [*ids, 999]) == set(ids)
        assert voting.votes_of(bob_id, ids) == {ids[0]}
        assert voting.votes_of(bob_id, []) == set()
    assert len(seen) == 2
    for _ in range(2):
        voting.take_back(one, ann)
        db.session.commit()
    assert votes(one) == (1, 1)
    assert voting.votes_of(ann.id, [one.id]) == set()


def test_votes_go_to_what_a_blocker_was_merged_into_and_closed_ones_take_none(app):
    ann, end = make_person(), blocker()
    middle = blocker(merged_into_id=end.id)
    first = blocker(merged_into_id=middle.id)
    voted(first, [ann, make_person()])
    assert (votes(first), votes(middle), votes(end)) == ((0, 0), (0, 0), (2, 2))
    assert voting.take_back(first, ann).id == end.id
    assert votes(end) == (1, 1)
    for state in ("fixed", "wont_fix"):
        with pytest.raises(Conflict, match="closed"):
            voting.vote(blocker(state=state), ann)


def test_whoever_reported_it_by_name_counts_without_a_vote(app):
    ann = make_person()
    one = blocker(reporter_id=ann.id)
    voted(one, [ann])
    assert votes(one) == (0, 0)


def test_clicks_at_once_are_one_vote(fresh_app):
    app = fresh_app("migrated")
    with app.app_context():
        people, one = [make_person().id for _ in range(3)], blocker().id

    def press(person_id: int) -> None:
        with app.app_context(), writing():
            voting.vote(db.session.get_one(Blocker, one), db.session.get_one(Person, person_id))
            db.session.commit()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(press, people * 4))
    with app.app_context():
        assert votes(db.session.get_one(Blocker, one)) == (3, 3)


@pytest.mark.sqlite_only
def test_the_buttons_of_the_page(app):
    ann, one, draft = make_person(), blocker(), blocker(state="draft")
    client = Visitor(app, ann)
    page = f"/voice/blockers/{one.id}"
    for _ in range(2):
        assert client.post(f"{page}/vote").location == page
    shown = client.get(page)
    assert "2 people meet this" in shown
    assert "nobody can see that it is you" in shown
    assert client.post(f"{page}/follow").status_code == client.post(f"{page}/follow").status_code == 303
    assert "Stop following" in client.get(page)
    client.post(f"{page}/unvote")
    client.post(f"{page}/unfollow")
    shown = client.get(page)
    assert "1 person meets this" in shown
    assert "I meet this too" in shown
    for action in ("vote", "unvote", "follow", "unfollow", "comments", "pictures"):
        assert client.post(f"/voice/blockers/{draft.id}/{action}").status_code == 404
    closed = blocker(state="fixed")
    assert client.post(f"/voice/blockers/{closed.id}/vote").status_code == 409
    assert "I meet this too" not in client.get(f"/voice/blockers/{closed.id}")
