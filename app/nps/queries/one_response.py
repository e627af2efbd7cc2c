"""One response as its page shows it: what was said, by whom it was served, and what it said before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import Person
from app.core.db import db
from app.nps.models import CustomerContact, Dimension, Driver, Label, Response, ResponseVersion, Source
from app.nps.queries.subjects import visible_responses
from app.nps.rules.dimensions import FIXED

_COLUMNS = {dimension.column: dimension.name for dimension in FIXED.values() if dimension.column}


@dataclass(frozen=True)
class Rating:
    """What a customer gave one driver, and its scale."""

    driver: str
    rating: int
    low: int
    high: int


@dataclass(frozen=True)
class Change:
    """What became of one part of a response when it was corrected; empty where there was nothing."""

    part: str
    before: str
    after: str


@dataclass(frozen=True)
class Correction:
    """When a response was corrected, and in what."""

    at: datetime
    changes: list[Change]


@dataclass(frozen=True)
class Told:
    """Everything about a response that whoever may read it sees."""

    response: Response
    source: str
    served_by: Any  # id, names of whoever served; None where that is not known
    labels: list[tuple[str, Any]]  # a dimension's name, and a label: id, name
    ratings: list[Rating]
    corrections: list[Correction]  # the latest first


@dataclass(frozen=True)
class _Names:
    """What ids mean."""

    labels: Mapping[int, Any]  # id, name, dimension
    drivers: Mapping[int, Any]
    people: Mapping[int, Any]

    def person(self, person_id: int | None) -> str:
        found = self.people.get(person_id) if person_id else None
        return f"{found.given_name} {found.family_name}" if found else ""


def visible_response(response_id: int, viewer: Person) -> Response | None:
    """The response, if it is the viewer's to read. One statement."""
    return db.session.scalar(select(Response).where(Response.id == response_id, visible_responses(viewer)))


def told(response: Response) -> Told:
    """The response with the names of all that it refers to. At most five statements."""
    versions = db.session.scalars(
        select(ResponseVersion)
        .where(ResponseVersion.response_id == response.id)
        .order_by(ResponseVersion.version.desc())
    ).all()
    states = [_state(response), *({**one.content, "score": one.score, "comment": one.comment} for one in versions)]
    names = _names(states)
    return Told(
        response=response,
        source=db.session.scalars(select(Source.name).where(Source.id == response.source_id)).one(),
        served_by=names.people.get(response.person_id) if response.person_id else None,
        labels=list(_labels(states[0], names)),
        ratings=list(_ratings(states[0], names)),
        corrections=list(_corrections(states, versions, names)),
    )


def contact_of(response: Response) -> CustomerContact | None:
    """The customer's personal fields. At most one statement."""
    return db.session.get(CustomerContact, response.customer_key) if response.customer_key else None


def answers_of(customer_key: str) -> int:
    """How many responses a customer gave. One statement."""
    statement = select(func.count()).select_from(Response).where(Response.customer_key == customer_key)
    return db.session.scalar(statement) or 0


def _state(response: Response) -> dict[str, Any]:
    kept = ("score", "comment", "person_id", *_COLUMNS, "segments", "drivers", "osat")
    return {name: getattr(response, name) for name in kept} | {"day": response.day.isoformat()}


def _names(states: Sequence[Mapping[str, Any]]) -> _Names:
    labels = {state.get(column) for state in states for column in _COLUMNS}
    labels |= {one for state in states for one in state.get("segments") or ()}
    drivers = {int(one) for state in states for one in state.get("drivers") or ()}
    people = {state.get("person_id") for state in states}
    found_labels = (
        select(Label.id, Label.name, Dimension.name.label("dimension"))
        .join(Dimension, Dimension.id == Label.dimension_id)
        .where(Label.id.in_(labels - {None}))
    )
    found_drivers = select(Driver.id, Driver.name, Driver.low, Driver.high).where(Driver.id.in_(drivers))
    found_people = select(Person.id, Person.given_name, Person.family_name).where(Person.id.in_(people - {None}))
    return _Names(_by_id(found_labels, labels), _by_id(found_drivers, drivers), _by_id(found_people, people))


def _by_id(statement: Any, ids: set[Any]) -> dict[int, Any]:
    return {row.id: row for row in db.session.execute(statement)} if ids - {None} else {}


def _labels(state: Mapping[str, Any], names: _Names) -> Iterator[tuple[str, Any]]:
    for column, name in _COLUMNS.items():
        if found := names.labels.get(state.get(column) or 0):
            yield name, found
    for label_id in state.get("segments") or ():
        if found := names.labels.get(label_id):
            yield found.dimension, found


def _ratings(state: Mapping[str, Any], names: _Names) -> Iterator[Rating]:
    rated = {int(driver): rating for driver, rating in (state.get("drivers") or {}).items()}
    for driver in sorted((names.drivers[one] for one in rated if one in names.drivers), key=lambda one: one.name):
        yield Rating(driver.name, rated[driver.id], driver.low, driver.high)


def _parts(state: Mapping[str, Any], names: _Names) -> dict[str, str]:
    """What a response said, part by part, in words that can be compared."""
    parts = {"Score": str(state["score"]), "Comment": state["comment"] or "", "Day": state["day"]}
    parts["Served by"] = names.person(state.get("person_id"))
    parts |= {name: label.name for name, label in _labels(state, names)}
    parts |= {one.driver: f"{one.rating} of {one.high}" for one in _ratings(state, names)}
    if state.get("osat") is not None:
        parts["Satisfaction"] = str(state["osat"])
    return parts


def _corrections(
    states: Sequence[Mapping[str, Any]], versions: Sequence[ResponseVersion], names: _Names
) -> Iterator[Correction]:
    said = [_parts(state, names) for state in states]
    for after, before, version in zip(said, said[1:], versions, strict=False):
        parts = [*before, *(part for part in after if part not in before)]
        changes = [Change(part, before.get(part, ""), after.get(part, "")) for part in parts]
        yield Correction(version.replaced_at, [one for one in changes if one.before != one.after])
