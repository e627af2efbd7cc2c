"""The board as rows of a file: what its pages show, and nothing of who reported a blocker or who meets it."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from app.core.tables import Cell
from app.voice.blocker_phrases import FREQUENCIES
from app.voice.queries.ranking import load_of
from app.voice.rules.ranking import Weights, occurrences, score
from app.voice.rules.triage import STATE_WORDS

HEADER = (
    "Number",
    "Blocker",
    "Process",
    "How often",
    "People who meet it",
    "Times a month, about",
    "What customers notice",
    "Score",
    "Score from",
    "Score to",
    "State",
    "Who can fix it",
    "Owner",
    "Target day",
    "Reported on",
)
WAITING = (
    "Number",
    "Blocker",
    "Process",
    "State",
    "Who can fix it",
    "Owner",
    "People who meet it",
    "Reported on",
    "Days since",
    "Target day",
    "Days late",
)


def cells(rows: Iterable[Any], known: Weights) -> Iterator[tuple[Cell, ...]]:
    """Rows in the order of HEADER."""
    for row in rows:
        load = load_of(row)
        weighs = score(load, known)
        figures = (round(one, 2) for one in (weighs.value, weighs.low, weighs.high))
        about = (FREQUENCIES[row.frequency], load.reach, round(occurrences(load).value, 1), row.driver, *figures)
        place = (STATE_WORDS[row.state], row.silo, row.owner, row.target_on, row.reported_on)
        yield row.id, row.title, row.process, *about, *place


def waiting_cells(rows: Iterable[Any], today: date) -> Iterator[tuple[Cell, ...]]:
    """Rows in the order of WAITING."""
    for row in rows:
        late = (today - row.target_on).days if row.target_on and row.target_on < today else None
        place = (STATE_WORDS[row.state], row.silo, row.owner, row.votes + 1)
        days = (row.reported_on, (today - row.reported_on).days, row.target_on, late)
        yield row.id, row.title, row.process, *place, *days
