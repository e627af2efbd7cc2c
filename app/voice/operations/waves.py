"""Ask a survey: plan a wave, open it, give it more time, call it off, remind those who are asked.

Closing is in operations.closing. What is written here of who is asked comes from the rule of the wave; what is written
of who has taken part is the mark that a ticket was given out, and nothing reads it but mails and the person's own page.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, false, func, insert, literal, select

from app.accounts.models import Person
from app.core import clock
from app.core.db import db, insert_for
from app.core.errors import Conflict, Invalid
from app.core.outbox import OutboxMessage
from app.voice.models import Participant, Reminder, Survey, SurveyQuestion, Wave
from app.voice.operations import sealing
from app.voice.operations.freezing import freeze
from app.voice.queries import audience
from app.voice.rules import schedule

INVITATION, REMINDER = "voice_invitation", "voice_reminder"
NO_QUESTIONS = "This survey has no questions yet. Write one before you ask it."
NOBODY = (
    "Nobody who works here fits the rule, so there is nobody to ask. Cancel this wave and plan one with another rule."
)
NO_PROCESSES = "It asks about processes, and the list of processes is empty. Add some, or take the question out."
OVER = "Its last day is over. Give it a later one, then open it."


@dataclass(frozen=True, slots=True)
class Plan:
    """Whom to ask (see queries.audience) and when. By link, nobody is asked by name."""

    opens_on: date
    closes_on: date
    audience: Mapping[str, Any] = field(default_factory=dict)
    by_link: bool = False
    remind_on: Sequence[date] = ()


def plan_wave(survey: Survey, plan: Plan, token: str, by: Person | None, now: datetime) -> Wave:
    """The next wave of a survey, planned. The same form sent twice plans one. Raises Invalid with the fields."""
    link = link_of(survey, token)
    db.session.execute(select(Survey.id).where(Survey.id == survey.id).with_for_update())
    if (found := db.session.scalar(select(Wave).where(Wave.link == link))) is not None:
        return found
    _check_plan(survey, plan, clock.today_in("", now))
    last = db.session.scalar(select(func.max(Wave.number)).where(Wave.survey_id == survey.id))
    wave = Wave(
        survey_id=survey.id,
        number=(last or 0) + 1,
        link=link,
        by_link=plan.by_link,
        audience={} if plan.by_link else dict(plan.audience),
        opens_on=plan.opens_on,
        closes_on=plan.closes_on,
        remind_on=[] if plan.by_link else [day.isoformat() for day in sorted(set(plan.remind_on))],
        created_by_id=by.id if by else None,
        created_at=now,
    )
    db.session.add(wave)
    db.session.flush()
    return wave


def link_of(survey: Survey, token: str) -> str:
    """The address of the wave that a form plans: the same for the same form, and nothing that anybody could guess."""
    digest = hmac.new(sealing.derived("links"), f"{survey.id} {token}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:18]).decode()


def _check_plan(survey: Survey, plan: Plan, today: date) -> None:
    if survey.archived_at is not None:
        raise Conflict("This survey is put away. Take it back out before you ask it again.")
    wrong = schedule.what_is_wrong(plan.opens_on, plan.closes_on, plan.remind_on, today)
    if len(plan.remind_on) > schedule.MOST_REMINDERS:
        wrong["remind_on"] = f"Remind {schedule.MOST_REMINDERS} times at most."
    if wrong:
        raise Invalid("", wrong)
    if db.session.scalar(select(SurveyQuestion.id).where(SurveyQuestion.survey_id == survey.id).limit(1)) is None:
        raise Invalid(NO_QUESTIONS)


def open_wave(wave: Wave, now: datetime) -> bool:
    """Freeze what is asked, list who is asked, and invite them. True when it was planned until now.

    Raises Conflict when it was called off, or can't be asked as things are; then nothing is changed.
    """
    wave = lock(wave)
    if wave.state == "open":
        return False
    if wave.state != "planned":
        raise Conflict("This wave was called off or is closed. Plan a new one.")
    today = clock.today_in("", now)
    people = None if wave.by_link else audience.people(wave.audience, today)
    definition = freeze(db.session.get_one(Survey, wave.survey_id), people, today)
    if reason := _why_not(wave, definition, today):
        raise Conflict(reason)
    if people is not None:
        wave.asked = _list_people(wave, people)
    wave.definition, wave.state, wave.trouble = definition, "open", ""
    wave.opens_on = min(wave.opens_on, today)  # by hand it may open before its day
    db.session.flush()
    _mail(wave, INVITATION, f"voice-invitation:{wave.id}", now)
    return True


def _why_not(wave: Wave, definition: Mapping[str, Any], today: date) -> str:
    """Why this wave can't be opened as things are; "" when it can."""
    if wave.closes_on < today:
        return OVER
    if not definition["questions"]:
        return NO_QUESTIONS
    if any(one["kind"] == "process" and not one["content"]["options"] for one in definition["questions"]):
        return NO_PROCESSES
    if not wave.by_link and audience.how_many(wave.audience, today) == 0:
        return NOBODY
    return ""


