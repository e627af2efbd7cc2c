"""Say who takes care of a blocker, how far it is and until when; everything that is said is kept and told."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.accounts.models import Person
from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.nps.models import Driver
from app.voice.models import Blocker, BlockerChange
from app.voice.operations import telling
from app.voice.queries.triage import people_called
from app.voice.rules.triage import DATED, STATE_WORDS, is_back, moves

LONGEST_TEXT, LONGEST_SILO = 5_000, 120
FARTHEST = timedelta(days=3 * 366)
NOBODY = "nobody"
CHANGED_ELSEWHERE = (
    "Someone changed this blocker while you had the page open. Below is what you typed, and nothing of it is kept so "
    "far. Compare it with how the blocker stands now; send it again to keep yours."
)


@dataclass(frozen=True, slots=True)
class Placing:
    """What a champion alone decides. `owner` is a name, an e-mail address or an employee id."""

    owner: str
    silo: str
    driver_id: int | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the blocker is to stand. Without `placing` its owner, silo and driver stay as they are."""

    state: str
    target_on: date | None = None
    reason: str = ""
    we_did: str = ""
    note: str = ""
    placing: Placing | None = None


def lock(blocker: Blocker) -> Blocker:
    """The blocker with what its row says now, for this transaction alone."""
    db.session.refresh(blocker, with_for_update=True)
    return blocker


def triage(blocker: Blocker, wanted: Wanted, by: Person, seen: int, now: datetime) -> BlockerChange | None:
    """Keep how a blocker is to stand. None where it stands so already: a second click changes nothing.

    Raises Invalid with the fields at fault, and Conflict when it changed since the revision that was `seen`.
    """
    lock(blocker)
    if blocker.merged_into_id is not None or blocker.state == "draft":
        raise Conflict("This blocker was merged into another one. What becomes of it is said there.")
    placing = wanted.placing
    owner, problem = owner_named(placing.owner, blocker, by) if placing else (_owner_of(blocker), "")
    what = _differences(blocker, wanted, owner)
    if seen != blocker.revision and (what or problem or not _said_already(blocker, wanted.note, by)):
        raise Conflict(CHANGED_ELSEWHERE)
    if seen != blocker.revision or not (what or problem or wanted.note):
        return None
    _check(blocker, wanted, owner, problem, clock.today_in("", now))
    former_id = blocker.owner_id
    _apply(blocker, wanted, owner, clock.today_in("", now))
    change = note_change(blocker, by, what, wanted.note, now)
    telling.tell_followers(blocker, change, now)
    telling.tell_owners(blocker, change, former_id, now)
    return change


def note_change(blocker: Blocker, by: Person, what: dict[str, Any], note: str, now: datetime) -> BlockerChange:
    """Write into the blocker's history."""
    change = BlockerChange(blocker_id=blocker.id, changed_by_id=by.id, changed_at=now, what=what, note=note)
    db.session.add(change)
    db.session.flush()
    return change


def owner_named(text: str, blocker: Blocker, by: Person) -> tuple[Person | None, str]:
    """The one who is meant, or what stands in the way. Whoever owns it already may stay, even after leaving."""
    if not text:
        return None, ""
    present = _owner_of(blocker)
    if present is not None and text.casefold() in {present.email, present.name.casefold()}:
        return present, ""
    found = people_called(text, by)
    exact = [row for row in found if text.casefold() in _names_of(row)]
    if len(exact) == 1:
        found = exact
    if len(found) == 1:
        return db.session.get(Person, found[0].id), ""
    if not found:
        return None, "Nobody who works here has this name, e-mail address or employee id."
    some = ", ".join(f"{row.given_name} {row.family_name} ({row.email})" for row in found[:4])
    return None, f"Several people are called that, such as {some}. Enter the e-mail address."


def _names_of(row: Any) -> set[str]:
    return {f"{row.given_name} {row.family_name}".casefold(), row.email, row.employee_id.casefold()}


def _owner_of(blocker: Blocker) -> Person | None:
    return db.session.get(Person, blocker.owner_id) if blocker.owner_id else None


