"""Observing someone's work: a draft as one types, then an observation that never changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import delete, insert, select

from app.accounts.models import Person
from app.accounts.queries import is_below
from app.coaching.models import LEVELS, BehaviourVersion, Observation, ObservedLevel
from app.coaching.operations.gaps import look_for_gaps
from app.coaching.queries.observations import quoted
from app.core import clock
from app.core.db import db, insert_for
from app.core.errors import Conflict, Invalid

CHANNELS = ("call", "chat", "mail", "visit", "other")
OLDEST = timedelta(days=90)
LONGEST_NOTE = 10_000
LONGEST_LINK = 500
KEPT = "You have kept this observation already; it stays as it was. To add what you saw, begin another one."
MIXED_UP = "This form belongs to another observation. Open the page again before you go on."


@dataclass(frozen=True, slots=True)
class Seen:
    """What an observer says about one interaction. `levels` are by the version of the wording they were chosen by."""

    channel: str
    observed_on: date | None
    levels: Mapping[int, int]
    note: str = ""
    link: str = ""
    response_id: int | None = None


_Levels = dict[int, tuple[int, int]]  # a behaviour's id: the version of its wording, and the level


def save_draft(person: Person, observer: Person, token: str, values: Seen, now: datetime) -> Observation:
    """Keep what is typed; the first save begins the draft. The same form again changes the same draft.

    Raises Invalid for what can't be kept and Conflict when the observation is no draft any more.
    """
    _refuse(_too_much(values) | _forged(person, observer, values))
    levels = _scored(values.levels)
    draft = _begun(person, observer, token, now)
    if draft.state != "draft":
        raise Conflict(KEPT)
    _write(draft, values, levels, now)
    return draft


def keep(person: Person, observer: Person, token: str, values: Seen, now: datetime) -> Observation:
    """Make it an observation that the other sees and that counts. The same form a second time changes nothing.

    Raises Invalid with the fields that lack something, and Conflict when it was kept already with other content.
    """
    wrong = _too_much(values) | _forged(person, observer, values)
    _refuse(wrong | _missing(values, _latest_day(observer, now)))
    levels = _scored(values.levels)
    found = _begun(person, observer, token, now)
    if found.state != "draft":
        if _said(found) != (values, levels):
            raise Conflict(KEPT)
        return found
    _write(found, values, levels, now)
    found.kind = _kind(person, observer)
    found.state, found.kept_at = "kept", now
    db.session.flush()
    if found.kind != "self":  # how one sees oneself opens no gap and closes none
        look_for_gaps([person.id], now)
    return found


def discard_draft(observation_id: int, observer: Person) -> bool:
    """Remove one's own draft; True when there was one. What is kept stays."""
    theirs = select(Observation.id).where(
        Observation.id == observation_id, Observation.observer_id == observer.id, Observation.state == "draft"
    )
    found = db.session.scalar(theirs.with_for_update())
    if found is None:
        return False
    db.session.execute(delete(ObservedLevel).where(ObservedLevel.observation_id == found))
    db.session.execute(delete(Observation).where(Observation.id == found))
    return True


