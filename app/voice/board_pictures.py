"""The board as pictures: how sure its order is, and what customers rated before and after a fix."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from app.core.charts import Chart, Estimate, dots
from app.core.charts.words import shorten
from app.voice import board_phrases as phrases
from app.voice.queries.movements import Moved
from app.voice.queries.ranking import load_of
from app.voice.rules.movements import Ratings
from app.voice.rules.ranking import Place, Weights, score

FEWEST = 3  # blockers that a picture says something of


def order(rows: Sequence[Any], places: Mapping[int, Place], known: Weights) -> Chart:
    """Those that weigh most, with how sure their scores are."""
    items = []
    for row in rows:
        found = score(load_of(row), known)
        value, low, high = (_rounded(one / known.average) for one in (found.value, found.low, found.high))
        href = url_for("voice.blocker", blocker_id=row.id)
        items.append(Estimate(row.title, value, low, high, href=href))
    description = (
        "How often in a month somebody meets it, counted more where what customers notice of it goes with their score: "
        "as if all of it were worth the average. Lines show where the true value may well be."
    )
    return dots(_finding(rows, places), description, items, span=(0, 1), head="Blocker")


def _rounded(value: float) -> float:
    """As exactly as such a figure is worth."""
    return round(value) if value >= 10 else round(value, 1)


def _finding(rows: Sequence[Any], places: Mapping[int, Place]) -> str:
    """Which one leads, in a sentence that claims no more than can be told."""
    first = [row for row in rows if places[row.id].first == 1]
    if len(first) == 1:
        return f"“{shorten(first[0].title, room=60)}” weighs most"
    if len(first) == len(rows):
        return "Which of these weighs most can’t be told"
    return f"One of the first {len(first)} weighs most; which of them can’t be told"


def before_and_after(found: Moved) -> Chart | None:
    """The mean rating on both sides of a fix; None where they can't be compared."""
    if found.difference is None:
        return None
    driver = found.driver
    items = [
        _estimate(label, side, driver) for label, side in (("Before", found.before), ("After the fix", found.after))
    ]
    description = (
        f"Mean rating by customers on a scale from {driver.low} to {driver.high}. The line beside a dot shows where "
        "the true mean may well be."
    )
    return dots(phrases.movement(found), description, items, span=(driver.low, driver.high), head="When")


def _estimate(label: str, side: Ratings, driver: Any) -> Estimate:
    low, high = side.interval
    return Estimate(label, side.mean, max(driver.low, low), min(driver.high, high))
