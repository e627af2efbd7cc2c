"""Calibrations: who sees which, how far raters are, and what they say of behaviours.

Nothing here brings one rater's levels to another's eyes: a page gets its rater's own, and after the closing what was
worked out of all of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Float, Select, and_, cast, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.coaching.models import (
    Agreement,
    BehaviourVersion,
    Calibration,
    CalibrationBehaviour,
    CalibrationItem,
    CalibrationLevel,
    CalibrationRater,
)
from app.coaching.rules.agreement import Severity, severity
from app.core import tables
from app.core.db import db
from app.core.tables import Page, Sort

WAITING_SHOWN = 20
_ID: Any = Calibration.id
_NEWEST = {"opened": Sort("Opened", (_ID,))}
_OWN = aliased(CalibrationRater)
_ASKED = CalibrationRater.calibration_id == Calibration.id
_BY_NAME = (BehaviourVersion.name, BehaviourVersion.behaviour_id)


def blocked_behaviours() -> set[int]:
    """Behaviours that raters agree too little on to judge anybody by them. One statement.

    The newest calibration in which something could be told decides; one that nobody scored lifts no block.
    """
    told = Agreement.reached.is_not(None)
    newest = (
        select(Agreement.behaviour_id, func.max(Agreement.closed_at).label("closed_at"))
        .where(told)
        .group_by(Agreement.behaviour_id)
        .subquery()
    )
    same = and_(newest.c.behaviour_id == Agreement.behaviour_id, newest.c.closed_at == Agreement.closed_at)
    found = select(Agreement.behaviour_id).join(newest, same).where(Agreement.reached.is_(False))
    return set(db.session.scalars(found))


def _seen_by(viewer: Person, runs: bool) -> ColumnElement[bool]:
    """Those that this person was asked to score, or all for whoever runs them. `_OWN` is joined to the statement."""
    return Calibration.id.is_not(None) if runs else _OWN.person_id == viewer.id


def _calibrations(viewer: Person, runs: bool) -> Select[Any]:
    """Columns of a calibration, with how many were asked and have handed in, and what the viewer's own part is."""
    names = ("id", "title", "floor", "opened_at", "closes_on", "closed_at")
    columns = [getattr(Calibration, name) for name in names]
    asked = select(func.count()).where(_ASKED).scalar_subquery()
    handed_in = select(func.count(CalibrationRater.submitted_at)).where(_ASKED).scalar_subquery()
    return (
        select(*columns, asked.label("asked"), handed_in.label("handed_in"))
        .add_columns(_OWN.person_id.is_not(None).label("mine"), _OWN.submitted_at)
        .outerjoin(_OWN, and_(_OWN.calibration_id == Calibration.id, _OWN.person_id == viewer.id))
        .where(_seen_by(viewer, runs))
    )


def calibrations(viewer: Person, runs: bool, args: Mapping[str, str]) -> Page:
    """Fifty of those this person may know of, the newest first. One statement."""
    places = {key: args[key] for key in ("after", "before") if key in args}
    return tables.page(db.session(), _calibrations(viewer, runs), _NEWEST, {"sort": "-opened", **places})


def waiting(viewer: Person) -> Sequence[Any]:
    """Open ones that this person was asked to score and has not handed in, the first to close first. One statement."""
    statement = _calibrations(viewer, runs=False).where(Calibration.closed_at.is_(None), _OWN.submitted_at.is_(None))
    return db.session.execute(statement.order_by(Calibration.closes_on, Calibration.id).limit(WAITING_SHOWN)).all()


def find(calibration_id: int, viewer: Person, runs: bool) -> Any | None:
    """One calibration as in the list, if this person may know of it. One statement."""
    return db.session.execute(_calibrations(viewer, runs).where(Calibration.id == calibration_id)).one_or_none()


def raters(calibration_id: int) -> Sequence[Any]:
    """Who was asked, by name: id, names, active, submitted_at, and how many levels they gave. One statement."""
    items = select(CalibrationItem.id).where(CalibrationItem.calibration_id == calibration_id)
    given = (
        select(func.count())
        .where(CalibrationLevel.rater_id == CalibrationRater.person_id, CalibrationLevel.item_id.in_(items))
        .scalar_subquery()
    )
    statement = (
        select(Person.id, Person.given_name, Person.family_name, Person.active)
        .add_columns(CalibrationRater.submitted_at, given.label("levels"))
        .join(CalibrationRater, CalibrationRater.person_id == Person.id)
        .where(CalibrationRater.calibration_id == calibration_id)
        .order_by(Person.family_name, Person.given_name, Person.id)
    )
    return db.session.execute(statement).all()


def items(calibration_id: int) -> Sequence[Any]:
    """Its interactions in order: id, position, title, link. One statement."""
    statement = (
        select(CalibrationItem.id, CalibrationItem.position, CalibrationItem.title, CalibrationItem.link)
        .where(CalibrationItem.calibration_id == calibration_id)
        .order_by(CalibrationItem.position)
    )
    return db.session.execute(statement).all()


def transcripts(calibration_id: int) -> dict[int, str]:
    """What was said in its interactions, by position, where a text was given. One statement."""
    statement = select(CalibrationItem.position, CalibrationItem.material).where(
        CalibrationItem.calibration_id == calibration_id, CalibrationItem.material != ""
    )
    return {row.position: row.material for row in db.session.execute(statement)}


