"""Two calibrations at Larkspur: one closed three months ago, and one that is open."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from app.coaching.models import (
    Calibration,
    CalibrationBehaviour,
    CalibrationItem,
    CalibrationLevel,
    CalibrationRater,
)
from app.coaching.operations.calibration import close_calibration
from app.demo import coaching_truth as truth
from app.demo.coaching_book import Book, Row, at
from app.demo.coaching_rubric import Item, Setting
from app.demo.coaching_staff import Coached, Lead

FEWEST = 2  # raters
OPEN_FOR = 16  # days that raters have


def raters(staff: Sequence[Coached]) -> list[Lead]:
    """Supervisors of Support, the one of the sign-ins first; in a small company, supervisors of any front line."""
    leads = {one.lead.id: one.lead for one in staff if one.frontline}
    ordered = sorted(leads.values(), key=lambda lead: (lead.person.part != "supervisor", lead.person.number))
    support = [lead for lead in ordered if lead.person.department == "Support"]
    chosen = support if len(support) >= FEWEST else ordered
    return chosen[: truth.MOST_RATERS] if len(chosen) >= FEWEST else []


def blocked(setting: Setting, asked: Sequence[Lead]) -> tuple[date, int] | None:
    """From when on which behaviour can open no gap, since raters agree too little."""
    if not asked or len(setting.rubric) <= max(truth.CALIBRATED):
        return None
    return setting.ago(truth.CALIBRATED_DAYS_AGO), truth.UNCALIBRATED


def write_closed(setting: Setting, asked: Sequence[Lead]) -> int:
    """The first one, in which raters agreed on two of three behaviours; its id. `close` works out what it found."""
    opened = setting.ago(truth.CALIBRATED_DAYS_AGO + OPEN_FOR)
    calibration = _calibration(setting, "Support calls, first round", opened, list(truth.CALIBRATED))
    items = _items(setting.book, calibration, "first")
    for number, lead in enumerate(asked):
        _asked(setting.book, calibration, lead, at(opened + timedelta(days=2 + number), 15))
        for place, table in truth.CALIBRATED.items():
            _score(setting.book, items, lead, setting.rubric[place], [int(levels[number]) for levels in table])
    number_of_it: int = calibration["id"]
    return number_of_it


def write_open(setting: Setting, asked: Sequence[Lead]) -> None:
    """The second one, on what failed and on one more. The sign-in has not begun, half of the others are done."""
    opened = setting.ago(OPEN_FOR - 6)
    places = (truth.UNCALIBRATED, truth.TEAMS_OWN)
    calibration = _calibration(setting, "Support calls, second round", opened, places)
    items = _items(setting.book, calibration, "second")
    for number, lead in enumerate(asked):
        done = number % 2 == 1
        _asked(setting.book, calibration, lead, at(opened + timedelta(days=1 + number), 16) if done else None)
        for place in places if done else ():
            levels = [int(levels[number]) for levels in truth.CALIBRATED_AGAIN]
            _score(setting.book, items, lead, setting.rubric[place], levels)


def close(calibration_id: int, today: date) -> None:
    """Work out what the raters of the first one agree on. Its rows must be written."""
    close_calibration(calibration_id, at(today - timedelta(days=truth.CALIBRATED_DAYS_AGO), 7))


def _calibration(setting: Setting, title: str, opened: date, places: Sequence[int]) -> Row:
    row = setting.book.add(
        Calibration,
        token=f"demo-{title}"[:40],
        title=title,
        floor=0.5,
        opened_by_id=setting.by_id,
        opened_at=at(opened, 9),
        closes_on=opened + timedelta(days=OPEN_FOR),
        closed_at=None,
    )
    for place in places:
        item = setting.rubric[place]
        key = {"calibration_id": row["id"], "behaviour_id": item.id}
        setting.book.add(CalibrationBehaviour, **key, version_id=item.version_id)
    return row


def _items(book: Book, calibration: Row, which: str) -> list[Row]:
    found = enumerate(calls()[which], 1)
    key = {"calibration_id": calibration["id"], "link": ""}
    return [book.add(CalibrationItem, **key, position=n, title=title, material=text) for n, (title, text) in found]


def _asked(book: Book, calibration: Row, lead: Lead, handed_in: datetime | None) -> None:
    book.add(CalibrationRater, calibration_id=calibration["id"], person_id=lead.id, submitted_at=handed_in)


def _score(book: Book, items: Sequence[Row], lead: Lead, of: Item, levels: Sequence[int]) -> None:
    for item, level in zip(items, levels, strict=True):
        book.add(CalibrationLevel, item_id=item["id"], rater_id=lead.id, behaviour_id=of.id, level=level)


@cache
def calls() -> dict[str, list[tuple[str, str]]]:
    """Titles and transcripts by the calibration that they belong to."""
    found: dict[str, list[tuple[str, str]]] = {}
    text = Path(__file__).with_name("coaching_calls.txt").read_text(encoding="utf-8")
    for part in text.split("\n\n"):
        heading, _, material = part.strip().partition("\n")
        which, _, title = heading.strip("[]").partition(": ")
        found.setdefault(which, []).append((title, material))
    return found
