"""Lists of responses: those that a viewer may read, narrowed by whom they are about and by what they say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.core import tables
from app.core.db import db
from app.core.search import TextIndex
from app.core.sentiment import BAND, Tone
from app.core.tables import Page, Sort
from app.nps.models import EmergingTopic, Label, Response
from app.nps.queries.narrowing import Part, all_of, size, within
from app.nps.queries.subjects import Subject, label, of_subject, sees_all, visible_responses
from app.nps.rules import Period

COMMENTS = TextIndex("search_fts_comment", Response.id, Response.comment, Response.sentiment.is_not(None))
ON_A_PAGE = 50
FEW = 2000  # of the comments that hold some words; so many are found by their ids
SAMPLE = 3000  # of the newest comments, whose topics are looked for
_WHEN: Any = Response.responded_at
_ID: Any = Response.id
NEWEST = {"when": Sort("When", (_WHEN, _ID))}
_SCORES = {"promoter": (9, 10), "passive": (7, 8), "detractor": (0, 6)}
_TONES: dict[Tone, ColumnElement[bool]] = {
    Tone.POSITIVE: Response.sentiment >= BAND,
    Tone.NEUTRAL: and_(Response.sentiment > -BAND, Response.sentiment < BAND),
    Tone.NEGATIVE: Response.sentiment <= -BAND,
}


@dataclass(frozen=True)
class Wanted:
    """Which responses a list shows: those that count for all of its subjects, and fit everything else."""

    subjects: tuple[Subject, ...]
    period: Period
    band: str = ""
    tone: Tone | None = None
    words: str = ""
    topic: str = ""
    silent_too: bool = False  # also those without a comment

    @property
    def by_words(self) -> bool:
        """Whether only comments that were read can fit."""
        return bool(self.words or self.topic or self.tone)


def newest(wanted: Wanted, viewer: Person, args: Mapping[str, str]) -> Page:
    """Fifty responses, the newest first, from the place that the address names. At most two statements."""
    places = {key: args[key] for key in ("after", "before") if key in args}
    statement = _listed(wanted, viewer)
    return tables.page(db.session(), statement, NEWEST, {"sort": "-when", **places}, ON_A_PAGE)


def everything(wanted: Wanted, viewer: Person) -> Iterator[Any]:
    """All responses of the list, the oldest first, read in batches."""
    names = {key: aliased(Label) for key in ("channel", "department", "team", "tier")}
    statement = _listed(wanted, viewer)
    for key, of_response in names.items():
        column = getattr(Response, f"{key}_id")
        statement = statement.outerjoin(of_response, of_response.id == column).add_columns(of_response.name.label(key))
    return tables.in_batches(db.session(), statement, NEWEST["when"])


def said_lately(wanted: Wanted, viewer: Person) -> Sequence[Any]:
    """Score and comment of the newest comments of the list, whatever their band or topic. At most two statements."""
    wider = replace(wanted, band="", topic="", silent_too=False)
    statement = select(Response.score, Response.comment).where(*_conditions(wider, viewer))
    newest_first = statement.order_by(Response.responded_at.desc(), Response.id.desc())
    return db.session.execute(newest_first.limit(SAMPLE)).all()


def any_unread() -> bool:
    """Whether some comments were not read yet, so that they have no tone and no search finds them. One statement."""
    unread = select(Response.id).where(Response.comment.is_not(None), Response.sentiment.is_(None)).limit(1)
    return db.session.scalar(unread) is not None


def emerging_topics() -> Sequence[EmergingTopic]:
    """What has come up lately, the clearest first. One statement."""
    return db.session.scalars(select(EmergingTopic).order_by(EmergingTopic.z.desc(), EmergingTopic.term)).all()


def label_in_scope(label_id: int, viewer: Person) -> Subject | None:
    """A label that narrows a list, if some response that the viewer may read carries it. At most two statements."""
    found = label(label_id)
    if found is None or sees_all(viewer):
        return found
    carries = select(Response.id).where(visible_responses(viewer), of_subject(found)).limit(1)
    return found if db.session.scalar(carries) is not None else None


def _listed(wanted: Wanted, viewer: Person) -> Select[*tuple[Any, ...]]:
    touchpoint, served_by = aliased(Label), aliased(Person)
    return (
        select(
            Response.id,
            Response.score,
            Response.responded_at,
            Response.comment,
            Response.sentiment,
            Response.version,
            touchpoint.name.label("touchpoint"),
            served_by.given_name,
            served_by.family_name,
        )
        .outerjoin(touchpoint, touchpoint.id == Response.touchpoint_id)
        .outerjoin(served_by, served_by.id == Response.person_id)
        .where(*_conditions(wanted, viewer))
    )


def _conditions(wanted: Wanted, viewer: Person) -> Iterator[ColumnElement[bool]]:
    yield from _whose(wanted, viewer)
    yield within(wanted.period)
    if not wanted.silent_too or wanted.by_words:
        yield Response.comment.is_not(None)
    if wanted.band:
        yield Response.score.between(*_SCORES[wanted.band])
    if wanted.tone:
        yield _TONES[wanted.tone]


def _whose(wanted: Wanted, viewer: Person) -> Iterator[ColumnElement[bool]]:
    parts: list[Part] = [(size(subject, wanted.period), of_subject(subject)) for subject in wanted.subjects]
    parts.append((None, visible_responses(viewer)))
    if wanted.words or wanted.topic:
        few = COMMENTS.ids(wanted.words, wanted.topic, most=FEW)
        if few is None:
            parts.append((None, COMMENTS.holds(wanted.words, wanted.topic)))
        else:
            parts.append((len(few), Response.id.in_(few)))
    yield from all_of(parts)
