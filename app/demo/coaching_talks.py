"""What is talked about and agreed in coaching sessions, written down as rows."""

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.coaching.models import PrivateNote, SessionRating
from app.demo import coaching_truth as truth
from app.demo import coaching_words as words
from app.demo.coaching_agenda import Meeting
from app.demo.coaching_book import Book, Row, at
from app.demo.coaching_rubric import NPS, Item
from app.demo.coaching_staff import Coached
from app.demo.trails import at as local
from app.learning.models import Assignment

FIRST_MINUTE, APART = 9 * 60, 45  # the first talk of a supervisor's day, and how far the next ones are from each other
PLACES = ("", "", "Video call", "Small meeting room")
SCRIPTED_DAYS = 14  # until what a scripted talk agreed is due


@dataclass(frozen=True)
class Module:
    """A course that can be agreed, and who completed it when."""

    course_id: int
    slug: str
    title: str
    completed: Mapping[int, date]


@dataclass
class Talker:
    """Holds the sessions of all supervisors. Gaps that are open are kept by person and metric."""

    rubric: Mapping[str, Item]
    modules: Sequence[Module]
    book: Book
    rng: random.Random
    today: date
    open_gaps: dict[Coached, dict[str, Row]] = field(default_factory=lambda: defaultdict(dict))
    left: dict[Coached, list[Row]] = field(default_factory=lambda: defaultdict(list))  # actions of the last session
    slots: Counter[tuple[int, date]] = field(default_factory=Counter)
    assigned: set[tuple[int, int]] = field(default_factory=set)

    def meet(self, meeting: Meeting) -> None:
        """Write down one talk, whatever became of it."""
        who, lead = meeting.who, meeting.who.lead
        slot, zone = self.slots[lead.id, meeting.day], ZoneInfo(lead.person.time_zone)
        self.slots[lead.id, meeting.day] += 1
        starts_at = local(meeting.day, FIRST_MINUTE + APART * slot, zone).astimezone(UTC)
        session = self.book.session(who.id, lead.id, starts_at, place=self.rng.choice(PLACES))
        if not meeting.scripted and self.rng.random() < lead.quality.topics and meeting.state != "cancelled":
            self._bring_topic(meeting, session)
        if meeting.state == "cancelled":
            session.update(state="cancelled", sequence=1, cancelled_because=words.pick("cancelled", self.rng))
        elif meeting.state == "held":
            self._hold(meeting, session)

    def _bring_topic(self, meeting: Meeting, session: Row) -> None:
        day = min(meeting.day, self.today) - timedelta(days=self.rng.randint(1, 6))
        text = words.pick("topic" if meeting.who.frontline else "topic other", self.rng)
        topic = self.book.topic(meeting.who.id, text, day, session if meeting.state == "held" else None)
        if meeting.state == "held":
            session["agenda"] = [{"kind": "topic", "text": topic["text"]}]

    def _hold(self, meeting: Meeting, session: Row) -> None:
        who, quality = meeting.who, meeting.who.lead.quality
        ended = session["starts_at"] + timedelta(minutes=session["minutes"] + self.rng.randint(5, 30))
        written = min(ended + timedelta(days=self.rng.randint(0, quality.record_days)), at(self.today, 0))
        session.update(state="held", held_at=written, revision=self.rng.randint(3, 12))
        gaps = sorted(self.open_gaps[who].values(), key=lambda gap: (gap["coached_on"] is not None, gap["id"]))
        focus = gaps[0] if gaps else None
        session["agenda"] = self._agenda(who, gaps, session["agenda"] or [], meeting.day)
        self._write(who, session, focus)
        self.left[who] = self._agree(meeting, session, gaps)
        self._answer(meeting, session)
        if self.rng.random() < quality.private:
            note = {"text": words.pick("private", self.rng), "saved_at": written}
            self.book.add(PrivateNote, session_id=session["id"], author_id=session["supervisor_id"], **note)

    def _agenda(self, who: Coached, gaps: Sequence[Row], topics: list[Row], day: date) -> list[Row]:
        """Kinds and texts, as they are kept with a record."""
        found = [{"kind": "gap", "text": self._gap_in_words(gap)} for gap in gaps]
        found += [{"kind": "action", "text": _action_in_words(action, day)} for action in self.left[who]]
        return found + topics

    def _gap_in_words(self, gap: Row) -> str:
        if gap["metric"] == NPS:
            said = f"{round(gap['value'])} points from {gap['n']} responses, asked for {round(gap['target'])} points"
            return f"Customers’ NPS: {said} or more"
        said = f"{gap['value']:.1f} levels from {gap['n']} observations, asked for {gap['target']:.1f} levels"
        return f"{self.rubric[gap['metric']].name}: {said} or more"

    def _write(self, who: Coached, session: Row, focus: Row | None) -> None:
        """The notes by GROW; supervisors who coach poorly mostly leave it at a line."""
        rng, quality = self.rng, who.lead.quality
        if rng.random() > quality.held:
            session["note"] = words.pick("brief", rng)
            return
        about, filled = "strength" if who.frontline else "other", {"behaviour": "", "level": ""}
        if focus and focus["metric"] == NPS:
            about = "customers"
        elif focus:
            about, item = "gap", self.rubric[focus["metric"]]
            filled = {"behaviour": item.name, "level": item.levels[min(5, max(1, round(focus["value"]))) - 1]}
        for part in ("goal", "reality", "options", "will"):
            session[part] = words.pick(f"{part} {about}", rng, **filled)
        if rng.random() < 0.25:
            session["note"] = words.pick("note", rng)

    def _agree(self, meeting: Meeting, session: Row, gaps: Sequence[Row]) -> list[Row]:
        who, quality = meeting.who, meeting.who.lead.quality
        if meeting.scripted:
            return [self._action(who, session, gap, "practice", open_still=True) for gap in gaps[:1]]
        number = int(quality.actions) + (self.rng.random() < quality.actions % 1)
        if not gaps and self.rng.random() < 0.5:
            number = 0
        found = []
        for place in range(number):
            kind = self.rng.choices(list(truth.KINDS), [kind.share for kind in truth.KINDS.values()])[0]
            found.append(self._action(who, session, gaps[place] if place < len(gaps) else None, kind))
        return found

    def _action(self, who: Coached, session: Row, gap: Row | None, kind: str, open_still: bool = False) -> Row:
        rng, day = self.rng, session["held_at"].date()
        module = self._module(who, day) if kind == "module" else None
        if kind == "module" and module is None:
            kind = "practice"
        due = day + timedelta(days=SCRIPTED_DAYS if open_still else rng.randint(10, 27))
        item = self.rubric.get(gap["metric"]) if gap else None
        about = "gap" if item else "customers" if gap else ""
        name, course = item.name if item else "", module.title if module else ""
        action = self.book.action(session, kind, self._wording(who, kind, about, name, course), due)
        action["sign"] = words.pick(f"sign {about}".strip(), rng, behaviour=name)
        if gap:
            action["gap_id"] = gap["id"]
            self._begin(who, gap, kind, day)
        if kind == "blocker" and rng.random() < 0.7:
            action["owner_id"] = session["supervisor_id"]
        if module:
            self._assign(module, action, session)
        if not open_still:
            action.update(self._fate(who, action, module))
        return action

    def _wording(self, who: Coached, kind: str, about: str, behaviour: str, course: str) -> str:
        """What is agreed, in words that the person's last talk did not have."""
        heading = kind
        if kind in {"practice", "shadow"} and about != "gap":
            heading = f"step {about}".strip()
        said = {action["text"] for action in self.left[who]}
        text = ""
        for _ in range(5):
            text = words.pick(heading, self.rng, behaviour=behaviour, course=course)
            if text not in said:
                break
        return text

    def _begin(self, who: Coached, gap: Row, kind: str, day: date) -> None:
        """The first session that agreed something on a gap begins to work."""
        if gap["coached_on"] is not None:
            return
        gap["coached_on"] = day
        if gap["metric"] == NPS or not who.lead.quality.effect:
            return
        behaviour = self.rubric[gap["metric"]].place
        drawn = self.rng.gauss(who.lead.quality.effect * truth.KINDS[kind].works, truth.EFFECT_SPREAD)
        room = truth.EFFECT_ENDS_AT - who.level(behaviour, day)
        who.gains.append((behaviour, day, max(0.0, min(drawn, room))))

    def _module(self, who: Coached, day: date) -> Module | None:
        """The next course that the person has not completed by then."""
        for module in self.modules:
            done = module.completed.get(who.id)
            if (done is None or done > day) and (who.id, module.course_id) not in self.assigned:
                return module
        return None

    def _assign(self, module: Module, action: Row, session: Row) -> None:
        self.assigned.add((action["person_id"], module.course_id))
        action["course_slug"] = module.slug
        self.book.add(
            Assignment,
            person_id=action["person_id"],
            course_id=module.course_id,
            assigned_by_id=session["supervisor_id"],
            assigned_at=session["held_at"],
            due_on=action["due_on"],
            reason=action["text"],
        )

    def _fate(self, who: Coached, action: Row, module: Module | None) -> Row:
        """Whether it is done, dropped or still open, and since when."""
        rng, quality, due = self.rng, who.lead.quality, action["due_on"]
        if module:
            closed = module.completed.get(who.id)
            done = closed is not None
        else:
            done = rng.random() < quality.done
            late = timedelta(days=rng.randint(1, 20))
            closed = due - timedelta(days=rng.randint(0, 7)) if rng.random() < quality.in_time else due + late
        if done and closed is not None and closed < self.today:
            outcome = "Completed" if module else words.pick("outcome done", rng) if rng.random() < 0.7 else ""
            return {"state": "done", "closed_on": closed, "outcome": outcome}
        dropped = due + timedelta(days=rng.randint(3, 20))
        if not done and dropped < self.today and rng.random() < quality.tidied:
            return {"state": "dropped", "closed_on": dropped, "outcome": words.pick("outcome dropped", rng)}
        return {}

    def _answer(self, meeting: Meeting, session: Row) -> None:
        rng, quality = self.rng, meeting.who.lead.quality
        answered_at: datetime = session["held_at"] + timedelta(hours=rng.randint(1, 90))
        wanted = meeting.answered if meeting.scripted else rng.random() < quality.answered
        if not wanted or answered_at >= at(self.today, 0):
            return
        corrects = not meeting.scripted and rng.random() < 0.05
        comment = words.pick("corrects" if corrects else "agrees", rng) if corrects or rng.random() < 0.2 else ""
        session.update(answered_at=answered_at, answer="corrects" if corrects else "agrees", answer_comment=comment)
        if rng.random() < 0.8:
            rating = rng.choice(quality.ratings)
            supervisor = session["supervisor_id"]
            self.book.add(SessionRating, session_id=session["id"], supervisor_id=supervisor, rating=rating)


def _action_in_words(action: Row, day: date) -> str:
    """As it stood on that day: until when it was to be done, or that it was."""
    closed, due = action["closed_on"], action["due_on"]
    if closed is None or closed > day:
        return f"{action['text']} (until {due.day} {due:%B %Y})"
    return f"{action['text']} ({action['state']} {closed.day} {closed:%B %Y})"
