"""Calibrations: opening one, scoring it blind, handing in, and closing it with what was found.

Whatever writes to a calibration first locks its row, so that no level comes in while it closes and it closes once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select

from app.accounts.models import Person
from app.coaching.models import (
    LEVELS,
    Agreement,
    Calibration,
    CalibrationBehaviour,
    CalibrationItem,
    CalibrationLevel,
    CalibrationRater,
)
from app.coaching.queries import calibration as queries
from app.coaching.queries.benchmarks import current_behaviours
from app.coaching.rules import agreement as rules
from app.core import clock
from app.core.db import db, insert_for
from app.core.errors import Conflict, Invalid, NotFound

FEWEST_RATERS, MOST_RATERS, MOST_ITEMS = 2, 100, 8
_CLOSED = "This calibration is closed, so nothing was changed. Its result is on its page."
_HANDED_IN = "You have handed in your levels already, so nothing was changed."


@dataclass(frozen=True, slots=True)
class Interaction:
    """What all raters are to score: a transcript, a link to a recording, or both."""

    title: str
    material: str = ""
    link: str = ""


def open_calibration(
    *,
    token: str,
    title: str,
    floor: float,
    closes_on: date,
    behaviours: Iterable[int],
    interactions: Sequence[Interaction],
    raters: Iterable[int],
    opened_by_id: int,
    now: datetime,
) -> int:
    """The id of the new calibration; the same token again gives the one there is. Raises Invalid by field.

    Fields are those that a form names so: closes_on, behaviours, raters, title_1 for the interactions.
    """
    there = db.session.scalar(select(Calibration.id).where(Calibration.token == token))
    if there is not None:  # the same form again
        return there
    known = {row.id: row.version_id for row in current_behaviours()}
    chosen, asked = sorted(set(behaviours)), sorted(set(raters))
    wrong = {
        "closes_on": "Choose today or a later day." if closes_on < clock.today_in("", now) else "",
        "behaviours": _about_behaviours(chosen, known),
        "title_1": _about_interactions(interactions),
        "raters": _about_raters(asked),
    }
    if any(wrong.values()):
        raise Invalid(fields={name: message for name, message in wrong.items() if message})
    values = {"token": token, "title": title, "floor": floor, "closes_on": closes_on}
    values |= {"opened_by_id": opened_by_id, "opened_at": now}
    statement = insert_for(Calibration).values(**values).on_conflict_do_nothing(index_elements=["token"])
    made = db.session.execute(statement.returning(Calibration.id)).scalar_one_or_none()
    if made is None:  # a second click was faster
        return db.session.scalars(select(Calibration.id).where(Calibration.token == token)).one()
    _write_parts(made, {one: known[one] for one in chosen}, interactions, asked)
    return made


def _write_parts(
    calibration_id: int, versions: Mapping[int, int], interactions: Sequence[Interaction], asked: Sequence[int]
) -> None:
    whose = {"calibration_id": calibration_id}
    items = [
        {**whose, "position": position, "title": one.title, "material": one.material, "link": one.link}
        for position, one in enumerate(interactions, start=1)
    ]
    db.session.execute(insert(CalibrationItem), items)
    behaviours = [{**whose, "behaviour_id": one, "version_id": version} for one, version in versions.items()]
    db.session.execute(insert(CalibrationBehaviour), behaviours)
    db.session.execute(insert(CalibrationRater), [{**whose, "person_id": one} for one in asked])


def _about_behaviours(chosen: Sequence[int], known: Mapping[int, int]) -> str:
    if not chosen:
        return "Choose at least one behaviour."
    return "" if set(chosen) <= known.keys() else "One of these is no longer in the rubric. Choose again."


def _about_interactions(interactions: Sequence[Interaction]) -> str:
    if not interactions:
        return "Describe at least one interaction."
    return f"A calibration has at most {MOST_ITEMS} interactions." if len(interactions) > MOST_ITEMS else ""


def _about_raters(asked: Sequence[int]) -> str:
    if len(asked) < FEWEST_RATERS:
        return "Choose at least two raters: agreement takes two."
    if len(asked) > MOST_RATERS:
        return f"Choose at most {MOST_RATERS} raters."
    if {row.id for row in queries.supervisors_among(ids=asked)} != set(asked):
        return "One of these no longer leads anyone. Choose again."
    return ""


def _locked(calibration_id: int) -> Calibration:
    statement = select(Calibration).where(Calibration.id == calibration_id).with_for_update()
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()


def _rater(calibration_id: int, rater_id: int) -> CalibrationRater:
    rater = db.session.get(CalibrationRater, (calibration_id, rater_id), populate_existing=True)
    if rater is None:
        raise NotFound("You were not asked to score this calibration.")
    return rater


def save_levels(item: CalibrationItem, rater_id: int, levels: Mapping[int, int]) -> None:
    """Keep the levels that a rater gave an interaction, by behaviour's id: the last one of each counts.

    Raises NotFound, Conflict once it is closed or handed in, and Invalid for a behaviour or level that it doesn't have.
    """
    calibration = _locked(item.calibration_id)
    rater = _rater(item.calibration_id, rater_id)
    if calibration.closed_at is not None:
        raise Conflict(_CLOSED)
    if rater.submitted_at is not None:
        raise Conflict(_HANDED_IN)
    _keep(item, rater_id, levels)


def _keep(item: CalibrationItem, rater_id: int, levels: Mapping[int, int]) -> None:
    asked = {row.behaviour_id for row in queries.behaviours(item.calibration_id)}
    if not levels.keys() <= asked or not all(1 <= level <= LEVELS for level in levels.values()):
        raise Invalid(f"Choose one of the {LEVELS} levels for each behaviour.")
    if not levels:
        return
    whose = {"item_id": item.id, "rater_id": rater_id}
    rows = [{**whose, "behaviour_id": one, "level": level} for one, level in sorted(levels.items())]
    statement = insert_for(CalibrationLevel).values(rows)
    keys = [*whose, "behaviour_id"]
    db.session.execute(statement.on_conflict_do_update(index_elements=keys, set_={"level": statement.excluded.level}))


def hand_in(item: CalibrationItem, rater_id: int, levels: Mapping[int, int], now: datetime) -> list[int]:
    """Keep these last levels as `save_levels` does, and be done; when all raters are, the calibration closes.

    The positions where levels are missing, so that it was not handed in; none when it was. A second time changes
    nothing. Raises as `save_levels` does.
    """
    calibration = _locked(item.calibration_id)
    rater = _rater(calibration.id, rater_id)
    if rater.submitted_at is not None:
        return []
    if calibration.closed_at is not None:
        raise Conflict(_CLOSED)
    _keep(item, rater_id, levels)
    missing = _positions_missing(calibration.id, rater_id)
    if missing:
        return missing
    rater.submitted_at = now
    db.session.flush()
    pending = (
        select(func.count())
        .select_from(CalibrationRater)
        .join(Person, Person.id == CalibrationRater.person_id)
        .where(CalibrationRater.calibration_id == calibration.id, CalibrationRater.submitted_at.is_(None))
    )
    if not db.session.scalar(pending.where(Person.active)):
        _close(calibration, now)
    return []


def _positions_missing(calibration_id: int, rater_id: int) -> list[int]:
    behaviours = len(queries.behaviours(calibration_id))
    given = queries.own_levels(calibration_id, rater_id)
    positions = [item.position for item in queries.items(calibration_id)]
    return [position for position in positions if len(given.get(position, {})) < behaviours]


def close_calibration(calibration_id: int, now: datetime) -> None:
    """Close it now with what the raters who handed in agree on; a second time changes nothing."""
    calibration = _locked(calibration_id)
    if calibration.closed_at is None:
        _close(calibration, now)


def close_due(now: datetime) -> int:
    """Close those whose last day is over. How many."""
    over = Calibration.closes_on < clock.today_in("", now)
    due = db.session.scalars(select(Calibration.id).where(Calibration.closed_at.is_(None), over)).all()
    for calibration_id in due:
        close_calibration(calibration_id, now)
    return len(due)


def _close(calibration: Calibration, now: datetime) -> None:
    calibration.closed_at = now
    handed_in = select(CalibrationRater.person_id).where(
        CalibrationRater.calibration_id == calibration.id, CalibrationRater.submitted_at.is_not(None)
    )
    raters = db.session.scalars(handed_in.order_by(CalibrationRater.person_id)).all()
    given = _given(calibration.id, raters)
    rows = [
        _found(calibration, behaviour.behaviour_id, _table(given[behaviour.behaviour_id], raters), len(raters))
        for behaviour in queries.behaviours(calibration.id)
    ]
    db.session.add_all(rows)
    db.session.flush()


def _given(calibration_id: int, raters: Sequence[int]) -> dict[int, dict[int, dict[int, int]]]:
    """Levels by behaviour, item and rater."""
    statement = (
        select(CalibrationLevel.behaviour_id, CalibrationLevel.item_id, CalibrationLevel.rater_id)
        .add_columns(CalibrationLevel.level)
        .join(CalibrationItem, CalibrationItem.id == CalibrationLevel.item_id)
        .where(CalibrationItem.calibration_id == calibration_id, CalibrationLevel.rater_id.in_(raters))
        .order_by(CalibrationItem.position)
    )
    found: dict[int, dict[int, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    for behaviour_id, item_id, rater_id, level in db.session.execute(statement):
        found[behaviour_id][item_id][rater_id] = level
    return found


def _table(given: Mapping[int, Mapping[int, int]], raters: Sequence[int]) -> list[list[int]]:
    """A row for each item that all of them scored."""
    return [[by_rater[one] for one in raters] for by_rater in given.values() if len(by_rater) == len(raters)]


def _found(calibration: Calibration, behaviour_id: int, table: list[list[int]], raters: int) -> Agreement:
    found: dict[str, Any] = {"icc": rules.icc(table), "kappa": rules.mean_kappa(table)}
    found["raw"] = rules.raw_agreement(table)
    intervals = {"icc": rules.icc_interval, "kappa": rules.kappa_interval, "raw": rules.raw_interval}
    for name, interval in intervals.items():
        found[f"{name}_low"], found[f"{name}_high"] = interval(table) or (None, None)
    return Agreement(
        calibration_id=calibration.id,
        behaviour_id=behaviour_id,
        items=len(table),
        raters=raters,
        **found,
        reached=rules.reaches(found["icc"], calibration.floor),
        closed_at=calibration.closed_at or calibration.opened_at,
    )
