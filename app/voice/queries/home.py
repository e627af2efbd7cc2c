"""What of this slice waits for a person, for the home page: one statement, built once."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Boolean, Date, Integer, String, bindparam, cast, func, literal, null, select, true, union_all

from app.accounts.models import Person, Role
from app.core.db import db
from app.voice.models import Blocker, Participant, Survey, Wave

UNANSWERED_DAYS = 14  # nothing stays without a word for longer than this without being seen at the top
ANSWERS_FOR_ALL = (Role.CHAMPION, Role.EXECUTIVE)


@dataclass(frozen=True)
class Waiting:
    """What wants this person: rows of kind, id, text, link, day and number, or None."""

    survey: Any  # the first to close of the open waves that this person has taken no ticket for
    draft: Any  # the first draft of a blocker that a coaching talk left
    overdue: Any  # the own blocker whose target day went by first, with how many there are
    untriaged: Any  # blockers that are new and have no owner, with how many; champions
    unanswered: Any  # blockers that nobody answered in time, with how many; executives and champions


_ME: Any = bindparam("me", type_=Integer)
_TODAY: Any = bindparam("today", type_=Date)
_SINCE: Any = bindparam("since", type_=Date)
_TRIAGES: Any = bindparam("triages", type_=Boolean) == true()
_ON_THE_BOARD = Blocker.merged_into_id.is_(None)


def _first(kind: str, arm: Any, *order: Any) -> Any:
    """The first row of an arm: SQLite sorts within a union in a subquery only."""
    named = arm.add_columns(cast(literal(kind), String(12)).label("kind"), func.count().over().label("number"))
    return select(named.order_by(*order).limit(1).subquery())


def _blockers(day: Any) -> Any:
    return select(
        Blocker.id.label("id"),
        cast(Blocker.title, String(200)).label("text"),
        cast(null(), String(40)).label("link"),
        day.label("day"),
    )


_OF_EVERYBODY = (
    _first(
        "survey",
        select(Wave.id.label("id"), Survey.title.label("text"), Wave.link.label("link"), Wave.closes_on.label("day"))
        .join(Survey, Survey.id == Wave.survey_id)
        .join(Participant, Participant.wave_id == Wave.id)
        .where(Participant.person_id == _ME, Participant.took_part.is_(False))
        .where(Wave.state == "open", Wave.closes_on >= _TODAY),
        Wave.closes_on,
        Wave.id,
    ),
    _first(
        "draft",
        _blockers(Blocker.reported_on).where(Blocker.reporter_id == _ME, Blocker.state == "draft"),
        Blocker.id,
    ),
    _first(
        "overdue",
        _blockers(Blocker.target_on).where(
            Blocker.owner_id == _ME,
            Blocker.state.in_(["understood", "planned", "in_progress"]),
            Blocker.target_on < _TODAY,
            _ON_THE_BOARD,
        ),
        Blocker.target_on,
        Blocker.id,
    ),
)
_OF_THOSE_WHO_ANSWER = (
    _first(
        "untriaged",
        _blockers(Blocker.reported_on).where(
            _TRIAGES, Blocker.state == "new", Blocker.owner_id.is_(None), _ON_THE_BOARD
        ),
        Blocker.reported_on,
        Blocker.id,
    ),
    _first(
        "unanswered",
        _blockers(Blocker.reported_on).where(
            Blocker.state == "new",
            Blocker.answered_on.is_(None),
            Blocker.reported_on < _SINCE,
            _ON_THE_BOARD,
        ),
        Blocker.reported_on,
        Blocker.id,
    ),
)


_STATEMENTS = {False: union_all(*_OF_EVERYBODY), True: union_all(*_OF_EVERYBODY, *_OF_THOSE_WHO_ANSWER)}


def waiting_for(person: Person, today: date) -> Waiting:
    """One statement."""
    answers = person.has_role(*ANSWERS_FOR_ALL)
    values = {"me": person.id, "today": today}
    if answers:
        values |= {"since": today - timedelta(days=UNANSWERED_DAYS), "triages": person.has_role(Role.CHAMPION)}
    found = {row.kind: row for row in db.session.connection().execute(_STATEMENTS[answers], values)}
    return Waiting(**{kind: found.get(kind) for kind in ("survey", "draft", "overdue", "untriaged", "unanswered")})
