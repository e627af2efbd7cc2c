"""Blockers that are like what somebody is about to report, so that people join rather than repeat."""

from dataclasses import dataclass

from sqlalchemy import func, or_, select, union_all

from app.core import search
from app.core.db import db
from app.voice.models import Blocker
from app.voice.rules.similar import ALIKE, likeness, telling_words

OFFERED = 5
_LOOKED_AT = 2000  # of the newest; older ones are found by their words alone
_BY_WORDS = 50
_BEGINNING = 300  # characters of what happens that are compared
_SHORTEST = 4  # characters typed, before anything is offered


@dataclass(frozen=True, slots=True)
class Similar:
    """One blocker that is offered, with how many meet it."""

    id: int
    title: str
    state: str
    reach: int
    likeness: float


def similar_to(typed: str, *, but: int | None = None) -> list[Similar]:
    """The most similar ones on the board, the nearest first; `but` leaves one out. Two statements."""
    typed = typed.strip()[:500]
    if len(typed) < _SHORTEST:
        return []
    words = telling_words(typed)
    held = _holding(words)
    candidates = (
        select(
            Blocker.id,
            Blocker.title,
            func.substr(Blocker.happens, 1, _BEGINNING).label("happens"),
            Blocker.state,
            Blocker.votes,
        )
        .where(Blocker.state != "draft", Blocker.merged_into_id.is_(None), Blocker.id != (but or 0))
        .order_by(Blocker.id.desc())
    )
    newest = candidates.with_only_columns(Blocker.id).limit(_LOOKED_AT).subquery()
    wanted = candidates.where(or_(Blocker.id.in_(select(newest.c.id)), Blocker.id.in_(held)))
    found = [
        Similar(row.id, row.title, row.state, row.votes + 1, near)
        for row in db.session.execute(wanted)
        if (near := likeness(typed, row.title, row.happens, held.get(row.id, 0) / max(len(words), 1))) >= ALIKE
    ]
    return sorted(found, key=lambda one: (-one.likeness, -one.reach, one.id))[:OFFERED]


def _holding(words: list[str]) -> dict[int, int]:
    """Blockers that the full-text search finds by one word or more, and by how many."""
    if not words:
        return {}
    finds = [search.matching("blocker", word).subquery() for word in words]
    each = union_all(*(select(one.c.ref) for one in finds)).subquery()
    number = func.count().label("number")
    counted = select(each.c.ref, number).group_by(each.c.ref).order_by(number.desc(), each.c.ref).limit(_BY_WORDS)
    return {int(row.ref): row.number for row in db.session.execute(counted)}
