"""Which matters come first on a person's home page. Pure: facts in, cards out; the words are in the templates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import Any

MOST_CARDS = 3


class Urgency(IntEnum):
    """How soon a matter wants its person; the smaller comes first."""

    RUNNING = 0  # a clock is ticking
    OVERDUE = 1
    SOON = 2
    NEXT = 3  # the usual next step
    CALM = 4  # good to know


@dataclass(frozen=True)
class Card:
    """One matter. `kind` names the macro that says it in words, `about` is what that macro needs to know."""

    kind: str
    urgency: Urgency
    about: Any
    due: date | None = None


@dataclass(frozen=True)
class Holding:
    """Where a person stands in one programme today. `state` is a certification state's value."""

    title: str
    state: str
    expires_on: date
    exam: str | None  # slug of the programme's exam
    issued_at: datetime | None = None  # of the certificate held last


@dataclass(frozen=True)
class Group:
    """How many people of a team, or of the company, are in each certification state."""

    by_state: Mapping[str, int]
    is_team: bool

    @property
    def people(self) -> int:
        return sum(self.by_state.values())

    @property
    def valid(self) -> int:
        return self.by_state.get("certified", 0) + self.by_state.get("expiring", 0)

    @property
    def share(self) -> str:
        return share(self.valid, self.people)


def first_cards(cards: Iterable[Card], most: int = MOST_CARDS) -> list[Card]:
    """The most urgent cards, at most `most`; among equals the earlier due date, then the order given."""
    ordered = sorted(enumerate(cards), key=lambda pair: (pair[1].urgency, pair[1].due or date.max, pair[0]))
    return [card for _, card in ordered[:most]]


def attempt_cards(attempts: Iterable[Any]) -> list[Card]:
    """Attempts that are open; those with a deadline run."""
    return [
        Card("open_attempt", Urgency.RUNNING, attempt, attempt.deadline.date() if attempt.deadline else None)
        for attempt in attempts
    ]


def holding_cards(holdings: Iterable[Holding]) -> list[Card]:
    """What a certificate's end asks for, or that all is well."""
    cards = []
    for holding in holdings:
        if holding.state == "expired":
            cards.append(Card("expired", Urgency.OVERDUE, holding, holding.expires_on))
        elif holding.state == "expiring":
            cards.append(Card("expiring", Urgency.SOON, holding, holding.expires_on))
        elif holding.state == "certified":
            cards.append(Card("certified", Urgency.CALM, holding))
    return cards


def path_cards(path: Sequence[Any], holdings: Iterable[Holding]) -> list[Card]:
    """The next step on the way through the courses, or the exam once they are done.

    `path` holds learning's CourseProgress. A course already begun comes before one that is only next.
    """
    for state in ("in_progress", "next"):
        course = next((c for c in path if c.state == state), None)
        if course is not None:
            done = sum(c.state == "done" for c in path)
            about = {"course": course, "lesson": course.next_lesson, "done": done, "total": len(path)}
            return [Card("next_lesson" if course.next_lesson else "next_quiz", Urgency.NEXT, about)]
    return [
        Card("exam", Urgency.NEXT, holding)
        for holding in holdings
        if holding.exam and holding.state in {"in_progress", "not_started"}
    ]


def group_card(group: Group) -> Card:
    """A team or the company; urgent while somebody's certificate needs renewing."""
    waiting = group.by_state.get("expired", 0) + group.by_state.get("expiring", 0)
    return Card("group", Urgency.SOON if waiting else Urgency.CALM, group)


def customer_cards(headline: Any | None, terms: Sequence[str] = ()) -> list[Card]:
    """What customers say: the company's score (nps's Headline) and what they write about lately.

    A fall that is hardly chance is soon to be heard, and so is a new topic.
    """
    cards = [Card("emerging", Urgency.SOON, terms)] if terms else []
    if headline is not None:
        cards.append(Card("score", Urgency.SOON if headline.fell else Urgency.NEXT, headline))
    return cards


def coaching_cards(waiting: Any, today: date) -> list[Card]:
    """What of coaching waits for a person (coaching's Waiting): an answer, a talk, an action, a team."""
    cards = []
    if waiting.unanswered:
        cards.append(Card("session_to_answer", Urgency.OVERDUE, waiting.unanswered, waiting.unanswered.at.date()))
    if waiting.overdue:
        cards.append(Card("actions_overdue", Urgency.OVERDUE, waiting, waiting.action.day))
    if waiting.next:
        cards.append(Card("next_session", Urgency.SOON, waiting, waiting.next.at.date()))
    if waiting.disputes:
        cards.append(Card("disputes", Urgency.SOON, waiting.disputes, today))
    if waiting.calibration:
        cards.append(Card("calibration", Urgency.SOON, waiting.calibration, waiting.calibration.day))
    if waiting.late:
        cards.append(Card("coaching_late", Urgency.SOON, waiting.late))
    return cards


def voice_cards(waiting: Any, today: date) -> list[Card]:
    """What of the surveys and the board waits for a person (voice's Waiting)."""
    cards = []
    if waiting.survey:
        cards.append(Card("survey", Urgency.SOON, waiting.survey, waiting.survey.day))
    if waiting.draft:
        cards.append(Card("blocker_draft", Urgency.SOON, waiting.draft, today))
    if waiting.overdue:
        cards.append(Card("blockers_overdue", Urgency.OVERDUE, waiting.overdue, waiting.overdue.day))
    if waiting.unanswered:
        cards.append(Card("blockers_unanswered", Urgency.OVERDUE, waiting.unanswered, waiting.unanswered.day))
    elif waiting.untriaged:
        cards.append(Card("blockers_untriaged", Urgency.SOON, waiting.untriaged, waiting.untriaged.day))
    return cards


def assignment_cards(assignments: Sequence[Any], today: date) -> list[Card]:
    """The course that someone asked this person to take first (learning's open assignments)."""
    if not assignments:
        return []
    first = assignments[0]
    return [Card("assigned", Urgency.OVERDUE if first.due_on < today else Urgency.SOON, first, first.due_on)]


def share(part: int, whole: int) -> str:
    """A share in words that never rounds up to "all" or down to "none": "99%", "less than 1%"."""
    if whole <= 0 or part <= 0:
        return "0%"
    if part >= whole:
        return "100%"
    percent = round(100 * part / whole)
    if percent == 0:
        return "less than 1%"
    return f"{min(percent, 99)}%"


@dataclass(frozen=True)
class Happening:
    """Something that changed: a course completed, a certificate issued; `name` when it was another's."""

    kind: str
    at: datetime
    title: str
    name: str = ""
    person_id: int | None = None


def achieved(path: Iterable[Any], holdings: Iterable[Holding], most: int = 5) -> list[Happening]:
    """What the person achieved last: courses completed (learning's CourseProgress) and certificates, newest first."""
    found = [Happening("course", course.completed_at, course.title) for course in path if course.completed_at]
    found += [Happening("certificate", held.issued_at, held.title) for held in holdings if held.issued_at]
    return sorted(found, key=lambda happening: happening.at, reverse=True)[:most]
