"""Scenes for tests of voice: surveys, questions, waves and sealed answers, committed.

one = survey(mode="confidential", segments="department")
question(one, "rating", "How is it going?", key="mood")         # a key, content and show_if can be given
wave_1 = wave(one, people)                                      # open, with these people asked
answered(wave_1, [{"mood": 4}, {"mood": 2}], segments=[{"department": "Support"}, {"department": "Sales"}])
closed(wave_1)                                                  # counted, as the job would do it
"""

import itertools
import secrets
import uuid
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from app.accounts.models import Person
from app.core import clock
from app.core.db import db
from app.voice.models import Participant, Process, SealedAnswer, Survey, SurveyQuestion, Wave
from app.voice.operations import closing, sealing
from app.voice.operations.freezing import freeze

_numbers = itertools.count(1)
OPTIONS = [{"key": "a", "text": "Apples"}, {"key": "b", "text": "Bread"}, {"key": "c", "text": "Cheese"}]
CONTENT: dict[str, dict[str, Any]] = {
    "rating": {"low": 1, "high": 5, "labels": {"1": "Never", "5": "Always"}, "enps": False},
    "single": {"options": OPTIONS},
    "multiple": {"options": OPTIONS, "most": None},
    "ranking": {"options": OPTIONS},
    "matrix": {
        "rows": [{"key": "speed", "text": "Speed"}, {"key": "tone", "text": "Tone"}],
        "options": [{"key": "low", "text": "Low"}, {"key": "high", "text": "High"}],
    },
    "text": {"longest": 2000},
    "process": {"most": 3},
}
ENPS = {"low": 0, "high": 10, "labels": {"0": "Not at all likely", "10": "Extremely likely"}, "enps": True}


def survey(by: Person | None = None, **values: Any) -> Survey:
    """A survey without questions, anonymous unless said otherwise; further values are columns of Survey."""
    number = next(_numbers)
    made = Survey(
        **{
            "token": uuid.uuid4().hex,
            "title": f"Pulse {number}",
            "purpose": "To find out what keeps us from doing right by customers.",
            "created_by_id": by.id if by else None,
            "created_at": clock.now(),
            **values,
        }
    )
    db.session.add(made)
    db.session.commit()
    return made


def question(to: Survey, kind: str = "rating", text: str = "", **values: Any) -> SurveyQuestion:
    """One more question of a survey; its key is "q1", "q2" … unless given."""
    keys = db.session.scalars(select(SurveyQuestion.key).where(SurveyQuestion.survey_id == to.id)).all()
    made = SurveyQuestion(
        **{
            "survey_id": to.id,
            "key": f"q{len(keys) + 1}",
            "position": len(keys) + 1,
            "kind": kind,
            "text": text or f"Question {len(keys) + 1}",
            "content": CONTENT[kind],
            **values,
        }
    )
    db.session.add(made)
    db.session.commit()
    return made


def process(name: str = "", **values: Any) -> Process:
    """An active process of the catalogue."""
    made = Process(**{"name": name or f"Process {next(_numbers)}", **values})
    db.session.add(made)
    db.session.commit()
    return made


def wave(of: Survey, people: Sequence[Person] = (), **values: Any) -> Wave:
    """An open wave that asks these people; further values are columns of Wave. `by_link=True` asks nobody."""
    numbers = db.session.scalars(select(Wave.number).where(Wave.survey_id == of.id)).all()
    today = date_today()
    selected = None if values.get("by_link") else select(Person.id).where(Person.id.in_([one.id for one in people]))
    made = Wave(
        **{
            "survey_id": of.id,
            "number": max(numbers, default=0) + 1,
            "link": secrets.token_urlsafe(18),
            "opens_on": today,
            "closes_on": today + timedelta(days=14),
            "state": "open",
            "definition": freeze(of, selected, today),
            "asked": None if values.get("by_link") else len(people),
            "created_at": clock.now(),
            **values,
        }
    )
    db.session.add(made)
    db.session.flush()
    asked(made, people)
    return made


def asked(of: Wave, people: Sequence[Person]) -> None:
    """These people are on the wave's list, and have taken no ticket."""
    rows = [{"wave_id": of.id, "person_id": one.id, "took_part": False} for one in people]
    if rows:
        db.session.execute(insert(Participant), rows)
    db.session.commit()


def answered(
    of: Wave,
    answers: Sequence[Mapping[str, Any]],
    segments: Sequence[Mapping[str, str]] | Mapping[str, str] | None = None,
    *,
    minutes: str = "2-5",
    people: Sequence[Person] = (),
) -> None:
    """So many people's answers, sealed; as many of those asked have taken part.

    `segments` is one for each of the answers, or one for all. `people` are who gave them, in a named survey.
    """
    rows = []
    for at, given in enumerate(answers):
        fields = segments[at] if isinstance(segments, Sequence) else segments
        envelope = {"answers": dict(given), "segments": dict(fields or {}), "minutes": minutes}
        if people:
            envelope["person_id"] = people[at].id
        content = sealing.seal(of.link, envelope)
        rows.append({"id": uuid.uuid4().hex, "wave_id": of.id, "content": content})
    if rows:
        db.session.execute(insert(SealedAnswer), rows)
    not_yet = select(Participant.person_id).where(Participant.wave_id == of.id, Participant.took_part.is_(False))
    took_part = [one.id for one in people] or db.session.scalars(not_yet.limit(len(rows))).all()
    here = update(Participant).where(Participant.wave_id == of.id, Participant.person_id.in_(took_part))
    db.session.execute(here.values(took_part=True))
    db.session.commit()


def closed(of: Wave) -> Wave:
    """The wave after it was closed."""
    assert closing.close_wave(of, clock.now())
    db.session.commit()
    return of


def date_today() -> date:
    """Today, where the installation is."""
    return clock.today_in("", clock.now())
