"""Merging and splitting: everyone counts once, undoing brings back what was, and nothing tells who voted."""

import random
import re

import pytest
from sqlalchemy import func, select

from app.accounts.models import Role
from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.voice.models import Blocker, BlockerChange, Follower, Merge, Vote
from app.voice.operations import following, merging, voting
from app.voice.queries.triage import merge_candidates
from tests.factories import make_person, sign_in
from tests.voice.board_build import blocker, process, voted


def followers(one):
    return set(db.session.scalars(select(Follower.person_id).where(Follower.blocker_id == one.id)))


def merged(source, target, by):
    made = merging.merge(source, target, by, clock.now())
    db.session.commit()
    return made


def undone(source, by):
    there = merging.standing_merge(source)
    target = db.session.get(Blocker, there.target_id)
    found = merging.undo(source, target, there.id, by, clock.now())
    db.session.commit()
    return found


class Board:
    """What should be counted: for each blocker who voted for it itself, and what it is a part of.

    Whoever reported it by name has no vote for it, unless they voted for one of its parts.
    """

    def __init__(self, blockers):
        self.blockers = blockers
        self.votes = {one.id: set() for one in blockers}
        self.into = {one.id: None for one in blockers}
        self.reporter = {one.id: one.reporter_id for one in blockers}

    def people(self, here):
        """Everyone who voted for it or one of its parts."""
        parts = (self.people(one) for one, into in self.into.items() if into == here)
        return self.votes[here].union(*parts)

    def root(self, here):
        return here if self.into[here] is None else self.root(self.into[here])

    def vote(self, here, person_id):
        root = self.root(here)
        if person_id not in self.people(root) | {self.reporter[root]}:
            self.votes[root].add(person_id)

    def check(self):
        for one in self.blockers:
            db.session.refresh(one)
            rows = db.session.scalar(select(func.count()).select_from(Vote).where(Vote.blocker_id == one.id))
            assert one.votes == rows
            if self.into[one.id] is None:
                assert one.votes == len(self.people(one.id))


def test_after_any_votes_merges_and_undoings_everyone_counts_once(app):
    people = [make_person() for _ in range(9)]
    for seed in range(3 if db.engine.dialect.name == "sqlite" else 2):
        chance = random.Random(seed)
        named = [blocker(reporter_id=one.id) for one in people[:3]]
        board = Board([*named, blocker(anonymous=True), blocker(anonymous=True)])
        for one in board.blockers:
            some = chance.sample(people, 4)
            voted(one, some)
            for person in some:
                board.vote(one.id, person.id)
        before, done = {one.id: one.votes for one in board.blockers}, []
        for step in range(12):
            standing = [one for one in board.blockers if board.into[one.id] is None]
            source, target = chance.sample(standing, 2) if len(standing) > 1 else (None, None)
            could_undo = [one for one in board.blockers if board.into[one.id] and not board.into[board.into[one.id]]]
            if source and (step < 3 or chance.random() < 0.4):
                merged(source, target, people[0])
                board.into[source.id] = target.id
                done.append(source)
            elif could_undo and chance.random() < 0.5:
                one = chance.choice(could_undo)
                assert undone(one, people[0])
                board.into[one.id] = None
                done.remove(one)
            elif seed:
                one, person = chance.choice(board.blockers), chance.choice(people)
                voted(one, [person])
                board.vote(one.id, person.id)
            board.check()
        for one in reversed(done):
            undone(one, people[0])
            board.into[one.id] = None
            board.check()
        if not seed:  # nobody voted in between: all is as it was
            assert {one.id: one.votes for one in board.blockers} == before


def test_votes_of_an_earlier_key_count_once_and_those_of_a_lost_one_stay(app):
    ann, bob, cid = (make_person() for _ in range(3))
    source, target = blocker(anonymous=True), blocker(anonymous=True)
    key = app.config["SECRET_KEY"]
    app.config["SECRET_KEY"] = "lost"
    voted(source, [cid])
    app.config["SECRET_KEY"] = key
    voted(source, [ann, bob])
    app.config.update(SECRET_KEY="new", SECRET_KEY_FALLBACKS=[key])
    voted(target, [ann])
    assert (source.votes, target.votes) == (3, 1)
    merged(source, target, ann)
    assert target.votes == 3  # ann once, bob, and the one that fits nobody
    voted(target, [bob])
    assert target.votes == 3
    undone(source, ann)
    assert (source.votes, target.votes) == (3, 1)


