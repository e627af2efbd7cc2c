"""Who said what in a named survey, whose people agreed to it. The only reads of single answers there are."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from app.accounts.models import Person
from app.core import tables
from app.core.db import db
from app.voice.models import Answer, AnswerText, Wave

_PERSON: Any = Person
SORTS = {"name": tables.Sort("Name", (_PERSON.family_name, _PERSON.given_name, _PERSON.id))}


@dataclass(frozen=True, slots=True)
class Said:
    """One person's answers, texts among them."""

    name: str
    department: str
    answers: Mapping[str, Any]  # by the question's key


def is_named(wave: Wave) -> bool:
    """Whether it is a closed wave whose people agreed that their names stand beside their answers."""
    return wave.state == "closed" and (wave.definition or {}).get("mode") == "named"


def _people(wave: Wave) -> Select[Any]:
    """Nobody's unless the wave is a named one."""
    return (
        select(Person.id, Person.given_name, Person.family_name, Person.department, Answer.answers)
        .join(Answer, Answer.person_id == Person.id)
        .where(Answer.wave_id == (wave.id if is_named(wave) else None))
    )


def listed(wave: Wave, args: Mapping[str, str], size: int = 20) -> tables.Page:
    """Those who answered, by name. One statement."""
    return tables.page(db.session(), _people(wave), SORTS, {**args, "sort": "name"}, size)


def said(wave: Wave, rows: Sequence[Any]) -> list[Said]:
    """Rows with what was written. One statement."""
    texts = _texts(wave, [row.id for row in rows])
    return [
        Said(f"{row.given_name} {row.family_name}", row.department, {**row.answers, **texts.get(row.id, {})})
        for row in rows
    ]


def everything(wave: Wave) -> Iterator[Said]:
    """All who answered, by name, read in batches."""

    def prepare(rows: Sequence[Any]) -> Iterable[Said]:
        return said(wave, rows)

    return tables.in_batches(db.session(), _people(wave), SORTS["name"], prepare=prepare)


def _texts(wave: Wave, person_ids: Sequence[int]) -> dict[int | None, dict[str, str]]:
    statement = select(AnswerText.person_id, AnswerText.question_key, AnswerText.text).where(
        AnswerText.wave_id == (wave.id if is_named(wave) else None), AnswerText.person_id.in_(person_ids)
    )
    found: dict[int | None, dict[str, str]] = {}
    for person_id, key, text in db.session.execute(statement):
        found.setdefault(person_id, {})[key] = text
    return found
