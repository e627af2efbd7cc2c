"""When people of Larkspur are observed and when they talk with their supervisor. Pure; the same seed, the same days."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.demo import coaching_truth as truth
from app.demo.coaching_staff import Coached

AHEAD = 14  # days for which sessions are planned


@dataclass(frozen=True)
class Look:
    """Someone observes someone; with `levels` it is given what they see (0: nothing)."""

    day: date
    who: Coached
    observer: int
    severity: float
    kind: str
    levels: Sequence[int] | None = None

    order = 0


@dataclass(frozen=True)
class Meeting:
    """A talk is held, cancelled, or planned. A scripted one agrees one action that stays open."""

    day: date
    who: Coached
    state: str
    scripted: bool = False
    answered: bool = True  # of a scripted one

    order = 1


Event = Look | Meeting


def events(staff: Sequence[Coached], scripts: Mapping[Coached, list[Event]], seed: int, today: date) -> list[Event]:
    """All of them in the order of their days. Those in `scripts` do what is written there."""
    rng = random.Random(f"{seed}/coaching agenda")  # noqa: S311 - made-up days, not secrets
    teams: dict[int, list[Coached]] = {}
    for one in staff:
        if one.frontline:
            teams.setdefault(one.lead.id, []).append(one)
    found: list[Event] = []
    for who in staff:
        if who in scripts:
            found += scripts[who]
            continue
        if who.frontline:
            found += _looks(who, teams[who.lead.id], today, rng)
        found += _meetings(who, today, rng)
    return sorted(found, key=lambda event: (event.day, event.order, event.who.id))


def _looks(who: Coached, team: Sequence[Coached], today: date, rng: random.Random) -> Iterator[Look]:
    for day in _days(who.since, today, who.lead.quality.observations, rng):
        yield Look(day, who, who.lead.id, who.lead.severity, "supervisor")
    peers = [mate for mate in team if mate is not who]
    for day in _days(who.since, today, truth.PEERS, rng):
        seeing = [mate for mate in peers if mate.since <= day]
        if seeing:
            peer = rng.choice(seeing)
            yield Look(day, who, peer.id, peer.severity, "peer")
    for day in _days(who.since, today, truth.OWN, rng):
        yield Look(day, who, who.id, truth.OWN_KINDER, "self")


def working_day(day: date) -> date:
    """The day itself, or the nearest one outside the weekend."""
    return day + timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0))


def _days(first: date, today: date, a_month: float, rng: random.Random) -> Iterator[date]:
    """Working days by chance, so many a month."""
    passed, span = 0.0, (today - first).days
    while True:
        passed += rng.expovariate(a_month / truth.MONTH)
        day = working_day(first + timedelta(days=int(passed)))
        if passed >= span:
            return
        if first <= day < today:
            yield day


def _meetings(who: Coached, today: date, rng: random.Random) -> Iterator[Meeting]:
    """From one due day to the next; each is held, cancelled, planned, or goes by."""
    weeks = truth.WEEKS if who.frontline else truth.WEEKS_OF_OTHERS
    quality, cadence = who.lead.quality, timedelta(weeks=weeks)
    due = max(who.since, today - timedelta(days=truth.DAYS)) + timedelta(days=rng.randrange(7 * weeks))
    while due < today:
        day = max(who.since, working_day(due + timedelta(days=rng.randint(*quality.late_days))))
        if rng.random() < quality.held:
            if day >= today:
                yield Meeting(day if day > today else today + timedelta(days=1), who, "planned")
                return
            yield Meeting(day, who, "held")
            due = day + cadence
            continue
        if rng.random() < quality.cancelled:
            if day < today:
                yield Meeting(day, who, "cancelled")
        elif today - timedelta(days=28) < day < today and quality is not truth.GOOD:
            yield Meeting(day, who, "planned")  # and then nothing was written down
        due += cadence
    if due <= today + timedelta(days=AHEAD) and rng.random() < quality.held**2:
        yield Meeting(max(working_day(due), today + timedelta(days=1)), who, "planned")