def _list_people(wave: Wave, people: Any) -> int:
    """One row for each, in an order that means nothing, by one statement. How many, by another."""
    chosen = people.add_columns(literal(wave.id, Integer), false()).order_by(func.random())
    columns = ["person_id", "wave_id", "took_part"]
    db.session.execute(insert(Participant).from_select(columns, chosen))
    return db.session.scalar(select(func.count()).where(Participant.wave_id == wave.id)) or 0


def waves_to_open(now: datetime) -> list[Wave]:
    """Planned waves whose day has come. One statement."""
    today = clock.today_in("", now)
    due = select(Wave).where(Wave.state == "planned", Wave.opens_on <= today).order_by(Wave.opens_on, Wave.id)
    return list(db.session.scalars(due))


def open_or_say_why(wave: Wave, now: datetime) -> bool:
    """Open a wave whose day has come; one that can't be opened stays planned, and its page says why."""
    try:
        return open_wave(wave, now)
    except Conflict as refusal:
        wave.trouble = refusal.message[:300]
        db.session.flush()
        return False


def open_due(now: datetime) -> int:
    """Open every wave whose day has come. How many."""
    return sum(open_or_say_why(wave, now) for wave in waves_to_open(now))


def extend_wave(wave: Wave, closes_on: date, now: datetime) -> bool:
    """Give a wave that is planned or open a later last day. True when it changed. Raises Conflict and Invalid."""
    wave = lock(wave)
    if wave.state not in {"planned", "open"}:
        raise Conflict("This wave is closed or called off: its last day stays as it is.")
    if closes_on == wave.closes_on:
        return False
    wrong = schedule.wrong_end(wave.opens_on, closes_on, clock.today_in("", now))
    if closes_on < wave.closes_on:
        wrong = "People were told that they have until then. Choose a later day, or close it now."
    if wrong:
        raise Invalid("", {"closes_on": wrong})
    wave.closes_on, wave.trouble = closes_on, ""
    db.session.flush()
    return True


def cancel_wave(wave: Wave, now: datetime) -> bool:
    """Call off a wave that has not opened. True when it was planned until now."""
    wave = lock(wave)
    if wave.state == "cancelled":
        return False
    if wave.state != "planned":
        raise Conflict("This wave has opened already. It can be closed, and what was answered counts.")
    wave.state, wave.trouble = "cancelled", ""
    db.session.flush()
    return True


def lock(wave: Wave) -> Wave:
    """The wave as it is now, which nobody else changes until the end of this transaction."""
    statement = select(Wave).where(Wave.id == wave.id).with_for_update()
    return db.session.execute(statement.execution_options(populate_existing=True)).scalar_one()


def waves_to_remind(now: datetime) -> list[Wave]:
    """Open waves that have today for a day of reminding. One statement."""
    today = clock.today_in("", now)
    open_ones = select(Wave).where(Wave.state == "open", Wave.by_link.is_(False), Wave.closes_on >= today)
    waves = db.session.scalars(open_ones.order_by(Wave.id)).all()
    return [one for one in waves if today.isoformat() in one.remind_on]


def remind(wave: Wave, now: datetime) -> bool:
    """Put today's reminder into the outbox, once a day. True when it was not there yet.

    There is a row for everybody who is asked, so that neither the outbox nor its times tell who had taken part by then.
    Whether a mail goes out is decided from the list of participants when it is sent.
    """
    day = clock.today_in("", now)
    row = (
        insert_for(Reminder).values(wave_id=wave.id, day=day).on_conflict_do_nothing(index_elements=["wave_id", "day"])
    )
    if db.session.execute(row.returning(Reminder.wave_id)).first() is None:
        return False
    _mail(wave, REMINDER, f"voice-reminder:{wave.id}:{day.isoformat()}", now)
    return True


def remind_due(now: datetime) -> int:
    """Remind in every wave that has today for it. How many waves."""
    return sum(remind(wave, now) for wave in waves_to_remind(now))


def _mail(wave: Wave, mail: str, key: str, now: datetime) -> None:
    """A row of the outbox for everybody who is asked, in an order that means nothing; twice is once."""
    asked = select(Participant.person_id).where(Participant.wave_id == wave.id).order_by(func.random())
    rows = list(_messages(wave.id, mail, key, db.session.scalars(asked), now))
    if rows:
        db.session.execute(insert_for(OutboxMessage).on_conflict_do_nothing(index_elements=["kind", "key"]), rows)


def _messages(wave_id: int, mail: str, key: str, people: Iterable[int], now: datetime) -> Iterable[dict[str, Any]]:
    for person_id in people:
        yield {
            "kind": "mail",
            "key": f"{key}:{person_id}",
            "payload": {"mail": mail, "wave_id": wave_id, "person_id": person_id},
            "created_at": now,
            "available_at": now,
            "attempts": 0,
        }
