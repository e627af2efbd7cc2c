"""Asks the people of Larkspur: two waves that are closed, and one that is open.

Answers go the real way: drawn for somebody, then sealed under a random id without any trace of whom. Closing opens and
counts them as it does everywhere. Only here, while they are drawn, is it known who answered what.
"""

import random
import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import cast

from app.accounts.models import Person
from app.core.bulk import insert_rows
from app.core.db import db
from app.demo import voice_surveys as surveys
from app.demo import voice_truth as truth
from app.demo.company import PARTS, ZONES, Employee
from app.demo.voice_answers import Answers, Writer
from app.voice.models import Participant, Reached, Reminder, SealedAnswer, SpentTicket, Survey, Wave
from app.voice.operations import closing, sealing
from app.voice.operations.freezing import freeze, segments_of
from app.voice.operations.starting import begin_survey
from app.voice.operations.surveys import Details
from app.voice.operations.waves import link_of
from app.voice.queries import audience
from app.voice.rules.questions import Definition, read_definition


@dataclass(frozen=True)
class Days:
    """When a wave can be answered, and when those asked are reminded."""

    opens_on: date
    closes_on: date
    remind_on: Sequence[date] = ()


def at(day: date, hour: int = 10) -> datetime:
    """A moment of a day, in UTC."""
    return datetime.combine(day, time(hour), UTC)


def ask_about_the_programme(people: Sequence[Employee], by: Person, seed: int, today: date) -> list[Wave]:
    """Two waves of a confidential survey, closed: what is released of them stays as it is."""
    began = at(today - timedelta(days=truth.WAVES[0].opened_ago + 6))
    details = Details(surveys.HEALTH_TITLE, surveys.HEALTH_PURPOSE, "confidential", surveys.SEGMENTS)
    survey = begin_survey(details, surveys.HEALTH, "demo-health", by, began)
    waves, rule = [], _rule(people)
    for number, told in enumerate(truth.WAVES, start=1):
        rng = random.Random(f"{seed}/voice/{number}")  # noqa: S311 - made-up answers, not secrets
        opens_on = today - timedelta(days=told.opened_ago)
        reminders = [opens_on + timedelta(days=after) for after in truth.REMINDED_AFTER]
        wave = _open(survey, number, rule, Days(opens_on, today - timedelta(days=told.closed_ago), reminders))
        asked = _whom(people, wave)
        writer = Writer(_process_keys(wave), rng)
        _answer(wave, asked, _sample(asked, told.rate, rng), partial(writer.health, told), writer)
        closing.close_wave(wave, at(wave.closes_on + timedelta(days=1), 2))
        waves.append(wave)
    return waves


def ask_what_is_in_the_way(people: Sequence[Employee], by: Person, seed: int, today: date) -> Wave:
    """An anonymous pulse that is open; the sign-ins have not answered it yet. No mail goes out for it."""
    rng = random.Random(f"{seed}/voice/pulse")  # noqa: S311 - made-up answers, not secrets
    opens_on = today - timedelta(days=truth.PULSE_OPENED_AGO)
    details = Details(surveys.PULSE_TITLE, surveys.PULSE_PURPOSE, "anonymous")
    survey = begin_survey(details, surveys.PULSE, "demo-pulse", by, at(opens_on - timedelta(days=2)))
    wave = _open(survey, 1, _rule(people), Days(opens_on, today + timedelta(days=truth.PULSE_CLOSES_IN)))
    asked = _whom(people, wave)
    writer = Writer(_process_keys(wave), rng)
    others = [one for one in asked if one.part not in PARTS]
    takers = _sample(others, truth.PULSE_RATE * len(asked) / max(1, len(others)), rng)
    _answer(wave, asked, takers, writer.pulse, writer)
    return wave


def _rule(people: Sequence[Employee]) -> dict[str, list[str]]:
    """Whom the waves ask: everybody, and in a large company those of some places."""
    working = Counter(one.location for one in people if one.active)
    if working.total() <= truth.MOST_ASKED:
        return {}
    of_sign_ins = [one.location for one in people if one.part in PARTS]
    places: list[str] = []
    for place in dict.fromkeys([*of_sign_ins, *sorted(working)]):
        if not places or sum(working[one] for one in (*places, place)) <= truth.MOST_ASKED:
            places.append(place)
    return {"location": places}