def is_web_address(text: str) -> bool:
    """Whether a browser can be sent there: http or https, with a host."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not any(char.isspace() for char in text)


def _refuse(wrong: Mapping[str, str]) -> None:
    if wrong:
        raise Invalid(next(iter(wrong.values())), wrong)


def _too_much(values: Seen) -> dict[str, str]:
    bounds = (("note", values.note, LONGEST_NOTE), ("link", values.link, LONGEST_LINK))
    return {
        name: f"There is room for {most:,} characters; this has {len(text):,}."
        for name, text, most in bounds
        if len(text) > most
    }


def _forged(person: Person, observer: Person, values: Seen) -> dict[str, str]:
    """What no form offers, or offers no longer."""
    wrong = {}
    if values.channel not in CHANNELS:
        wrong["channel"] = "Choose where you saw it."
    if values.response_id is not None:
        response = quoted(values.response_id, person.id, observer)
        if response is None or not response.comment:
            wrong["response"] = "This comment is not there any more, or not yours to read. Choose another one."
    if not all(1 <= level <= LEVELS for level in values.levels.values()):
        wrong["levels"] = f"Levels go from 1 to {LEVELS}."
    return wrong


def _latest_day(observer: Person, now: datetime) -> date:
    """Today, where the observer is or where the company counts days: nobody is told that now is the future."""
    return max(clock.today_in("", now), clock.today_in(observer.time_zone, now))


def _missing(values: Seen, today: date) -> dict[str, str]:
    wrong = {}
    if not values.levels:
        wrong["levels"] = "Choose a level for at least one behaviour that you saw."
    if values.observed_on is None or not today - OLDEST <= values.observed_on <= today:
        wrong["observed_on"] = f"Choose the day you saw it: at most {OLDEST.days} days ago, and not in the future."
    if values.link and not is_web_address(values.link):
        wrong["link"] = "Enter a whole address that begins with https:// or http://."
    if not (values.note or values.link or values.response_id):
        wrong["note"] = "Say what shows it: write a note, give a link or quote a customer. One of them is enough."
    return wrong


def _scored(levels: Mapping[int, int]) -> _Levels:
    """The levels by behaviour. A wording is one that was written once, current or not."""
    if not levels:
        return {}
    statement = select(BehaviourVersion.id, BehaviourVersion.behaviour_id).where(BehaviourVersion.id.in_(levels))
    versions = db.session.execute(statement.order_by(BehaviourVersion.id)).all()
    if len(versions) < len(levels):
        raise Invalid("", {"levels": "One of these behaviours is not known. Open the page again."})
    return {row.behaviour_id: (row.id, levels[row.id]) for row in versions}


def _begun(person: Person, observer: Person, token: str, now: datetime) -> Observation:
    """The observation of this form as it is now, for this transaction alone; begun where there is none."""
    own = select(Observation).where(Observation.observer_id == observer.id, Observation.token == token)
    own = own.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalar(own)
    if found is None:
        values = {
            "token": token,
            "person_id": person.id,
            "observer_id": observer.id,
            "kind": _kind(person, observer),
            "channel": CHANNELS[0],
            "observed_on": _latest_day(observer, now),
            "state": "draft",
            "note": "",
            "link": "",
            "saved_at": now,
        }
        statement = insert_for(Observation).values(**values)
        db.session.execute(statement.on_conflict_do_nothing(index_elements=["observer_id", "token"]))
        found = db.session.execute(own).scalar_one()
    if found.person_id != person.id:
        raise Conflict(MIXED_UP)
    return found


def _kind(person: Person, observer: Person) -> str:
    if person.id == observer.id:
        return "self"
    return "supervisor" if is_below(observer.id, person.id) else "peer"


def _write(draft: Observation, values: Seen, levels: _Levels, now: datetime) -> None:
    draft.channel = values.channel
    draft.observed_on = values.observed_on or draft.observed_on
    draft.note, draft.link, draft.response_id = values.note, values.link, values.response_id
    draft.saved_at = now
    db.session.flush()
    db.session.execute(delete(ObservedLevel).where(ObservedLevel.observation_id == draft.id))
    rows: list[dict[str, Any]] = [
        {"observation_id": draft.id, "behaviour_id": behaviour, "version_id": version, "level": level}
        for behaviour, (version, level) in levels.items()
    ]
    if rows:
        db.session.execute(insert(ObservedLevel), rows)


def _said(kept: Observation) -> tuple[Seen, _Levels]:
    """What a kept observation says, in the shape that a form gives it."""
    statement = select(ObservedLevel.behaviour_id, ObservedLevel.version_id, ObservedLevel.level)
    rows = db.session.execute(statement.where(ObservedLevel.observation_id == kept.id)).all()
    levels = {row.behaviour_id: (row.version_id, row.level) for row in rows}
    seen = Seen(
        channel=kept.channel,
        observed_on=kept.observed_on,
        levels=dict(levels.values()),
        note=kept.note,
        link=kept.link,
        response_id=kept.response_id,
    )
    return seen, levels
