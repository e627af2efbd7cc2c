"""What responses name: people, labels and drivers, found or added.

Each remembers what it found, so one vocabulary serves a whole import, as long as no transaction is undone on the way.
"""

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from flask import current_app
from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.core.db import db
from app.nps.models import Dimension, Driver, Label
from app.nps.rules.dimensions import COMPANY_KEY, FIXED, segment_key
from app.nps.rules.folding import fold
from app.nps.rules.sheets import Ratings, Remembered, Values
from app.nps.rules.tallying import LABELLED, Dimensions

Scale = tuple[int, int]
USUAL_SCALE: Scale = (1, 5)  # of a driver that is new and comes without one
_LONGEST_KEY = 200  # of a label
_LONGEST_DRIVER = 80
_CHUNK = 5000  # values in one IN list
V = TypeVar("V", int, str)
_MOST = 100_000  # spellings remembered of one kind


class Lead(NamedTuple):
    """Someone with reports, as the namesake of a team."""

    id: int
    key: str
    team: str


class Server(NamedTuple):
    """Who served, and what labels their responses when nothing else is said."""

    id: int
    department: str
    lead: Lead | None


class Scaled(NamedTuple):
    """A driver and what it is rated by."""

    id: int
    scale: Scale


class Staff:
    """People by employee id or e-mail address, whether they still work here or not."""

    def __init__(self) -> None:
        self._known: dict[str, Server | None] = {}

    def meet(self, references: Iterable[str]) -> None:
        """Look up those that were not asked for before."""
        if len(self._known) > _MOST:
            self._known.clear()
        for chunk in chunks({one for one in references if one and one not in self._known}):
            by_id = {row.employee_id: row for row in _people(Person.employee_id.in_(chunk))}
            addresses = [one.lower() for one in chunk if "@" in one]
            by_email = {row.email: row for row in _people(Person.email.in_(addresses))} if addresses else {}
            for reference in chunk:
                row = by_id.get(reference) or by_email.get(reference.lower())
                self._known[reference] = _server(row) if row else None

    def find(self, reference: str) -> Server | None:
        """Someone met; None when nobody is called so."""
        return self._known[reference] if reference else None


class Labels:
    """Labels by dimension and text."""

    def __init__(self) -> None:
        self._dimensions: dict[str, int] = {}
        self._by_text: dict[str, dict[str, int | None]] = {}  # by the dimension's key
        self._by_key: dict[str, dict[str, int]] = {}
        self._of_segment: dict[int, int] = {}  # a label's dimension
        self.of_fields = Remembered(self._of_fields)  # the labels of segment fields that were learned, one a dimension

    def learn(self, dimension: str, texts: Iterable[str], leads: Iterable[Lead] = ()) -> None:
        """Find the labels with these texts, and of the teams of these people; add what is missing."""
        by_text, by_key = self.by_text(dimension), self._by_key.setdefault(dimension, {})
        if len(by_text) > _MOST:
            self._by_text[dimension] = by_text = {"": None}
        keys = {text: fold(text)[:_LONGEST_KEY] for text in texts if text not in by_text}
        wanted: dict[str, tuple[str, int | None]] = {}
        for text, key in keys.items():
            if key not in by_key:
                wanted.setdefault(key, (text, None))
        wanted.update((lead.key, (lead.team, lead.id)) for lead in leads if lead.key not in by_key)
        for chunk in chunks(wanted):
            self._find_or_add(dimension, {key: wanted[key] for key in chunk})
        by_text.update((text, by_key[key]) for text, key in keys.items())

    def learn_field(self, field: str, values: Iterable[str]) -> None:
        """The labels of a segment field."""
        self._dimension(_key(field), field)
        self.learn(_key(field), values)

    def by_text(self, dimension: str) -> dict[str, int | None]:
        """The labels that were learned; None is that of no text."""
        return self._by_text.setdefault(dimension, {"": None})

    def find(self, dimension: str, text: str) -> int | None:
        """A label that was learned; None for no text."""
        return self.by_text(dimension)[text]

    def _of_fields(self, segments: Values) -> tuple[int, ...]:
        found = {key: self._by_text[key][value] for key, value in ((_key(field), value) for field, value in segments)}
        return tuple(sorted(label for label in found.values() if label))

    def team_of(self, lead: Lead) -> int:
        """The label of a team that was learned by its lead."""
        return self._by_key["team"][lead.key]

    def company(self) -> int:
        """The label of the company, which carries its present name."""
        key = "company"
        if key not in self._by_key:
            name = current_app.config["COMPANY_NAME"]
            self._find_or_add(key, {COMPANY_KEY: (name, None)})
            label = db.session.get_one(Label, self._by_key[key][COMPANY_KEY])
            if label.name != name:
                label.name = name
                db.session.flush()
        return self._by_key[key][COMPANY_KEY]

    def dimensions(self) -> Dimensions:
        """For counting: all that labels learned here belong to."""
        of_column = {FIXED_BY_COLUMN[column]: column for column in LABELLED}
        return Dimensions(
            self.company(), {column: self._dimension(key) for key, column in of_column.items()}, self._of_segment
        )

    def know_segments(self, ids: Iterable[int]) -> None:
        """Look up segment labels that are to be counted and were not learned here."""
        for chunk in chunks({one for one in ids if one not in self._of_segment}):
            found = select(Label.id, Label.dimension_id).where(Label.id.in_(chunk))
            self._of_segment.update((row.id, row.dimension_id) for row in db.session.execute(found))

    def _find_or_add(self, dimension: str, wanted: Mapping[str, tuple[str, int | None]]) -> None:
        number = self._dimension(dimension)
        rows = [
            *db.session.execute(
                select(Label.key, Label.id).where(Label.dimension_id == number, Label.key.in_(list(wanted)))
            )
        ]
        missing = wanted.keys() - {row.key for row in rows}
        if missing:
            new = [
                {"dimension_id": number, "key": key, "name": wanted[key][0], "lead_id": wanted[key][1]}
                for key in sorted(missing)
            ]
            rows += db.session.execute(insert(Label).returning(Label.key, Label.id), new)
        self._by_key.setdefault(dimension, {}).update((row.key, row.id) for row in rows)
        if dimension not in FIXED:
            self._of_segment.update((row.id, number) for row in rows)

    def _dimension(self, key: str, name: str = "") -> int:
        if not self._dimensions:
            self._dimensions = {row.key: row.id for row in db.session.execute(select(Dimension.key, Dimension.id))}
        if key not in self._dimensions:
            fixed = FIXED.get(key)
            dimension = Dimension(key=key, name=fixed.name if fixed else name, is_segment=fixed is None)
            db.session.add(dimension)
            db.session.flush()
            self._dimensions[key] = dimension.id
        return self._dimensions[key]