def _whom(people: Sequence[Employee], wave: Wave) -> list[Employee]:
    """Those who were there when it opened, by its rule."""
    places = wave.audience.get("location", ZONES)
    return [one for one in people if one.active and one.hire_date <= wave.opens_on and one.location in places]


def _open(survey: Survey, number: int, rule: dict[str, list[str]], days: Days) -> Wave:
    """An open wave that asks those who were there, though nobody is listed yet."""
    there = audience.people(rule, days.opens_on).where(Person.hire_date <= days.opens_on)
    wave = Wave(
        survey_id=survey.id,
        number=number,
        link=link_of(survey, f"demo-{number}"),
        audience=rule,
        opens_on=days.opens_on,
        closes_on=days.closes_on,
        remind_on=[day.isoformat() for day in days.remind_on],
        state="open",
        definition=freeze(survey, there, days.opens_on),
        created_by_id=survey.created_by_id,
        created_at=at(days.opens_on - timedelta(days=2)),
    )
    db.session.add(wave)
    db.session.flush()
    if days.remind_on:
        insert_rows(Reminder, [{"wave_id": wave.id, "day": day} for day in days.remind_on])
    return wave


def _process_keys(wave: Wave) -> dict[str, str]:
    """The options of the question about processes, by name."""
    definition = read_definition(wave.definition or {})
    return {option.text: option.key for one in definition.questions if one.kind == "process" for option in one.options}


def _sample(people: Sequence[Employee], rate: float, rng: random.Random) -> list[Employee]:
    """So many of them, a little fewer of the department that is worse off; in an order that means nothing."""
    wanted = min(len(people), round(rate * len(people)))
    drawn = {one.number: rng.random() ** (1 / _willing(one)) for one in people}
    return sorted(people, key=lambda one: -drawn[one.number])[:wanted]


def _willing(person: Employee) -> float:
    return truth.LOW_RATE if person.department == truth.LOW_DEPARTMENT else 1.0


def _answer(
    wave: Wave,
    asked: Sequence[Employee],
    takers: Sequence[Employee],
    draw: Callable[[Employee], Answers],
    writer: Writer,
) -> None:
    """List those asked, and seal what the takers answer. The two leave this function without anything in common."""
    definition = read_definition(wave.definition or {})
    took_part = {one.number for one in takers}
    listed = [
        {"wave_id": wave.id, "person_id": one.person_id, "took_part": one.number in took_part}
        for one in writer.rng.sample(asked, len(asked))
    ]
    sealed = [_sealed(wave, definition, one, draw(one), writer.minutes()) for one in takers]
    for model, rows in (
        (Participant, listed),
        (SealedAnswer, sorted(sealed, key=lambda row: str(row["id"]))),
        (SpentTicket, [{"wave_id": wave.id, "digest": secrets.token_bytes(32)} for _ in takers]),
    ):
        if rows:
            insert_rows(model, rows)
    _note_reached(wave, definition, len(takers))
    wave.asked = len(asked)
    db.session.flush()


def _sealed(wave: Wave, definition: Definition, person: Employee, answers: Answers, minutes: str) -> dict[str, object]:
    segments = segments_of(cast("Person", person), definition, wave.opens_on)  # has the fields that it reads
    envelope = {"answers": answers, "segments": segments, "minutes": minutes}
    return {"id": secrets.token_hex(16), "wave_id": wave.id, "content": sealing.seal(wave.link, envelope)}


def _note_reached(wave: Wave, definition: Definition, answers: int) -> None:
    """Some only looked, and left one after the other."""
    last = len(definition.questions)
    positions = [0, *(at for at, one in enumerate(definition.questions, start=1) if not one.shown_by)]
    left = {position: round(answers * truth.LOOKED_ONLY * (1 - position / last)) for position in positions}
    rows = [{"wave_id": wave.id, "position": at, "n": answers + more} for at, more in left.items() if answers + more]
    if rows:
        insert_rows(Reached, rows)
