"""A person's coaching as one story: sessions, observations, gaps and actions in the order of their days."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Date, Integer, String, cast, func, literal, null, select, union_all
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.coaching.models import Action, Dispute, Gap, Observation, Session
from app.coaching.queries.scope import records_seen_by
from app.core import tables
from app.core.db import db
from app.core.tables import Page, Sort

SIZE = 20
_AUTHOR = aliased(Person)


def story_of(person_id: int, viewer: Person, args: Mapping[str, str]) -> Page:
    """The newest twenty events about this person that the viewer may know of. One statement.

    Rows of kind, id, day, about (a metric, text or channel), state, number, names of who else took part.
    """
    rows = union_all(
        _sessions(person_id, viewer), _observations(person_id, viewer), *_gaps(person_id), _actions(person_id)
    )
    events = rows.subquery()
    columns = events.c
    statement = (
        select(*(columns[name] for name in ("kind", "id", "day", "about", "state", "number")))
        .add_columns(_AUTHOR.given_name, _AUTHOR.family_name)
        .outerjoin(_AUTHOR, _AUTHOR.id == columns.author_id)
    )
    places = {key: args[key] for key in ("after", "before") if key in args}
    order = {"day": Sort("Day", (columns.day, columns.kind, columns.id))}
    return tables.page(db.session(), statement, order, {"sort": "-day", **places}, SIZE)


def _event(kind: str, number: Any, day: Any, *, about: Any, state: Any, author: Any = None, value: Any = None) -> Any:
    return select(
        cast(literal(kind), String(20)).label("kind"),
        number.label("id"),
        day.label("day"),
        cast(about, String(500)).label("about"),
        cast(state, String(20)).label("state"),
        (cast(null(), Integer) if author is None else author).label("author_id"),
        (cast(null(), Integer) if value is None else value).label("number"),
    )


def _day_of(moment: Any) -> Any:
    """The date of a moment, in UTC: a story is told in days."""
    return func.date(moment, type_=Date)


def _sessions(person_id: int, viewer: Person) -> Any:
    return _event(
        "session",
        Session.id,
        _day_of(Session.starts_at),
        about=func.coalesce(Session.answer, literal("")),
        state=Session.state,
        author=Session.supervisor_id,
    ).where(
        Session.person_id == person_id,
        Session.state != "planned",
        records_seen_by(viewer, Session.person_id, Session.supervisor_id),
    )


def _observations(person_id: int, viewer: Person) -> Any:
    disputed = (
        select(func.count())
        .where(Dispute.observation_id == Observation.id, Dispute.decided_at.is_(None))
        .scalar_subquery()
    )
    return _event(
        "observation",
        Observation.id,
        Observation.observed_on,
        about=Observation.kind,
        state=Observation.state,
        author=Observation.observer_id,
        value=disputed,
    ).where(
        Observation.person_id == person_id,
        Observation.state != "draft",
        records_seen_by(viewer, Observation.person_id, Observation.observer_id),
    )


def _gaps(person_id: int) -> tuple[Any, Any]:
    opened = _event("gap_opened", Gap.id, Gap.opened_on, about=Gap.metric, state=literal("open"))
    closed = _event("gap_closed", Gap.id, Gap.closed_on, about=Gap.metric, state=Gap.closing)
    return (
        opened.where(Gap.person_id == person_id),
        closed.where(Gap.person_id == person_id, Gap.closed_on.is_not(None)),
    )


def _actions(person_id: int) -> Any:
    return _event(
        "action", Action.id, Action.closed_on, about=Action.text, state=Action.state, author=Action.owner_id
    ).where(Action.person_id == person_id, Action.state != "open")
