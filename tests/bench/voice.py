"""Surveys under load: `python -m tests.bench.voice [--quick] [ballots|results]`, on SQLite.

Ballots: many people take their tickets and send twelve answers at once over HTTP, to two workers of four threads. Every
tenth sends them twice, some at the same moment. Afterwards the wave is closed and every answer must be there once.

Results: pages of a wave with few and with very many answers, measured in turn in this process, and closing the large
one.
"""

import argparse
import random
import secrets
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import Person
from app.core import clock
from app.core.db import db, writing
from app.voice.models import Answer, AnswerText, Participant, SealedAnswer, SpentTicket, Wave
from app.voice.operations.closing import close_wave
from tests.bench import voice_scenes as scenes
from tests.bench.client import Connection, Measured, Session
from tests.bench.scale import time_pages
from tests.bench.scenes import Site, token_in
from tests.engines import make_app, migrate
from tests.factories import make_person, sign_in

SETTINGS = {"SIGN_IN_LIMIT": "1000000 per minute", "UPLIFT_ENV": "production", "SECRET_KEY": "bench", "JOBS": "worker"}
AT_ONCE = 50
TWICE = 10  # every so many sends the same answers again
GOAL = 2.0  # times as long, from the few answers to the many
PAGES = {
    "everybody": "",
    "a group": "?department=Department+1",
    "one question": "/questions/rating-1",
    "what people wrote": f"/questions/{scenes.NOTE}",
}
NAMED_IN_GOAL = ("everybody", "a group")
SEE_OTHER, CONFLICT = 303, 409


@dataclass
class Voter:
    """Someone with a browser, and what they will write, so that it is found again."""

    session: Session
    note: str
    twice: str = ""  # "", "later" or "at once"


@dataclass
class Sent:
    """What was measured while all of them answered."""

    tickets: Measured = field(default_factory=Measured)
    answers: Measured = field(default_factory=Measured)
    repeats: int = 0
    trouble: list[str] = field(default_factory=list)


