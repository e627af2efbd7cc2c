"""Responses as rows of a file, without anything about the customer."""

from collections.abc import Iterable, Iterator
from typing import Any

from app.core.sentiment import tone_of
from app.core.tables import Cell
from app.nps.comment_phrases import name_of
from app.nps.rules import band

HEADER = (
    "response",
    "responded_at",
    "score",
    "band",
    "comment",
    "tone",
    "served_by",
    "touchpoint",
    "channel",
    "department",
    "team",
    "tier",
)


def cells(rows: Iterable[Any]) -> Iterator[tuple[Cell, ...]]:
    """Rows in the order of HEADER."""
    for row in rows:
        tone = "" if row.sentiment is None else tone_of(row.sentiment).value
        about = (name_of(row), row.touchpoint, row.channel, row.department, row.team, row.tier)
        yield row.id, row.responded_at, row.score, band(row.score), row.comment, tone, *about
