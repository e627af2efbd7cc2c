"""What the pages of a ballot read: the wave by its link, and which words of a text are colleagues' names."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Select, select

from app.accounts.models import Person, PersonKey
from app.core.db import db, reading
from app.voice.models import Participant, Wave
from app.voice.rules.scrubbing import Found, candidates, find, name_words

ASKED = ("open", "closed")  # a wave that is planned or was called off is not there


def wave_at(link: str) -> Wave | None:
    """The wave that was opened under this link. One statement."""
    return db.session.scalar(select(Wave).where(Wave.link == link, Wave.state.in_(ASKED)))


def has_ticket(wave_id: int, person_id: int) -> bool:
    """Whether the person's ticket was given out. One statement, none where the policy looked before."""
    listed = db.session.get(Participant, (wave_id, person_id))
    return listed is not None and listed.took_part


def name_of(person_id: int | None) -> str:
    """The name that goes with the answers; "" where none does. One statement in named surveys, none in others."""
    person = db.session.get(Person, person_id) if person_id is not None else None
    return person.name if person else ""


def found_in(texts: Mapping[str, str]) -> dict[str, list[Found]]:
    """What points at people, by the keys of the texts that hold any. One statement for all, or none."""
    return _found(texts, db.session.execute)


def found_while_typing(text: str) -> list[Found]:
    """The same in one text, without waiting for those who write."""
    with reading() as connection:
        return _found({"": text}, connection.execute).get("", [])


def _found(texts: Mapping[str, str], execute: Callable[[Any], Any]) -> dict[str, list[Found]]:
    words = set().union(*(candidates(text) for text in texts.values()))
    # The words are looked up, not the people read: it takes as long with ten thousand of them.
    rows = execute(_people_with(words)) if words else ()
    names = name_words(name for row in rows for name in row) & words
    found = {key: find(text, names) for key, text in texts.items()}
    return {key: spans for key, spans in found.items() if spans}


def _people_with(words: set[str]) -> Select[str, str]:
    """The names of those who are found by one of the folded words."""
    keys = words | {one.replace("'", "’") for one in words}
    people = select(Person.given_name, Person.family_name).join(PersonKey, PersonKey.person_id == Person.id)
    return people.where(PersonKey.key.in_(sorted(keys))).distinct()
