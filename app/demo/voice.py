"""Puts what Larkspur's people say into a database that holds the demo company: surveys, and the board of blockers.

What is true of it is in voice_truth.py and voice_blockers.yaml.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from app.accounts.models import Person
from app.accounts.queries import find_by_email
from app.coaching.models import Action, Session
from app.core.db import db
from app.demo import truth as customers_truth
from app.demo import voice_board, voice_waves
from app.demo import voice_truth as truth
from app.demo.company import DOMAIN, Employee
from app.demo.voice_board import Named, Teller
from app.nps.models import Driver
from app.voice.models import Blocker, Process, Survey
from app.voice.operations.drafting import draft_from_action
from app.voice.operations.processes import Facts, add_process
from app.voice.operations.weighing import weigh_drivers

TALKED_ABOUT = timedelta(days=14)  # from the talk that names a blocker to the day that was agreed


def load(employees: Sequence[Employee], seed: int, now: datetime) -> int:
    """What was said up to today, for a database without any; how many blockers there are.

    `employees` are the company's people as they are in the database. Nothing changes where there are none, or where
    anybody has begun with surveys or the board already. The caller commits.
    """
    champion = find_by_email(f"champion@{DOMAIN}")
    if not employees or champion is None or not there_is_nothing():
        return 0
    today = now.astimezone(UTC).date()
    processes = _catalogue()
    voice_waves.ask_about_the_programme(employees, champion, seed, today)
    voice_waves.ask_what_is_in_the_way(employees, champion, seed, today)
    board = voice_board.read()
    told = Teller(employees, processes, seed, today).tell(board)
    _draft_what_the_agent_named(board.from_talks, now)
    weigh_drivers(now)
    return told


def there_is_nothing() -> bool:
    """Whether nobody has begun with voice in any way. One statement for each of its beginnings."""
    beginnings = (Survey.id, Process.id, Blocker.id)
    return all(db.session.execute(select(column).limit(1)).first() is None for column in beginnings)


def _catalogue() -> dict[str, Process]:
    """The processes by name; without customers' responses there are no drivers that they could touch."""
    names = {driver.key: driver.name for driver in customers_truth.DRIVERS}
    known = {row.name: row.id for row in db.session.execute(select(Driver.name, Driver.id))}
    return {
        one.name: add_process(Facts(one.name, one.silo, known.get(names.get(one.driver, ""))))
        for one in truth.PROCESSES
    }


def _draft_what_the_agent_named(named: Sequence[Named], now: datetime) -> None:
    """Two actions of the agent's last talk are about blockers: whoever agrees on one finds a draft for the board."""
    last = (
        select(Session)
        .join(Person, Person.id == Session.person_id)
        .where(Person.email == f"agent@{DOMAIN}", Session.state == "held")
        .order_by(Session.starts_at.desc())
    )
    talk = db.session.scalars(last.limit(1)).first()
    if talk is None or talk.held_at is None:
        return
    for number, one in enumerate(named, start=1):
        action = Action(
            token=f"demo-voice-{number}",
            session_id=talk.id,
            person_id=talk.person_id,
            owner_id=talk.supervisor_id,
            kind="blocker",
            text=one.text,
            sign=one.sign,
            due_on=_due(talk, now),
            created_at=talk.held_at,
        )
        db.session.add(action)
        db.session.flush()
        draft_from_action(talk.person_id, action.id, talk.held_at)


def _due(talk: Session, now: datetime) -> date:
    """Not over yet, however long ago the talk was."""
    return max((talk.starts_at + TALKED_ABOUT).date(), now.date() + TALKED_ABOUT)
