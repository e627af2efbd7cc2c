"""What benchmarks of voice stand on: a survey of twelve questions with many answers, and a board of many blockers."""

import random
import secrets
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select

from app import create_app
from app.accounts.models import Person
from app.accounts.operations.bulk import NewPerson, add_people
from app.core import clock
from app.core.bulk import insert_rows
from app.core.db import db, writing
from app.nps.models import Driver
from app.voice.models import Blocker, DriverWeight, Participant, Process, SealedAnswer, Survey, Vote, Wave
from app.voice.operations import sealing, voting

DEPARTMENTS = tuple(f"Department {number}" for number in range(1, 13))
LOCATIONS = tuple(f"City {number}" for number in range(1, 9))
TENURES = ("Under 1 year", "1 to 3 years", "Over 3 years")
NOTE = "note"  # the key of the free text
SENTENCE = "the form asks for what nobody has so we wait until somebody signs it and customers wait with us"
WORDS = SENTENCE.split()


def _choices(letters: str) -> list[dict[str, str]]:
    return [{"key": letter, "text": f"Choice {letter}"} for letter in letters]


def _question(key: str, kind: str, content: dict[str, Any]) -> dict[str, Any]:
    more = {"text": f"What do you say to {key}?", "help": "", "required": False, "show_if": None}
    return {"key": key, "kind": kind, "content": content, **more}


QUESTIONS = (
    _question("enps", "rating", {"low": 0, "high": 10, "labels": {}, "enps": True}),
    *(
        _question(f"rating-{number}", "rating", {"low": 1, "high": 5, "labels": {}, "enps": False})
        for number in range(1, 6)
    ),
    _question("often", "single", {"options": _choices("abcde")}),
    _question("where", "single", {"options": _choices("abc")}),
    _question("which", "multiple", {"options": _choices("abcdef"), "most": None}),
    _question("first", "ranking", {"options": _choices("abcd")}),
    _question("means", "matrix", {"rows": _choices("wxyz"), "options": _choices("abcd")}),
    _question(NOTE, "text", {"longest": 1000}),
)


def answers(dice: random.Random, note: str = "") -> dict[str, Any]:
    """One person's answers to all twelve."""
    found: dict[str, Any] = {"enps": dice.randint(0, 10)}
    found |= {f"rating-{number}": dice.randint(1, 5) for number in range(1, 6)}
    found |= {"often": dice.choice("abcde"), "where": dice.choice("abc")}
    found["which"] = dice.sample("abcdef", dice.randint(1, 3))
    found["first"] = dice.sample("abcd", 4)
    found["means"] = {row: dice.choice("abcd") for row in "wxyz"}
    if note:
        found[NOTE] = note
    return found


def form_of(given: dict[str, Any]) -> str:
    """The same answers as a browser posts them."""
    fields: list[tuple[str, str]] = [("minutes", "2-5")]
    for key, answer in given.items():
        if key == "first":
            fields += [(f"q-{key}:{option}", str(rank)) for rank, option in enumerate(answer, start=1)]
        elif isinstance(answer, dict):
            fields += [(f"q-{key}:{row}", value) for row, value in answer.items()]
        else:
            fields += [(f"q-{key}", str(one)) for one in (answer if isinstance(answer, list) else [answer])]
    return urlencode(fields)


def employ(count: int) -> list[int]:
    """Ids of so many people; not committed."""
    people: list[NewPerson] = [
        {
            "employee_id": f"B{number:06}",
            "email": f"b{number}@bench.example",
            "given_name": "Ada",
            "family_name": f"Nowak{number}",
            "department": DEPARTMENTS[number % len(DEPARTMENTS)],
            "location": LOCATIONS[number % len(LOCATIONS)],
            "job_role": "",
            "hire_date": date(2024, 1, 1),
            "time_zone": "",
            "active": True,
        }
        for number in range(count)
    ]
    return list(add_people(people, {}, clock.now()).values())