def item_at(calibration_id: int, position: int) -> CalibrationItem | None:
    """The interaction at a position from 1 on. One statement."""
    return db.session.scalars(
        select(CalibrationItem).where(
            CalibrationItem.calibration_id == calibration_id, CalibrationItem.position == position
        )
    ).one_or_none()


def behaviours(calibration_id: int) -> Sequence[Any]:
    """What it looks at, by name, in the words of its opening: behaviour_id, name, description, levels.

    One statement.
    """
    statement = (
        select(BehaviourVersion.behaviour_id, BehaviourVersion.name)
        .add_columns(BehaviourVersion.description, BehaviourVersion.levels)
        .join(CalibrationBehaviour, CalibrationBehaviour.version_id == BehaviourVersion.id)
        .where(CalibrationBehaviour.calibration_id == calibration_id)
        .order_by(*_BY_NAME)
    )
    return db.session.execute(statement).all()


def own_levels(calibration_id: int, rater_id: int) -> dict[int, dict[int, int]]:
    """What one rater has given so far: level by behaviour's id, by position. One statement."""
    statement = (
        select(CalibrationItem.position, CalibrationLevel.behaviour_id, CalibrationLevel.level)
        .join(CalibrationLevel, CalibrationLevel.item_id == CalibrationItem.id)
        .where(CalibrationItem.calibration_id == calibration_id, CalibrationLevel.rater_id == rater_id)
    )
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for position, behaviour_id, level in db.session.execute(statement):
        found[position][behaviour_id] = level
    return dict(found)


def agreements(calibration_id: int) -> Sequence[Any]:
    """What a closed one found, a row for each behaviour by name: `Agreement`'s columns, and name. One statement."""
    statement = (
        select(BehaviourVersion.name, Agreement.__table__)
        .join(CalibrationBehaviour, CalibrationBehaviour.version_id == BehaviourVersion.id)
        .join(
            Agreement,
            and_(
                Agreement.calibration_id == CalibrationBehaviour.calibration_id,
                Agreement.behaviour_id == CalibrationBehaviour.behaviour_id,
            ),
        )
        .where(CalibrationBehaviour.calibration_id == calibration_id)
        .order_by(*_BY_NAME)
    )
    return db.session.execute(statement).all()


def own_severities(rater_id: int, calibration_ids: Iterable[int]) -> dict[int, Severity]:
    """How strict one rater was in closed calibrations, by their id. One statement.

    Compared are those who handed in, on what they all scored.
    """
    ids = list(calibration_ids)
    if not ids:
        return {}
    own = aliased(CalibrationLevel)
    cell = (CalibrationLevel.item_id, CalibrationLevel.behaviour_id)
    all_of_them = (
        select(CalibrationItem.calibration_id, *cell, func.avg(CalibrationLevel.level).label("mean"))
        .join(CalibrationItem, CalibrationItem.id == CalibrationLevel.item_id)
        .join(Calibration, Calibration.id == CalibrationItem.calibration_id)
        .join(CalibrationRater, and_(_ASKED, CalibrationRater.person_id == CalibrationLevel.rater_id))
        .where(Calibration.id.in_(ids), Calibration.closed_at.is_not(None), CalibrationRater.submitted_at.is_not(None))
        .group_by(CalibrationItem.calibration_id, *cell)
        .having(func.count() > 1)
        .subquery()
    )
    same = and_(own.item_id == all_of_them.c.item_id, own.behaviour_id == all_of_them.c.behaviour_id)
    handed_in = and_(_OWN.calibration_id == all_of_them.c.calibration_id, _OWN.person_id == own.rater_id)
    statement = (
        select(all_of_them.c.calibration_id, func.count())
        .add_columns(cast(func.avg(own.level - all_of_them.c.mean), Float))
        .join(own, same)
        .join(_OWN, handed_in)
        .where(own.rater_id == rater_id, _OWN.submitted_at.is_not(None))
        .group_by(all_of_them.c.calibration_id, own.item_id)
        .order_by(own.item_id)
    )
    found: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for calibration_id, count, difference in db.session.execute(statement):
        found[calibration_id].append((count, difference))
    judged = {key: severity([one for _, one in rows], min(n for n, _ in rows)) for key, rows in found.items()}
    return {key: one for key, one in judged.items() if one is not None}


def supervisors(limit: int) -> Sequence[Any]:
    """Active people with reports, by name: id, names, employee id, job role. One statement."""
    statement = (
        select(Person.id, Person.given_name, Person.family_name, Person.employee_id, Person.job_role)
        .where(Person.active, _leads())
        .order_by(Person.family_name, Person.given_name, Person.id)
        .limit(limit)
    )
    return db.session.execute(statement).all()


def supervisors_among(*, ids: Iterable[int] = (), employee_ids: Iterable[str] = ()) -> Sequence[Any]:
    """Those of these people who are active and have reports: id and employee id. One statement."""
    named = or_(Person.id.in_(list(ids)), Person.employee_id.in_(list(employee_ids)))
    return db.session.execute(select(Person.id, Person.employee_id).where(Person.active, _leads(), named)).all()


def _leads() -> ColumnElement[bool]:
    report = aliased(Person)
    return exists(select(report.id).where(report.manager_id == Person.id, report.active))
