"""The board of Larkspur: forty blockers and what became of them, told by the operations that people use.

What they say is in voice_blockers.yaml. Everything happens in the order of its days.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw
from pydantic import Field
from sqlalchemy import delete, select

from app.accounts.models import Person
from app.accounts.queries import find_person
from app.core.bulk import insert_rows
from app.core.content import Source, StrictModel
from app.core.db import db, insert_for
from app.core.outbox import OutboxMessage
from app.demo.company import Employee
from app.demo.voice_waves import at
from app.voice.models import Blocker, Follower, Process, Vote
from app.voice.operations import attaching, commenting, merging, reporting, triage, voting
from app.voice.operations.merging import Part
from app.voice.operations.reporting import Told
from app.voice.operations.triage import Placing, Wanted
from app.voice.rules.pictures import redraw

FOLDER = Path(__file__).parent
State = Literal["understood", "planned", "in_progress", "fixed", "wont_fix"]


class Comment(StrictModel):
    """What somebody said; `by` as at the top of the file."""

    ago: int
    by: str
    text: str


class Step(StrictModel):
    """A step of what became of it. The first one has an owner, given by the champion; the owner makes the others."""

    ago: int
    state: State
    owner: str = ""
    target: int | None = None  # days ago; below 0 is ahead
    note: str = ""
    reason: str = ""
    we_did: str = ""


class Merged(StrictModel):
    into: str
    ago: int


class Report(StrictModel):
    """A blocker as it was reported, and all that followed."""

    key: str
    title: str
    process: str
    by: str
    ago: int
    happens: str
    frequency: Literal["daily", "weekly", "monthly", "rarely"]
    effect: str = ""
    idea: str = ""
    anonymous: bool = False
    votes: int = 0
    met_in: list[str] = Field(default_factory=list)  # departments; everywhere, where none is named
    followers: int = 0
    followed_by: list[str] = Field(default_factory=list)  # sign-ins
    picture: str = ""  # what it shows
    comments: list[Comment] = Field(default_factory=list)
    story: list[Step] = Field(default_factory=list)
    merged: Merged | None = None


class Split(StrictModel):
    source: str = Field(alias="from")
    ago: int
    title: str
    process: str
    happens: str
    votes: int
    met_in: list[str]


class Named(StrictModel):
    """What a talk wants to have fixed, and what will show that it is."""

    text: str
    sign: str


class Board(StrictModel):
    """The file."""

    blockers: list[Report]
    split: Split
    from_talks: list[Named]


def read() -> Board:
    """Raises ContentError with all that is wrong."""
    return Source(FOLDER / "voice_blockers.yaml", FOLDER).load(Board)


class Teller:
    """Lets things happen on the board, one day after the other."""

    def __init__(self, people: Sequence[Employee], processes: Mapping[str, Process], seed: int, today: date) -> None:
        self.people = [one for one in people if one.active]
        self.processes = processes
        self.today = today
        self.rng = random.Random(f"{seed}/voice/board")  # noqa: S311 - a made-up board, not a secret
        self.blockers: dict[str, Blocker] = {}
        self._known: dict[int, Person] = {}
        self._parts = {one.part: one.person_id for one in self.people if one.part}
        self._reports = Counter(one.manager for one in self.people)
        self._departments: dict[str, list[Employee]] = defaultdict(list)
        for one in self.people:
            self._departments[one.department].append(one)

    def tell(self, board: Board) -> int:
        """Everything that is in the file; how many blockers there are now. No mail goes out for what is past."""
        for _, happen in sorted(self._events(board), key=lambda event: -event[0]):
            happen()
        voting.recount([one.id for one in self.blockers.values()])
        db.session.execute(delete(OutboxMessage).where(OutboxMessage.key.like("blocker-%")))
        db.session.expire_all()
        return len(self.blockers)

    def _events(self, board: Board) -> Iterator[tuple[int, Callable[[], object]]]:
        """Days ago, and what happened then; on one day in the order of the file, what was reported first."""
        for report in board.blockers:
            yield report.ago, partial(self._report, report)
        for report in board.blockers:
            for comment in report.comments:
                yield comment.ago, partial(self._comment, report, comment)
            for step in report.story:
                yield step.ago, partial(self._triage, report, step)
            if report.merged:
                yield report.merged.ago, partial(self._merge, report, report.merged)
        yield board.split.ago, partial(self._split, board.split)

    def _report(self, report: Report) -> None:
        told = Told(
            title=report.title,
            happens=report.happens,
            frequency=report.frequency,
            process_id=self.processes[report.process].id,
            effect=report.effect,
            idea=report.idea,
        )
        token, day = f"demo-{report.key}", self._day(report.ago)
        if report.anonymous:
            reporting.report_anonymously(told, token, day)
        else:
            reporting.report(told, token, self._person(self._someone(report.by, day)), day)
        made = db.session.execute(select(Blocker).where(Blocker.token == token)).scalar_one()
        self.blockers[report.key] = made
        self._vote(made, report.votes, report.met_in)
        self._follow(made, report.followers, report.followed_by)
        if report.picture:
            attaching.attach(made, redraw(_picture()), report.picture, token)

    def _vote(self, blocker: Blocker, votes: int, met_in: Sequence[str]) -> None:
        """So many meet it, too, without a trace of who; never whoever reported it."""
        meet = [one for name in met_in for one in self._departments[name]] or self.people
        drawn = [one.person_id for one in self.rng.sample(meet, min(votes + 1, len(meet)))]
        voters = [person_id for person_id in drawn if person_id != blocker.reporter_id][:votes]
        digests = voting.digests_of(blocker.id, voters)
        rows = [{"blocker_id": blocker.id, "digest": digest, "merge_id": None} for digest in sorted(digests)]
        if rows:
            insert_rows(Vote, rows)

    def _follow(self, blocker: Blocker, number: int, parts: Sequence[str]) -> None:
        some = [one.person_id for one in self.rng.sample(self.people, min(number, len(self.people)))]
        rows = [{"blocker_id": blocker.id, "person_id": one} for one in [*some, *map(self._part, parts)]]
        if rows:
            db.session.execute(insert_for(Follower).on_conflict_do_nothing(), rows)

    def _comment(self, report: Report, comment: Comment) -> None:
        blocker = self.blockers[report.key]
        token, day = f"demo-{report.key}-{comment.ago}-{len(comment.text)}", self._day(comment.ago)
        commenting.comment(blocker, self._author(blocker, comment.by, day), comment.text, token, day)

    def _author(self, blocker: Blocker, by: str, day: date) -> Person | None:
        """None is whoever reported it anonymously."""
        if by == "writer":
            return self._person(blocker.reporter_id) if blocker.reporter_id else None
        if by == "owner" and blocker.owner_id:
            return self._person(blocker.owner_id)
        return self._person(self._someone(by, day, besides=blocker.reporter_id))

    def _triage(self, report: Report, step: Step) -> None:
        blocker = self.blockers[report.key]
        placing = None
        by = blocker.owner_id or self._part("champion")
        if step.owner:
            owner = self._person(self._owner(step.owner))
            placing, by = Placing(owner.email, blocker.silo, blocker.driver_id), self._part("champion")
        wanted = Wanted(
            state=step.state,
            target_on=blocker.target_on if step.target is None else self._day(step.target),
            reason=step.reason,
            we_did=step.we_did,
            note=step.note,
            placing=placing,
        )
        triage.triage(blocker, wanted, self._person(by), blocker.revision, at(self._day(step.ago)))

    def _merge(self, report: Report, merged: Merged) -> None:
        source, target = self.blockers[report.key], self.blockers[merged.into]
        merging.merge(source, target, self._champion(), at(self._day(merged.ago), 11))

    def _split(self, split: Split) -> None:
        part = Part(split.title, split.happens, self.processes[split.process].id)
        whole, day = self.blockers[split.source], self._day(split.ago)
        made = merging.split(whole, part, "demo-split", self._champion(), at(day, 11))
        self.blockers["split"] = made
        self._vote(made, split.votes, split.met_in)

    def _day(self, ago: int) -> date:
        return self.today - timedelta(days=ago)

    def _champion(self) -> Person:
        return self._person(self._part("champion"))

    def _person(self, person_id: int) -> Person:
        """With the roles, which decide whether a comment answers a blocker."""
        if person_id not in self._known:
            found = find_person(person_id)
            if found is None:
                raise LookupError(f"there is no person {person_id}")
            self._known[person_id] = found
        return self._known[person_id]

    def _part(self, part: str) -> int:
        """One of the sign-ins; whoever leads the company where that one is not there any more."""
        return self._parts.get(part, self.people[0].person_id)

    def _someone(self, by: str, day: date, besides: int | None = None) -> int:
        """Somebody of a department who was there and is none of the sign-ins, or one of them by name."""
        there = [one for one in self._departments.get(by, ()) if not one.part and one.hire_date <= day]
        some = [one.person_id for one in there if one.person_id != besides]
        return self.rng.choice(some) if some else self._part(by)

    def _owner(self, owner: str) -> int:
        """See the top of the file. Where nobody leads a team there, it is the head."""
        rank, _, department = owner.partition(" of ")
        if not department:
            return self._part(owner)
        leads = [one for one in self._departments.get(department, ()) if self._reports[one.number]]
        if not leads:
            return self._part("executive")
        return (leads[0] if rank == "head" else self.rng.choice(leads[1:] or leads)).person_id


def _picture() -> bytes:
    """A list with a mark at its end, as somebody might have taken it from a screen."""
    image = Image.new("RGB", (480, 240), "#ffffff")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 480, 32), fill="#274156")
    for line in range(6):
        top = 50 + line * 30
        draw.rectangle((20, top, 60 + 37 * (line * 5 % 7), top + 10), fill="#c7ced6")
        draw.rectangle((360, top, 440, top + 10), fill="#c2413b" if line == 4 else "#dfe4e9")
    content = BytesIO()
    image.save(content, "PNG")
    return content.getvalue()