def ask(people: Sequence[int], asked: int | None = None) -> Wave:
    """An open wave of the survey that asks these people. `asked` is how many it says, where nobody is listed."""
    today = clock.today_in("", clock.now())
    survey = Survey(
        token=secrets.token_hex(8),
        title="Twelve questions",
        mode="confidential",
        segments="department,location,tenure",
        created_at=clock.now(),
    )
    db.session.add(survey)
    db.session.flush()
    values = {"department": list(DEPARTMENTS), "location": list(LOCATIONS), "tenure": list(TENURES)}
    frozen = {"title": survey.title, "purpose": "", "mode": survey.mode, "segments": list(values), "values": values}
    wave = Wave(
        survey_id=survey.id,
        number=1,
        link=secrets.token_urlsafe(18),
        opens_on=today,
        closes_on=today + timedelta(days=7),
        state="open",
        definition={**frozen, "questions": list(QUESTIONS)},
        asked=len(people) or asked,
        created_at=clock.now(),
    )
    db.session.add(wave)
    db.session.flush()
    if people:
        insert_rows(Participant, [{"wave_id": wave.id, "person_id": one, "took_part": False} for one in people])
    return wave


def answer(wave: Wave, count: int, seed: int = 7) -> float:
    """So many people's sealed answers, two of five with a text. Seconds that sealing took; not committed."""
    begun = time.perf_counter()
    for start in range(0, count, 10_000):
        insert_rows(SealedAnswer, list(_sealed(wave, min(10_000, count - start), random.Random(f"{seed}/{start}"))))
    return time.perf_counter() - begun


def _sealed(wave: Wave, count: int, dice: random.Random) -> Iterator[dict[str, Any]]:
    for _ in range(count):
        note = " ".join(dice.choices(WORDS, k=12)) if dice.random() < 0.4 else ""
        segments = {
            "department": dice.choice(DEPARTMENTS),
            "location": dice.choice(LOCATIONS),
            "tenure": dice.choice(TENURES),
        }
        envelope = {"answers": answers(dice, note), "segments": segments, "minutes": "2-5"}
        content = sealing.seal(wave.link, envelope)
        yield {"id": secrets.token_hex(16), "wave_id": wave.id, "content": content}


def fill_board(folder: Path, settings: dict[str, str], count: int) -> None:
    """So many blockers beside those of the demo, with votes and weights; committed."""
    app = create_app({"INSTANCE_PATH": folder, **settings, "JOBS": "immediate"})
    with app.app_context(), writing():
        _report(count, _weigh(), random.Random(7))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def _weigh() -> list[int]:
    names = ("Reached", "Solved", "Knew their trade", "Kind", "Told what next")
    for number, name in enumerate(names, start=1):
        db.session.add(Driver(key=name.lower(), name=name, low=1, high=5))
        db.session.flush()
        driver_id = db.session.scalars(select(Driver.id).where(Driver.name == name)).one()
        share = {"weight": number / 15, "low": number / 20, "high": number / 10, "n": 5000}
        db.session.add(DriverWeight(driver_id=driver_id, worked_out_on=clock.today_in("", clock.now()), **share))
    db.session.flush()
    return list(db.session.scalars(select(Driver.id)))


def _report(count: int, drivers: Sequence[int], dice: random.Random) -> None:
    today = clock.today_in("", clock.now())
    people = list(db.session.scalars(select(Person.id).limit(200)))
    processes = list(db.session.scalars(select(Process.id)))
    blockers, votes = [], []
    for number in sorted(dice.sample(range(1, 2**31), count)):
        state = dice.choice(("new", "new", "understood", "planned", "in_progress", "fixed"))
        day = today - timedelta(days=dice.randrange(400))
        voters = dice.sample(people, dice.randrange(6))
        digests = sorted(voting.digests_of(number, voters))
        votes += [{"blocker_id": number, "digest": digest, "merge_id": None} for digest in digests]
        blockers.append(
            {
                "id": number,
                "token": f"bench-{number}",
                "title": f"{' '.join(dice.choices(WORDS, k=6)).capitalize()}, {number}",
                "process_id": dice.choice(processes) if processes else None,
                "happens": " ".join(dice.choices(WORDS, k=40)),
                "frequency": dice.choice(("daily", "weekly", "monthly", "rarely")),
                "effect": " ".join(dice.choices(WORDS, k=12)),
                "idea": "",
                "driver_id": dice.choice(drivers),
                "reporter_id": dice.choice(people) if dice.random() < 0.6 else None,
                "reported_on": day,
                "state": state,
                "state_on": day,
                "owner_id": None if state == "new" else dice.choice(people),
                "silo": "",
                "reason": "",
                "we_did": "It is put right." if state == "fixed" else "",
                "fixed_on": day if state == "fixed" else None,
                "votes": len(digests),
                "revision": 0,
            }
        )
    insert_rows(Blocker, blockers)
    insert_rows(Vote, votes)