def ballots(count: int, folder: Path) -> bool:
    """Whether every answer is there once."""
    folder.mkdir(parents=True)
    app: Any = make_app(folder, f"sqlite:///{folder / 'uplift.db'}", **SETTINGS)
    migrate(app)
    site = Site("Uplift", folder, SETTINGS)
    with app.app_context(), writing():
        wave = scenes.ask(scenes.employ(count))
        db.session.commit()
        voters, link, wave_id = _voters(app, site.port), wave.link, wave.id
        db.session.remove()
        db.engine.dispose()
    with site.serve():
        begun = time.perf_counter()
        sent = _all_answer(voters, link, site.port)
        seconds = time.perf_counter() - begun
    for name, measured in (("taking a ticket", sent.tickets), ("sending answers", sent.answers)):
        times = f"p50 {measured.percentile(0.5):6.1f} ms   p95 {measured.percentile(0.95):6.1f} ms"
        print(f"{name:<24}{len(measured.latencies):>6,}   {times}")
    pace = f"{seconds:.1f} s, {count / seconds:.0f} ballots a second, each of four requests"
    print(f"{count:,} people, {AT_ONCE} at once: {pace}")
    for message in sent.trouble[:5]:
        print(f"  {message}")
    with app.app_context(), writing():
        counted = _counted(wave_id, voters)
    expected = dict.fromkeys(counted, count) | {"repeats refused": (count + TWICE - 1) // TWICE}
    counted["repeats refused"] = sent.repeats
    fine = counted == expected and not sent.trouble
    print(", ".join(f"{name} {number:,}" for name, number in counted.items()))
    print("none lost, none doubled: reached" if fine else f"MISSED: expected {expected}")
    return fine


def _voters(app: Any, port: int) -> list[Voter]:
    """Everybody, signed in without the sign-in page: what is measured is answering."""
    voters = []
    for number, person in enumerate(db.session.scalars(select(Person).order_by(Person.id)).all()):
        client = sign_in(app.test_client(), person)
        cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
        session = Session(port)
        session.cookies[cookie.key] = cookie.value
        twice = "" if number % TWICE else ("at once", "later")[number // TWICE % 2]
        word = "".join(secrets.choice("bcdfghjklmnp") for _ in range(12))  # figures could look like a phone number
        voters.append(Voter(session, f"This is ballot {word}.", twice))
    return voters


def _all_answer(voters: Sequence[Voter], link: str, port: int) -> Sent:
    """So many at once, each over a connection of its own, until all have answered."""
    waiting: Queue[Voter] = Queue()
    for voter in voters:
        waiting.put(voter)
    sent, lock = Sent(), threading.Lock()

    def work(seed: int) -> None:
        dice, connection = random.Random(seed), Connection(port)
        while True:
            try:
                voter = waiting.get_nowait()
            except Empty:
                break
            voter.session.connection = connection
            try:
                _answer(voter, link, dice, sent, lock)
            except Exception as trouble:  # told at the end; the others go on
                with lock:
                    sent.trouble.append(f"{type(trouble).__name__}: {trouble}")
        connection.close()

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sent


def _answer(voter: Voter, link: str, dice: random.Random, sent: Sent, lock: threading.Lock) -> None:
    """Read what it is about, take the ticket, open the ballot, send it."""
    session, ballot = voter.session, f"/voice/answer/{link}"
    token = token_in(_expect(session.send("GET", f"/voice/s/{link}"), 200).text)
    before = time.perf_counter()
    _expect(session.send("POST", f"{ballot}/ticket", f"csrf_token={token}"), SEE_OTHER)
    took = time.perf_counter() - before
    _expect(session.send("GET", ballot), 200)
    raw = session.request("POST", ballot, scenes.form_of(scenes.answers(dice, voter.note)))
    others: list[int] = []
    rival = threading.Thread(target=lambda: others.append(_once(session.connection.port, raw)))
    if voter.twice == "at once":
        rival.start()
    before = time.perf_counter()
    status = session.connection.send(raw).status
    spent = time.perf_counter() - before
    if voter.twice == "later":
        others.append(session.connection.send(raw).status)
    elif voter.twice:
        rival.join()
    with lock:
        sent.tickets.latencies.append(took)
        sent.answers.latencies.append(spent)
        sent.repeats += sorted([status, *others]) == [SEE_OTHER, CONFLICT]
        if sorted([status, *others]) != [SEE_OTHER, CONFLICT][: 1 + len(others)]:
            sent.trouble.append(f"sending answered {status}, again {others}")


def _once(port: int, raw: bytes) -> int:
    connection = Connection(port)
    try:
        return connection.send(raw).status
    finally:
        connection.close()


def _expect(answer: Any, status: int) -> Any:
    if answer.status != status:
        raise RuntimeError(f"{answer.status} instead of {status}: {answer.text[:300]}")
    return answer


def _counted(wave_id: int, voters: Sequence[Voter]) -> dict[str, int]:
    """What is in the database before and after the wave is closed."""
    wave = db.session.get_one(Wave, wave_id)

    def number(model: Any, *conditions: Any) -> int:
        statement = select(func.count()).select_from(model).where(model.wave_id == wave_id, *conditions)
        return db.session.execute(statement).scalar_one()

    found = {
        "took part": number(Participant, Participant.took_part),
        "sealed": number(SealedAnswer),
        "tickets spent": number(SpentTicket),
    }
    close_wave(wave, clock.now())
    db.session.commit()
    notes = db.session.scalars(select(AnswerText.text).where(AnswerText.wave_id == wave_id)).all()
    found |= {"answers": number(Answer), "texts": len(notes)}
    found["texts as written"] = len({voter.note for voter in voters} & set(notes))
    return found


def results(few: int, many: int, folder: Path) -> bool:
    """Whether pages over many answers take less than GOAL times as long as over few."""
    folder.mkdir(parents=True)
    app: Any = make_app(folder, f"sqlite:///{folder / 'uplift.db'}", **SETTINGS)
    migrate(app)
    with app.app_context():
        with writing():
            waves = {count: _closed(count) for count in (few, many)}
            viewer = make_person(roles=("champion",))
            db.session.commit()
        client = sign_in(app.test_client(), viewer)
        rounds: dict[tuple[str, int], list[float]] = {}
        statements = {}
        for _ in range(5):  # in turn, so that both meet the same machine
            for count, wave_id in waves.items():
                addresses = {name: f"/voice/results/{wave_id}{rest}" for name, rest in PAGES.items()}
                for name, (spent, sent) in time_pages(client, addresses, times=7).items():
                    rounds.setdefault((name, count), []).append(spent)
                    statements[name] = sent
    print(f"\n{'results of a wave':<24}{f'ms at {few:,}':>16}{f'ms at {many:,}':>16}{'statements':>12}{'times':>8}")
    fine = True
    for name in PAGES:
        small, large = (statistics.median(rounds[name, count]) for count in (few, many))
        goal = ""
        if name in NAMED_IN_GOAL:
            fine = fine and large / small <= GOAL
            goal = f"  goal {GOAL} {'reached' if large / small <= GOAL else 'MISSED'}"
        print(f"{name:<24}{small:>16.1f}{large:>16.1f}{statements[name]:>12}{large / small:>8.2f}{goal}")
    return fine


def _closed(count: int) -> int:
    wave = scenes.ask([], asked=count * 3 // 2)
    sealing = scenes.answer(wave, count)
    db.session.commit()
    begun = time.perf_counter()
    close_wave(wave, clock.now())
    db.session.commit()
    print(f"{count:,} answers sealed in {sealing:.1f} s, closed in {time.perf_counter() - begun:.1f} s", flush=True)
    return wave.id


def main() -> bool:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.voice", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer people and answers")
    parser.add_argument("only", nargs="?", choices=("ballots", "results"))
    options = parser.parse_args()
    fine = True
    with tempfile.TemporaryDirectory(prefix="uplift-bench-") as name:
        folder = Path(name).resolve()
        if options.only != "results":
            fine = ballots(200 if options.quick else 2000, folder / "ballots")
        if options.only != "ballots":
            fine = results(500, 5_000 if options.quick else 100_000, folder / "results") and fine
    return fine


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