FIXED_BY_COLUMN = {dimension.column: dimension.key for dimension in FIXED.values() if dimension.column}


class Drivers:
    """Drivers by name, with the scales that whoever gives the responses states for those that are new."""

    def __init__(self, scales: Mapping[str, Scale] | None = None) -> None:
        self._stated = {_driver_key(name): scale for name, scale in (scales or {}).items()}
        self._loaded: dict[str, Scaled] | None = None
        self.ids = Remembered(self._ids)  # ratings under the ids of drivers that were learned

    def refusals(self, ratings: Iterable[Ratings]) -> dict[Ratings, str]:
        """Why ratings can't be taken, for those of which it is so."""
        different = set(ratings)
        pairs = {pair for one in different for pair in one}
        refused = {pair: reason for pair in pairs if (reason := self._refused(*pair))}
        if not refused:
            return {}
        return {one: refused[pair] for one in different for pair in one if pair in refused}

    def conflicts(self) -> list[str]:
        """Why no response can be taken: drivers that are here already and rated otherwise."""
        known = self._all()
        return [
            f"{name} is rated {_said(known[name].scale)} here, not {_said(scale)}."
            for name, scale in self._stated.items()
            if name in known and known[name].scale != scale
        ]

    def learn(self, names: Iterable[str]) -> None:
        """Add the drivers that are missing."""
        for name in sorted(names):
            key = _driver_key(name)
            if key not in self._all():
                low, high = scale = self._stated.get(key, USUAL_SCALE)
                driver = Driver(key=key, name=name, low=low, high=high)
                db.session.add(driver)
                db.session.flush()
                self._all()[key] = Scaled(driver.id, scale)

    def _ids(self, ratings: Ratings) -> tuple[tuple[int, int], ...]:
        known = self._all()
        return tuple((known[_driver_key(name)].id, rating) for name, rating in ratings)

    def _refused(self, name: str, rating: int) -> str:
        key = _driver_key(name)
        driver, stated = self._all().get(key), self._stated.get(key)
        if driver and stated and stated != driver.scale:
            return f"{name} is rated {_said(driver.scale)} here, not {_said(stated)}"
        low, high = driver.scale if driver else stated or USUAL_SCALE
        return "" if low <= rating <= high else f"{name}: {rating} is not from {_said((low, high))}"

    def _all(self) -> dict[str, Scaled]:
        if self._loaded is None:
            found = db.session.execute(select(Driver.key, Driver.id, Driver.low, Driver.high))
            self._loaded = {row.key: Scaled(row.id, (row.low, row.high)) for row in found}
        return self._loaded


class Vocabulary:
    """All three. `scales` are those of drivers, by name."""

    def __init__(self, scales: Mapping[str, Scale] | None = None) -> None:
        self.staff, self.labels, self.drivers = Staff(), Labels(), Drivers(scales)


_key = functools.lru_cache(maxsize=1000)(segment_key)


@functools.lru_cache(maxsize=1000)
def _driver_key(name: str) -> str:
    return fold(name)[:_LONGEST_DRIVER]


def _people(condition: ColumnElement[bool]) -> Sequence[Any]:
    manager = aliased(Person)
    columns = (Person.id, Person.employee_id, Person.email, Person.department, Person.manager_id)
    lead = (manager.employee_id.label("lead"), manager.given_name, manager.family_name)
    found = select(*columns, *lead).outerjoin(manager, manager.id == Person.manager_id).where(condition)
    return db.session.execute(found).all()


def _server(row: Any) -> Server:
    if row.manager_id is None:
        return Server(row.id, row.department, None)
    team = f"{row.given_name} {row.family_name}’s team"
    return Server(row.id, row.department, Lead(row.manager_id, f"lead:{row.lead}", team[:200]))


def _said(scale: Scale) -> str:
    return f"{scale[0]} to {scale[1]}"


def chunks(values: Iterable[V]) -> Iterator[Sequence[V]]:
    """The values in order, in lists short enough to be the parameters of one statement."""
    ordered = sorted(values)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]
