"""Take one blocker into another, count everyone once, and undo it; make a blocker of its own out of a part.

Votes of two blockers can't be compared: their keys differ. So everybody who works here is tried under both keys. What
comes of it leaves this file as a number only, and `together` not even tells that where it would point at some.

Who reported a blocker by name is known to all. So a reporter is never tried against the votes, or merging would tell
of a named colleague whether they voted: they are counted as the reporter of their own one, and may vote themselves.

One thing stays, as everyone has to count once: the votes of a target before and after a merge tell how many of the
source were new there. Where only very few voted for the source, and a champion knows from elsewhere who, that number
can tell about those few. Merging is no quiet way to find out: both histories keep it, and followers are told of it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from app.accounts.models import Person
from app.core import clock, search
from app.core.db import db, insert_for
from app.core.errors import Conflict, Invalid
from app.voice.models import Blocker, BlockerChange, Follower, Merge, Process, Vote
from app.voice.operations import sealing, telling, voting
from app.voice.operations.triage import note_change

FEWEST = 5  # people of each of the two, for how many meet both to be told
LONGEST_TITLE, LONGEST_TEXT = 160, 5_000


@dataclass(frozen=True, slots=True)
class Together:
    """How many people voted for each of two blockers, and for both of them; None where that would point at some."""

    source: int
    target: int
    both: int | None

    @property
    def all(self) -> int | None:
        return None if self.both is None else self.source + self.target - self.both


def together(source: Blocker, target: Blocker) -> Together:
    """How many votes two blockers would have together. Three statements.

    How many voted for both is told only where many voted for each, and some but not all of the fewer for both: “none”
    and “all” would say of everyone who is known to have voted for one whether they voted for the other.
    """
    everybody = _everybody()
    (one, more), (other, others) = _people_of(source, everybody), _people_of(target, everybody)
    both, fewer = len(one & other), min(len(one), len(other))
    told = fewer >= FEWEST and 0 < both < fewer
    return Together(len(one) + len(more), len(other) + len(others), both if told else None)


def _everybody() -> list[int]:
    return list(db.session.scalars(select(Person.id)))


def _people_of(blocker: Blocker, everybody: Collection[int]) -> tuple[set[int], set[bytes]]:
    """Those who voted for it; whoever reported it by name only if they voted, too.

    And the votes that fit nobody: they were made under a secret key that is known no more.
    """
    votes = set(db.session.scalars(select(Vote.digest).where(Vote.blocker_id == blocker.id)))
    known = voting.digests_of(blocker.id, everybody) if votes else {}
    return {known[digest] for digest in votes if digest in known}, votes - known.keys()


def merge(source: Blocker, target: Blocker, by: Person, now: datetime) -> Merge:
    """Take `source` into `target`, with its votes and followers. The same two a second time change nothing.

    Raises Conflict where one of them was merged otherwise in the meantime.
    """
    _lock(source, target)
    there = standing_merge(source)
    if there is not None and there.target_id == target.id:
        return there
    _refuse(source, target)
    statement = insert_for(Merge).values(source_id=source.id, target_id=target.id, merged_by_id=by.id, merged_at=now)
    statement = statement.on_conflict_do_nothing(index_elements=["source_id"], index_where=Merge.undone_at.is_(None))
    merge_id = db.session.scalar(statement.returning(Merge.id))
    if merge_id is None:
        raise Conflict(f"“{source.title}” was merged into another one in the meantime.")
    source.merged_into_id = target.id
    source.revision += 1
    _carry(source, target, merge_id)
    came = _bring_followers(source, target)
    _recount(target)
    _tell(source, target, by, now, words=("merged_into", "merged"), more={"merge": merge_id, "followers": came})
    return db.session.get_one(Merge, merge_id)


def _lock(*blockers: Blocker) -> None:
    """Always in the same order, so that two of them never wait for each other."""
    for blocker in sorted(blockers, key=lambda one: one.id):
        db.session.refresh(blocker, with_for_update=True)


def _refuse(source: Blocker, target: Blocker) -> None:
    if "draft" in {source.state, target.state}:
        raise Conflict("A draft is not on the board yet, so it can’t be merged.")
    if source.id == target.id:
        raise Invalid("A blocker can’t be merged into itself. Choose another one.")
    if source.merged_into_id is not None:
        raise Conflict(f"“{source.title}” was merged into another one in the meantime.")
    if target.merged_into_id is not None:
        raise Conflict(f"“{target.title}” is itself a part of another one now. Choose that one.")


def standing_merge(source: Blocker) -> Merge | None:
    """The merge that holds for a blocker that was taken into another one."""
    return db.session.scalar(select(Merge).where(Merge.source_id == source.id, Merge.undone_at.is_(None)))


def _carry(source: Blocker, target: Blocker, merge_id: int, only: Collection[int] | None = None) -> None:
    """Give the voters of `source` (of `only`, when given) a vote for `target` where they have none there.

    Who reported either of the two by name makes no difference: a reporter gets no vote for it, and loses none.
    However few the voters are, all of them are taken along; what that can tell is said at the top of this file.
    Votes that fit nobody are taken along as they are. All of them in the order of their digests: the table must not
    tell who is who by the order in which rows came.
    """
    everybody = _everybody()
    people, unknown = _people_of(source, everybody)
    wanted = people - _people_of(target, everybody)[0]
    if only is not None:
        wanted, unknown = wanted & set(only), set()
    key = sealing.vote_keys(target.id)[0]
    digests = sorted({sealing.vote_digest(key, one) for one in wanted} | unknown)
    if digests:
        rows = [{"blocker_id": target.id, "digest": digest, "merge_id": merge_id} for digest in digests]
        db.session.execute(insert_for(Vote).on_conflict_do_nothing(), rows)


def _recount(target: Blocker) -> None:
    db.session.flush()
    voting.recount([target.id])
    db.session.refresh(target)


def _bring_followers(source: Blocker, target: Blocker) -> list[int]:
    """Whoever follows the source follows the target. Ids of those who do so only because of merges."""
    of_source, of_target = _followers(source), _followers(target)
    came_before = {one for came in _who_came(target).values() for one in came}
    rows = [{"blocker_id": target.id, "person_id": one} for one in sorted(of_source - of_target)]
    if rows:
        db.session.execute(insert_for(Follower).on_conflict_do_nothing(), rows)
    return sorted(of_source - (of_target - came_before))


def _who_came(target: Blocker) -> dict[int, list[int]]:
    """Of each merge into the target that holds, the followers that it brought; see `_tell`."""
    standing = {merge.id for merge in _merged_into(target)}
    changes = select(BlockerChange.what).where(BlockerChange.blocker_id == target.id)
    notes = [what["merged"] for what in db.session.scalars(changes) if "merged" in what] if standing else []
    return {note["merge"]: note["followers"] for note in notes if note["merge"] in standing}


def _tell(
    source: Blocker,
    target: Blocker,
    by: Person,
    now: datetime,
    *,
    words: tuple[str, str],
    more: Mapping[str, Any],
) -> None:
    """Both histories say it, and everyone hears of it once."""
    change = note_change(source, by, {words[0]: _named(target)}, "", now)
    telling.tell_followers(source, change, now)
    told = [one for one in telling.readers_of(source) if one is not None]
    change = note_change(target, by, {words[1]: {**_named(source), **more}}, "", now)
    telling.tell_followers(target, change, now, without=told)


def _named(blocker: Blocker) -> dict[str, Any]:
    return {"blocker": blocker.id, "title": blocker.title}


def undo(source: Blocker, target: Blocker, merge_id: int, by: Person, now: datetime) -> bool:
    """Take a merge back: its votes and followers go, those that came otherwise stay. False when it is undone already.

    Whoever voted for another part that is still merged stays counted for that one. Raises Conflict when the target was
    itself merged since.
    """
    _lock(source, target)
    there = standing_merge(source)
    if there is None or there.id != merge_id or there.target_id != target.id:
        return False
    if target.merged_into_id is not None:
        raise Conflict(f"“{target.title}” is itself a part of another one now. Undo that first.")
    came = _who_came(target)
    gone = _take_votes_back(target, merge_id)
    there.undone_at, there.undone_by_id = now, by.id
    source.merged_into_id = None
    source.revision += 1
    db.session.flush()
    for other in _merged_into(target):
        _carry(db.session.get_one(Blocker, other.source_id), target, other.id, only=gone)
    brought = set(came.pop(merge_id, ()))
    _unfollow(source, brought - _followers(target))  # they follow neither any more
    _unfollow(target, brought - {one for others in came.values() for one in others})
    _recount(target)
    _tell(source, target, by, now, words=("unmerged_from", "unmerged"), more={"merge": merge_id})
    return True


def _take_votes_back(target: Blocker, merge_id: int) -> set[int]:
    """Delete the votes that a merge brought. Whose they were."""
    digests = set(db.session.scalars(select(Vote.digest).where(Vote.merge_id == merge_id)))
    known = voting.digests_of(target.id, _everybody()) if digests else {}
    db.session.execute(delete(Vote).where(Vote.merge_id == merge_id))
    return {known[digest] for digest in digests if digest in known}


def _merged_into(target: Blocker) -> list[Merge]:
    statement = select(Merge).where(Merge.target_id == target.id, Merge.undone_at.is_(None)).order_by(Merge.id)
    return list(db.session.scalars(statement))


def _followers(blocker: Blocker) -> set[int]:
    return set(db.session.scalars(select(Follower.person_id).where(Follower.blocker_id == blocker.id)))


def _unfollow(blocker: Blocker, people: Collection[int]) -> None:
    db.session.execute(delete(Follower).where(Follower.blocker_id == blocker.id, Follower.person_id.in_(people)))


@dataclass(frozen=True, slots=True)
class Part:
    """What a part of a blocker says by itself."""

    title: str
    happens: str
    process_id: int | None


def split(blocker: Blocker, part: Part, token: str, by: Person, now: datetime) -> Blocker:
    """A blocker of its own out of a part, without votes. The same form a second time makes no second one.

    Whoever follows the whole follows the part, and whoever reported the whole by name reported the part.
    """
    _lock(blocker)
    if blocker.state == "draft" or blocker.merged_into_id is not None:
        raise Conflict("This blocker was merged into another one. Undo that first, or split that one.")
    _check_part(part)
    today = clock.today_in("", now)
    statement = insert_for(Blocker).values(
        token=token,
        title=part.title,
        happens=part.happens,
        process_id=part.process_id,
        frequency=blocker.frequency,
        effect="",
        idea="",
        silo=blocker.silo,
        driver_id=blocker.driver_id,
        reporter_id=blocker.reporter_id,
        reported_on=today,
        state="new",
        state_on=today,
        reason="",
        we_did="",
        votes=0,
        split_from_id=blocker.id,
        revision=0,
    )
    made = db.session.scalar(statement.on_conflict_do_nothing(index_elements=["token"]).returning(Blocker.id))
    if made is None:
        return db.session.scalars(select(Blocker).where(Blocker.token == token)).one()
    found = db.session.get_one(Blocker, made)
    _introduce(found, blocker, by, now)
    return found


def _check_part(part: Part) -> None:
    wrong = {}
    if not part.title:
        wrong["title"] = "Say in a few words what this part is about."
    if not part.happens:
        wrong["happens"] = "Say what happens."
    for name, text, room in (("title", part.title, LONGEST_TITLE), ("happens", part.happens, LONGEST_TEXT)):
        if len(text) > room:
            wrong[name] = f"There is room for {room:,} characters; this has {len(text):,}."
    if part.process_id is not None and db.session.get(Process, part.process_id) is None:
        wrong["process_id"] = "This process is not there any more. Choose another one."
    if wrong:
        raise Invalid("", wrong)


def _introduce(part: Blocker, whole: Blocker, by: Person, now: datetime) -> None:
    search.index("blocker", str(part.id), part.title, part.happens)
    _bring_followers(whole, part)
    note_change(part, by, {"split_from": _named(whole)}, "", now)
    change = note_change(whole, by, {"split": _named(part)}, "", now)
    telling.tell_followers(whole, change, now)
