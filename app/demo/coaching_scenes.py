"""What the sign-ins of the demo meet in coaching: written so that each of their pages has something to show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.coaching.models import Dispute, Observation, ObservedLevel, Session
from app.demo import coaching_truth as truth
from app.demo.coaching_agenda import Event, Look, Meeting
from app.demo.coaching_book import Book, Row, at
from app.demo.coaching_rubric import Item
from app.demo.coaching_staff import Coached
from app.demo.coaching_year import channels_of

# The agent's observations: days ago and what was seen of the behaviour that is below; all others are fine.
AGENT_SEEN = ((54, 2), (47, 2), (40, 2), (33, 2), (26, 3), (19, 2), (12, 2), (5, 2))
OTHERS_SEEN = (3, 4, 4, 3, 4)
FIRST_TALK, LAST_TALK = 34, 6  # days ago
NEWHIRE_TALK = 2  # days ahead


@dataclass(frozen=True)
class Cast:
    """The sign-ins who are coached by the supervisor among them, and the rest of that team."""

    agent: Coached | None
    newhire: Coached | None
    team: Sequence[Coached]


def cast(staff: Sequence[Coached]) -> Cast:
    """Only those who still report to the supervisor of the sign-ins."""
    own = [one for one in staff if one.lead.person.part == "supervisor" and one.frontline]
    parts = {one.person.part: one for one in own if one.person.part}
    return Cast(parts.get("agent"), parts.get("newhire"), [one for one in own if not one.person.part])


def scripts(found: Cast, rubric: Sequence[Item], today: date) -> dict[Coached, list[Event]]:
    """What happens to the agent and the new hire."""
    written: dict[Coached, list[Event]] = {}
    if found.newhire:
        written[found.newhire] = [
            Meeting(today + timedelta(days=NEWHIRE_TALK), found.newhire, "planned", scripted=True)
        ]
    if found.agent:
        written[found.agent] = list(_agents(found.agent, len(rubric), today))
    return written


def _agents(agent: Coached, behaviours: int, today: date) -> list[Event]:
    looks: list[Event] = []
    for place, (ago, seen) in enumerate(AGENT_SEEN):
        levels = [OTHERS_SEEN[(place + other) % len(OTHERS_SEEN)] for other in range(behaviours)]
        levels[truth.AGENTS_GAP] = seen
        day = today - timedelta(days=ago)
        looks.append(Look(day, agent, agent.lead.id, agent.lead.severity, "supervisor", levels))
    return [
        *looks,
        Meeting(today - timedelta(days=FIRST_TALK), agent, "held"),
        Meeting(today - timedelta(days=LAST_TALK), agent, "held", scripted=True, answered=False),
        Meeting(today + timedelta(days=1), agent, "planned", scripted=True),
    ]


def write(book: Book, found: Cast, rubric: Sequence[Item], today: date) -> None:
    """A topic of the agent; in the team an action that is overdue, a draft, a dispute for the supervisor to decide."""
    yesterday = today - timedelta(days=1)
    if found.agent:
        book.topic(found.agent.id, "The call in which I was asked for a refund that I may not grant", yesterday)
    if len(found.team) < 3:
        return
    first, second, third = found.team[:3]
    _overdue_action(book, first, today)
    _draft(book, second, rubric, yesterday)
    _dispute(book, third, by=first, rubric=rubric, today=today)


def _overdue_action(book: Book, who: Coached, today: date) -> None:
    held = [s for s in book.found(Session) if s["person_id"] == who.id and s["state"] == "held"]
    if held:
        text = "Write down the three questions that help most in calls about deliveries, for the team"
        sign = "They are shown in the team meeting"
        book.action(held[-1], "practice", text, today - timedelta(days=4), sign=sign)


def _draft(book: Book, who: Coached, rubric: Sequence[Item], day: date) -> None:
    draft = book.observation(
        who.id,
        who.lead.id,
        day,
        state="draft",
        kept_at=None,
        saved_at=at(day, 14, 20),
        channel=channels_of(who)[0],
        note="A long call about a delivery. Calm all the way through;",
    )
    for item, level in zip(rubric, (4, 3), strict=False):
        _level(book, draft, item, level)


def _dispute(book: Book, who: Coached, by: Coached, rubric: Sequence[Item], today: date) -> None:
    """A colleague observed, and the one observed disagrees: their supervisor reads it, being neither of the two."""
    row = book.observation(
        who.id,
        by.id,
        today - timedelta(days=8),
        kind="peer",
        channel=channels_of(who)[0],
        note="Listened in on the late shift: cut the customer short twice.",
    )
    for item, level in zip(rubric, (1, 2), strict=False):
        _level(book, row, item, level)
    reason = "The line broke off twice and I called back each time. That is not the same as cutting someone short."
    _add_dispute(book, row, reason, who.lead.id, today - timedelta(days=6))


def write_decided(book: Book, staff: Sequence[Coached], today: date) -> None:
    """Elsewhere an observation was struck two months ago, by the supervisor's supervisor."""
    by_lead = {one.id: one for one in staff}
    for row in book.found(Observation):
        lead = by_lead.get(row["observer_id"])
        ago = (today - row["observed_on"]).days
        if row["kind"] == "supervisor" and lead is not None and 60 <= ago <= 75 and lead.person.part == "":
            row["state"] = "struck"
            raised = row["observed_on"] + timedelta(days=2)
            reason = "This was a call of the colleague next to me; mine was the one after it."
            decided = {
                "decision": "struck",
                "decision_reason": "The recording shows it: the call was someone else’s.",
                "decided_by_id": lead.lead.id,
                "decided_at": at(raised + timedelta(days=4), 10),
            }
            _add_dispute(book, row, reason, lead.lead.id, raised, **decided)
            return


def _add_dispute(book: Book, row: Row, reason: str, reader_id: int, raised: date, **decided: object) -> None:
    nothing = {"decision": None, "decision_reason": "", "decided_by_id": None, "decided_at": None}
    values = {**nothing, **decided}
    book.add(Dispute, observation_id=row["id"], reason=reason, raised_at=at(raised, 18), reader_id=reader_id, **values)


def _level(book: Book, row: Row, item: Item, level: int) -> None:
    key = {"observation_id": row["id"], "behaviour_id": item.id, "version_id": item.version_id}
    book.add(ObservedLevel, **key, level=level)