def _said_already(blocker: Blocker, note: str, by: Person) -> bool:
    """Whether a note adds nothing: the newest change of the blocker is this person's and says the same."""
    if not note:
        return True
    newest = select(BlockerChange.note, BlockerChange.changed_by_id).where(BlockerChange.blocker_id == blocker.id)
    row = db.session.execute(newest.order_by(BlockerChange.id.desc()).limit(1)).first()
    return row is not None and (row.note, row.changed_by_id) == (note, by.id)


def _differences(blocker: Blocker, wanted: Wanted, owner: Person | None) -> dict[str, list[str]]:
    """Field: what it says now and what it is to say, in words."""
    present = _owner_of(blocker)
    pairs = {
        "state": (STATE_WORDS[blocker.state], STATE_WORDS.get(wanted.state, "")),
        "target_on": (_in_words(blocker.target_on), _in_words(wanted.target_on)),
        "reason": (blocker.reason, wanted.reason),
        "we_did": (blocker.we_did, wanted.we_did),
    }
    if wanted.placing is not None:
        pairs["silo"] = (blocker.silo, wanted.placing.silo)
        pairs["driver"] = (_driver(blocker.driver_id), _driver(wanted.placing.driver_id))
        if (present and present.id) != (owner and owner.id):
            pairs["owner"] = (present.name if present else NOBODY, owner.name if owner else NOBODY)
    return {field: [before, after] for field, (before, after) in pairs.items() if field == "owner" or before != after}


def _in_words(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""


def _driver(driver_id: int | None) -> str:
    found = db.session.get(Driver, driver_id) if driver_id else None
    return found.name if found else ""


def _check(blocker: Blocker, wanted: Wanted, owner: Person | None, problem: str, today: date) -> None:
    wrong = _wrong_texts(wanted)
    state, day = wanted.state, wanted.target_on
    if state not in moves(blocker.state):
        raise Invalid("", {**wrong, "state": "Choose how far it is."})
    if problem:
        wrong["owner"] = problem
    elif owner is None and state != "new":
        wrong["owner"] = "Say who takes care of it; only a new one can be without an owner."
    if day is None and state in DATED:
        wrong["target_on"] = "Choose the day until which it is to be fixed."
    elif day is not None and day != blocker.target_on and not today <= day <= today + FARTHEST:
        wrong["target_on"] = "Choose a day from today on, within three years."
    if state == "wont_fix" and not wanted.reason:
        wrong["reason"] = "Say why it won’t be fixed; everyone reads it."
    if state == "fixed" and not wanted.we_did:
        wrong["we_did"] = "Say what was done; everyone reads it."
    if is_back(blocker.state, state) and not wanted.note:
        wrong["note"] = f"Say why it is not “{STATE_WORDS[blocker.state]}” any more."
    if wrong:
        raise Invalid("", wrong)


def _wrong_texts(wanted: Wanted) -> dict[str, str]:
    texts = {"reason": wanted.reason, "we_did": wanted.we_did, "note": wanted.note}
    wrong = {
        name: f"There is room for {LONGEST_TEXT:,} characters; this has {len(text):,}."
        for name, text in texts.items()
        if len(text) > LONGEST_TEXT
    }
    if wanted.placing is None:
        return wrong
    if len(wanted.placing.silo) > LONGEST_SILO:
        wrong["silo"] = f"There is room for {LONGEST_SILO} characters."
    if wanted.placing.driver_id is not None and db.session.get(Driver, wanted.placing.driver_id) is None:
        wrong["driver"] = "This driver is not there any more. Choose another one."
    return wrong


def _apply(blocker: Blocker, wanted: Wanted, owner: Person | None, today: date) -> None:
    if wanted.placing is not None:
        blocker.owner_id = owner.id if owner else None
        blocker.silo, blocker.driver_id = wanted.placing.silo, wanted.placing.driver_id
    if wanted.state != blocker.state:
        blocker.state, blocker.state_on = wanted.state, today
        blocker.fixed_on = today if wanted.state == "fixed" else None
    blocker.target_on, blocker.reason, blocker.we_did = wanted.target_on, wanted.reason, wanted.we_did
    blocker.answered_on = blocker.answered_on or today
    blocker.revision += 1
    db.session.flush()
