"""What the page of one person's coaching shows, to the person and to those above: the same for both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from app.accounts.models import Person
from app.coaching.models import Gap
from app.coaching.queries import sessions
from app.coaching.queries.effects import of_gaps
from app.coaching.queries.planner import Due, due_of
from app.coaching.queries.standing import Line, standing_of
from app.coaching.queries.timeline import story_of
from app.core import measures
from app.core.db import db
from app.core.measures import Day
from app.core.tables import Page

MONTHS = 12
_RECENT = timedelta(days=365)


@dataclass(frozen=True)
class PersonPage:
    """Everything but the story is read whole: it is a handful each."""

    lines: list[Line]
    sparks: dict[str, list[float | None]]  # by metric, a value a month, the newest last
    due: Due
    planned: Sequence[Any]
    unanswered: Sequence[Any]
    topics: Sequence[Any]
    actions: Sequence[Any]
    coached: list[Any]  # gaps that something was agreed on lately
    effects: dict[int, Any]  # by gap
    story: Page


def page_of(person: Person, viewer: Person, args: Any, today: date) -> PersonPage:
    """A fixed number of statements, whatever there is about the person."""
    lines = standing_of(person, today)
    sampled = [line.measure.key for line in lines if line.measure.sampled]
    days = measures.days(sampled, [person.id], today - _RECENT, today)
    coached = coached_gaps(person.id, today)
    return PersonPage(
        lines=lines,
        sparks={key: monthly(days.get((person.id, key), []), today) for key in sampled},
        due=due_of([person], today)[person.id],
        planned=sessions.next_planned(person.id, viewer),
        unanswered=sessions.waiting_for_answer(person.id),
        topics=sessions.waiting_topics(person.id),
        actions=sessions.open_actions(person.id),
        coached=coached,
        effects=of_gaps(coached, today),
        story=story_of(person.id, viewer, args),
    )


def coached_gaps(person_id: int, today: date) -> list[Any]:
    """The gaps of the last year that something was agreed on, the newest first. One statement."""
    statement = select(Gap).where(Gap.person_id == person_id, Gap.coached_on >= today - _RECENT)
    return list(db.session.scalars(statement.order_by(Gap.coached_on.desc(), Gap.id.desc()).limit(12)))


def monthly(days: Sequence[Day], today: date) -> list[float | None]:
    """The mean of each of the last twelve months; None where there was nothing."""
    found: list[float | None] = []
    for back in range(MONTHS - 1, -1, -1):
        year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
        there = [one for one in days if (one.day.year, one.day.month) == (year, month + 1)]
        n = sum(one.n for one in there)
        found.append(sum(one.total for one in there) / n if n else None)
    return found