def test_a_merge_is_one_however_often_it_is_asked_for_and_goes_round_in_no_circle(app):
    ann = make_person()
    one, two, three, draft = blocker(), blocker(), blocker(), blocker(state="draft")
    first = merged(one, two, ann)
    assert merged(one, two, ann).id == first.id
    assert db.session.scalar(select(func.count()).select_from(Merge)) == 1
    for source, target, refusal in ((one, three, Conflict), (two, one, Conflict), (three, three, Invalid)):
        with pytest.raises(refusal):
            merging.merge(source, target, ann, clock.now())
        db.session.rollback()
    for source, target in ((draft, two), (two, draft)):
        with pytest.raises(Conflict):
            merging.merge(source, target, ann, clock.now())
        db.session.rollback()
    second = merged(two, three, ann)
    with pytest.raises(Conflict):  # undone from the outside inwards
        merging.undo(one, two, first.id, ann, clock.now())
    db.session.rollback()
    assert not merging.undo(two, three, first.id, ann, clock.now())  # another merge than the page showed
    assert merging.undo(two, three, second.id, ann, clock.now())
    assert not merging.undo(two, three, second.id, ann, clock.now())  # a second click
    assert merging.undo(one, two, first.id, ann, clock.now())
    db.session.commit()
    assert one.merged_into_id is None
    third = merged(one, three, ann)
    assert third.id != first.id


def test_followers_come_along_and_only_those_who_came_leave_again(app):
    ann, bob, cid, dan, eve = (make_person() for _ in range(5))
    one, two, target = blocker(), blocker(), blocker()
    for source, some in ((one, (ann, bob, eve)), (two, (bob, cid)), (target, (cid, dan))):
        for person in some:
            following.follow(source, person)
    merged(one, target, ann)
    merged(two, target, ann)
    assert followers(target) == {one.id for one in (ann, bob, cid, dan, eve)}
    following.unfollow(one, eve)  # of what it is a part of
    undone(one, ann)
    assert followers(target) == {bob.id, cid.id, dan.id}  # bob follows the other part
    assert followers(one) == {ann.id, bob.id}
    undone(two, ann)
    assert followers(target) == {cid.id, dan.id}
    assert followers(two) == {bob.id, cid.id}


def test_a_part_becomes_a_blocker_of_its_own_and_one_merge_brings_it_back(app):
    ann, bob = make_person(), make_person()
    whole = blocker(process_id=process("Billing").id, votes=2)
    following.follow(whole, bob)
    part = merging.Part("Only the second half", "It stops there.", whole.process_id)
    made = merging.split(whole, part, "token-of-the-form", ann, clock.now())
    assert merging.split(whole, part, "token-of-the-form", ann, clock.now()).id == made.id
    db.session.commit()
    assert (made.votes, made.state, made.split_from_id, made.reporter_id) == (0, "new", whole.id, whole.reporter_id)
    assert followers(made) == {bob.id}
    told = [row.what for row in db.session.scalars(select(BlockerChange).order_by(BlockerChange.id))]
    assert [next(iter(what)) for what in told] == ["split_from", "split"]
    assert [row.id for row in merge_candidates(whole, "second half")] == [made.id]
    voted(made, [bob])
    merged(made, whole, ann)
    assert whole.votes == 3
    with pytest.raises(Invalid) as refused:
        merging.split(whole, merging.Part("x" * 161, "", 2**31 - 1), "another-token", ann, clock.now())
    assert set(refused.value.fields) == {"title", "happens", "process_id"}
    with pytest.raises(Conflict):
        merging.split(made, part, "another-token", ann, clock.now())


def test_the_order_of_rows_and_the_page_before_tell_nothing_of_who_voted(app):
    people = [make_person() for _ in range(12)]
    source, target, small = blocker(anonymous=True), blocker(anonymous=True), blocker(anonymous=True)
    voted(source, people[:8])
    voted(target, people[5:])
    voted(small, people[:2])
    assert merging.together(source, target) == merging.Together(8, 7, 3)
    assert merging.together(source, target).all == 12
    assert merging.together(small, target).both is None  # with so few, it would say whether they are among them
    assert merging.together(target, small).all is None
    within, apart = blocker(anonymous=True), blocker(anonymous=True)
    voted(within, people[:5])
    voted(apart, people[8:])
    voted(apart, [make_person()])
    assert merging.together(within, source) == merging.Together(5, 8, None)  # all of them: it would say so of each
    assert merging.together(apart, source) == merging.Together(5, 8, None)  # none of them: the same
    merged(source, target, people[0])
    came = list(db.session.scalars(select(Vote.digest).where(Vote.merge_id.is_not(None)).order_by(Vote.digest)))
    everyone = [person.id for person in people]
    assert not {*came} & set(voting.digests_of(source.id, everyone))  # the two keys have nothing in common
    if db.engine.dialect.name == "postgresql":  # rows lie as they came: in the order of their digests
        stored = select(Vote.digest).where(Vote.merge_id.is_not(None)).order_by(func.text("ctid"))
        assert sorted(db.session.scalars(stored)) == came
    told = [what for what in db.session.scalars(select(BlockerChange.what)) if "merged" in what]
    assert all(not what["merged"]["followers"] for what in told)  # voting made nobody a follower


