"""Collects the rows of coaching with their ids, and writes them in bulk."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from app.coaching.models import (
    Action,
    Benchmark,
    Cadence,
    Calibration,
    CalibrationBehaviour,
    CalibrationItem,
    CalibrationLevel,
    CalibrationRater,
    Dispute,
    Gap,
    Observation,
    ObservedLevel,
    PrivateNote,
    Session,
    SessionRating,
    Topic,
)
from app.core.bulk import insert_rows
from app.core.db import Base
from app.core.measures import Known
from app.demo.company import DOMAIN
from app.demo.numbering import count_on, next_id
from app.learning.models import Assignment

# Tables in an order in which they can be inserted.
NUMBERED: tuple[type[Base], ...] = (
    Benchmark,
    Observation,
    Gap,
    Session,
    Action,
    Topic,
    Assignment,
    Calibration,
    CalibrationItem,
)
KEYED: tuple[type[Base], ...] = (
    Cadence,
    ObservedLevel,
    Dispute,
    PrivateNote,
    SessionRating,
    CalibrationBehaviour,
    CalibrationRater,
    CalibrationLevel,
)
Row = dict[str, Any]


def at(day: date, hour: int = 12, minute: int = 0) -> datetime:
    """A moment of a day, in UTC."""
    return datetime.combine(day, time(hour, minute), UTC)


class Book:
    """Rows by table. Those with an id get the next one as they come, so that others can refer to them."""

    def __init__(self) -> None:
        self.rows: dict[type[Base], list[Row]] = defaultdict(list)
        self._next = {model: next_id(model) for model in NUMBERED}

    def add(self, model: type[Base], **values: Any) -> Row:
        """A row; it may be changed until it is written. All rows of a table have the same keys."""
        if model in self._next:
            values["id"] = self._next[model]
            self._next[model] += 1
        self.rows[model].append(values)
        return values

    def write(self) -> None:
        """Everything so far, in as many statements as there are tables."""
        for model in (*NUMBERED, *KEYED):
            rows = self.rows.pop(model, None)
            if rows:
                insert_rows(model, rows)
        for model, following in self._next.items():
            count_on(model, following)

    def observation(self, person: int, observer: int, day: date, **values: Any) -> Row:
        """Kept in the evening of the day, unless `values` say otherwise."""
        kept = at(day, 17, 30)
        number = self._next[Observation]
        return self.add(
            Observation,
            **{
                "token": f"demo-{number}",
                "person_id": person,
                "observer_id": observer,
                "kind": "supervisor",
                "channel": "call",
                "observed_on": day,
                "state": "kept",
                "note": "",
                "link": "",
                "response_id": None,
                "saved_at": kept,
                "kept_at": kept,
                **values,
            },
        )

    def gap(self, person: int, metric: str, asked: tuple[int, float], day: date, known: Known) -> Row:
        """Opened by what is known on the day; `asked` is the benchmark's id and target."""
        return self.add(
            Gap,
            person_id=person,
            metric=metric,
            benchmark_id=asked[0],
            target=asked[1],
            opened_on=day,
            n=known.n,
            value=known.value,
            estimate=known.estimate,
            probability=known.probability_below(asked[1]),
            mean=known.mean,
            between=known.between,
            within=known.within,
            coached_on=None,
            closed_on=None,
            closing=None,
        )

    def session(self, person: int, supervisor: int, starts_at: datetime, **values: Any) -> Row:
        """Planned a week before."""
        number = self._next[Session]
        return self.add(
            Session,
            **{
                "token": f"demo-{number}",
                "uid": f"coaching-{number}@{DOMAIN}",
                "person_id": person,
                "supervisor_id": supervisor,
                "state": "planned",
                "starts_at": starts_at,
                "minutes": 30,
                "place": "",
                "sequence": 0,
                "cancelled_because": "",
                "goal": "",
                "reality": "",
                "options": "",
                "will": "",
                "note": "",
                "agenda": None,
                "revision": 0,
                "created_at": starts_at - timedelta(days=7),
                "held_at": None,
                "answered_at": None,
                "answer": None,
                "answer_comment": "",
                **values,
            },
        )

    def action(self, session: Row, kind: str, text: str, due_on: date, **values: Any) -> Row:
        """Open and the coached person's own, unless `values` say otherwise."""
        number = self._next[Action]
        return self.add(
            Action,
            **{
                "token": f"demo-{number}",
                "session_id": session["id"],
                "person_id": session["person_id"],
                "owner_id": session["person_id"],
                "kind": kind,
                "text": text,
                "due_on": due_on,
                "gap_id": None,
                "sign": "",
                "course_slug": None,
                "state": "open",
                "closed_on": None,
                "outcome": "",
                "created_at": session["held_at"],
                **values,
            },
        )

    def topic(self, person: int, text: str, day: date, session: Row | None = None) -> Row:
        """What waits for a session waits once: the same words of a person a second time are the same topic."""
        session_id = session["id"] if session else None
        waiting = (one for one in self.rows[Topic] if one["person_id"] == person and one["session_id"] is None)
        if session is None and (same := next((one for one in waiting if one["text"] == text), None)) is not None:
            return same
        return self.add(Topic, person_id=person, text=text, added_at=at(day, 11), session_id=session_id)

    def found(self, model: type[Base]) -> Sequence[Row]:
        """The rows of a table so far."""
        return self.rows[model]
