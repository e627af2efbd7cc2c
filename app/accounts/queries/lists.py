"""The list of people: what it shows, how it is sorted, searched and filtered."""

from collections.abc import Mapping
from typing import Any
from typing import cast as cast_type

from sqlalchemy import ColumnElement, Select, String, cast, func, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.models import Person, PersonKey
from app.accounts.queries.people import visible_people
from app.accounts.rules import words
from app.core.db import db
from app.core.tables import Sort

_PERSON: Any = Person  # SQLAlchemy's attributes act as columns; their types do not say so
_NAME = (_PERSON.family_name, _PERSON.given_name, _PERSON.id)
SORTS = {
    "name": Sort("Name", _NAME),
    "department": Sort("Department", (_PERSON.department, *_NAME)),
    "location": Sort("Location", (_PERSON.location, *_NAME)),
    "job_role": Sort("Job role", (_PERSON.job_role, *_NAME)),
}
FILTERS = {"department": Person.department, "location": Person.location, "job_role": Person.job_role}


def people_statement(viewer: Person, args: Mapping[str, str]) -> Select[Any]:
    """Columns of the people whom `viewer` may see, narrowed by the address's `q`, the filters and `state`.

    `state` is "active" (when absent), "left" or "all".
    """
    statement = select(
        Person.id,
        Person.given_name,
        Person.family_name,
        Person.employee_id,
        Person.email,
        Person.department,
        Person.location,
        Person.job_role,
        Person.active,
    ).where(visible_people(viewer))
    for name, column in FILTERS.items():
        if args.get(name):
            statement = statement.where(column == args[name])
    state = args.get("state", "active")
    if state != "all":
        statement = statement.where(Person.active.is_(state != "left"))
    for word in words.sought(args.get("q", "")):
        statement = statement.where(found_by(word))
    return cast_type(Select[Any], statement)


def found_by(word: str) -> ColumnElement[bool]:
    """Whether one of the person's keys begins with this folded word: one range of the key's index."""
    in_range = PersonKey.key.between(word, words.end_of(word))
    return Person.id.in_(select(PersonKey.person_id).where(in_range))


def distinct_values() -> dict[str, list[str]]:
    """Every department, location and job role in use, sorted. One statement that jumps from value to value."""
    found = db.session.execute(union_all(*(_jumps(name, column) for name, column in FILTERS.items())))
    values: dict[str, list[str]] = {name: [] for name in FILTERS}
    for name, value in found:
        values[name].append(value)
    return {name: sorted(texts, key=words.fold) for name, texts in values.items()}


def _jumps(name: str, column: InstrumentedAttribute[str]) -> Select[Any]:
    # The smallest value, then the smallest above it, and so on: as many index look-ups as there are values.
    walk = select(func.min(column).label("value")).where(column > "").cte(f"{name}_values", recursive=True)
    above = select(func.min(column)).where(column > walk.c.value).correlate(walk).scalar_subquery()
    walk = walk.union_all(select(above).where(walk.c.value.is_not(None)))
    return select(cast(literal(name), String(20)), walk.c.value).where(walk.c.value.is_not(None))
