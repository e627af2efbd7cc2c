"""The shared record of one person, to take along; private notes have no place in it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.coaching.models import Action, BehaviourVersion, Observation, ObservedLevel, Session
from app.coaching.queries.scope import records_seen_by
from app.core.db import db

HEADER = ("Day", "What", "With", "State", "Text", "More")
_OTHER = aliased(Person)
_NAMES = (_OTHER.given_name, _OTHER.family_name)


def record_of(person_id: int, viewer: Person) -> Iterator[tuple[Any, ...]]:
    """Rows of HEADER, of what the viewer may see. Three statements, each read as it goes."""
    yield from _sessions(person_id, viewer)
    yield from _actions(person_id)
    yield from _observations(person_id, viewer)


def _rows(statement: Any) -> Iterator[Any]:
    return iter(db.session.execute(statement.execution_options(yield_per=500)))


def _sessions(person_id: int, viewer: Person) -> Iterator[tuple[Any, ...]]:
    texts = (Session.goal, Session.reality, Session.options, Session.will, Session.note)
    statement = (
        select(Session.starts_at, *_NAMES, Session.state, *texts, Session.answer, Session.answer_comment)
        .join(_OTHER, _OTHER.id == Session.supervisor_id)
        .where(Session.person_id == person_id, Session.state == "held")
        .where(records_seen_by(viewer, Session.person_id, Session.supervisor_id))
        .order_by(Session.starts_at, Session.id)
    )
    for at, given, family, state, *said, answer, comment in _rows(statement):
        words = "\n".join(text for text in said if text)
        yield at, "Session", f"{given} {family}", f"{state}, {answer or 'not answered'}", words, comment


def _actions(person_id: int) -> Iterator[tuple[Any, ...]]:
    statement = (
        select(Action.due_on, Action.kind, *_NAMES, Action.state, Action.text, Action.outcome)
        .join(_OTHER, _OTHER.id == Action.owner_id)
        .where(Action.person_id == person_id)
        .order_by(Action.due_on, Action.id)
    )
    for due_on, kind, given, family, state, text, outcome in _rows(statement):
        yield due_on, f"Action: {kind}", f"{given} {family}", state, text, outcome


def _observations(person_id: int, viewer: Person) -> Iterator[tuple[Any, ...]]:
    statement = (
        select(
            Observation.observed_on,
            Observation.kind,
            *_NAMES,
            Observation.state,
            BehaviourVersion.name,
            ObservedLevel.level,
            Observation.note,
        )
        .join(ObservedLevel, ObservedLevel.observation_id == Observation.id)
        .join(BehaviourVersion, BehaviourVersion.id == ObservedLevel.version_id)
        .join(_OTHER, _OTHER.id == Observation.observer_id)
        .where(Observation.person_id == person_id, Observation.state != "draft")
        .where(records_seen_by(viewer, Observation.person_id, Observation.observer_id))
        .order_by(Observation.observed_on, Observation.id, BehaviourVersion.name)
    )
    for day, kind, given, family, state, name, level, note in _rows(statement):
        yield day, f"Observation: {kind}", f"{given} {family}", state, f"{name}: level {level}", note