def test_merging_tells_of_no_reporter_whether_they_voted(app):
    champion, ann, *others = (make_person() for _ in range(9))
    for crowd in ((), others[:2], others):
        for end in ("source", "target"):
            counted = []
            for votes_too in (False, True):
                named, other = blocker(reporter_id=ann.id), blocker(anonymous=True)
                voted(other, [*crowd, ann] if votes_too else [*crowd, make_person()])
                source, target = (named, other) if end == "source" else (other, named)
                before = merging.together(source, target)
                merged(source, target, champion)
                counted.append((before, target.votes))
                undone(source, champion)
                assert (named.votes, other.votes) == (0, len(crowd) + 1)
            assert counted[0] == counted[1], (crowd, end)
            assert counted[0][1] == len(crowd) + 1
    merged(named, other, champion)
    voted(named, [ann])  # what is said at the first one counts at the other, once
    assert other.votes == len(others) + 1
    whole = blocker(reporter_id=ann.id)
    part = merging.split(whole, merging.Part("A half", "It stops.", None), "a-token-of-a-split", champion, clock.now())
    db.session.commit()
    assert part.reporter_id == ann.id
    merged(part, other, champion)
    assert other.votes == len(others) + 1


@pytest.mark.sqlite_only
def test_the_pages_of_merging_and_splitting(app):
    champion, stranger = make_person(roles=(Role.CHAMPION,)), make_person()
    billing = process("Billing")
    source = blocker("Invoices <b>wait</b>", process_id=billing.id)
    target = blocker("Invoices come late", process_id=billing.id)
    both = make_person()
    voted(target, [both, *(make_person() for _ in range(5))])
    voted(source, [both, *(make_person() for _ in range(5))])
    here = f"/voice/blockers/{source.id}"
    client = sign_in(app.test_client(), stranger)
    for path in ("merge", "split"):
        assert client.get(f"{here}/{path}").status_code == 403
    client = sign_in(app.test_client(), champion)
    page = client.get(f"{here}/merge")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]

    def post(path, **data):
        return client.post(f"{here}/{path}", data={"csrf_token": token, **data})

    assert client.get("/voice/blockers/999999/merge").status_code == 404
    assert target.title in page.text
    assert "Invoices &lt;b&gt;wait" in page.text
    assert "holds all of these words" in client.get(f"{here}/merge?q=zebra%00").text
    assert target.title in client.get(f"{here}/merge?q=late").text
    compared = client.get(f"{here}/merge?target={target.id}").text
    assert "6 people voted for the first one and 6 people for the other" in compared
    assert "1 of them is the same person and counts once: 11 people together" in compared
    assert "they can vote for it themselves" in compared
    assert "it could tell who voted" in client.get(f"{here}/merge?target={blocker(anonymous=True).id}").text
    assert client.get(f"{here}/merge?target=x").status_code == 200
    assert post("merge", target="99999999999999").status_code == 422
    assert post("merge", target=source.id).status_code == 422
    assert post("merge", target=target.id).status_code == 303
    assert post("merge", target=target.id).status_code == 303
    assert target.votes == 11
    third = blocker()
    assert "in the meantime" in post("merge", target=third.id).text
    merge_id = db.session.scalar(select(Merge.id))
    assert f'name="merge" value="{merge_id}"' in client.get(f"/voice/blockers/{target.id}/triage").text
    assert post("unmerge", merge="").status_code == 404
    for _ in range(2):
        assert post("unmerge", merge=merge_id).status_code == 303
    assert (target.votes, source.merged_into_id) == (6, None)

    form = client.get(f"{here}/split").text
    given = {"token": re.search(r'name="token"[^>]* value="([^"]+)"', form)[1], "process_id": str(billing.id)}
    refused = post("split", **given, title="Half", happens="")
    assert refused.status_code == 422
    assert 'value="Half"' in refused.text
    assert "Say what happens." in refused.text
    assert post("split", **given, title="Half", happens="x" * 100_000).status_code == 422
    assert post("split", **given | {"process_id": "9" * 30}, title="Half", happens="It stops.").status_code == 422
    for _ in range(2):
        assert post("split", **given, title="Half", happens="It stops.\0").status_code == 303
    part = db.session.scalars(select(Blocker).where(Blocker.split_from_id == source.id)).one()
    assert "Merge it back into" in client.get(f"/voice/blockers/{part.id}/triage").text
