"""Lets a year of coaching happen, day after day: what is seen, what is likely below its benchmark, what is agreed."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.coaching.models import ObservedLevel
from app.coaching.rules.gaps import LIKELY, REACHED
from app.core.estimates import Tally, variance_within
from app.core.measures import Cell, Known
from app.core.shrinkage import shrink
from app.demo import coaching_words as words
from app.demo.coaching_agenda import Event, Look
from app.demo.coaching_book import Book, Row
from app.demo.coaching_rubric import NPS, Asked, Item
from app.demo.coaching_staff import Coached
from app.demo.coaching_talks import Talker
from app.demo.coaching_truth import NOISE, SCORED
from app.demo.customers import occasions

WINDOW = timedelta(days=180)  # as in the measure of behaviours
ENOUGH, USUAL = 3, 0.64
REFRESHED = timedelta(days=28)  # how often it is looked at anew how people differ
COUNTING = ("supervisor", "peer")
CHANNELS = {"Phone": "call", "Chat": "chat", "E-mail": "mail", "Web form": "mail", "In person": "visit"}


@dataclass(frozen=True)
class Spread:
    """How all people differ on a behaviour, and single observations of one."""

    mean: float
    between: float
    within: float
    factor: float  # that the pull to the mean is multiplied by (core.shrinkage)


@dataclass
class Year:
    """What happened so far. `blocked` is from when on which behaviour can open no gap."""

    staff: Sequence[Coached]
    rubric: Sequence[Item]
    asked: Asked
    customers: dict[date, Mapping[Cell, Known]]  # what was known of people's NPS on some days
    talker: Talker
    book: Book
    rng: random.Random
    blocked: tuple[date, int] | None = None
    seen: dict[tuple[Coached, int], list[tuple[date, int]]] = field(default_factory=dict)
    spreads: dict[int, Spread] = field(default_factory=dict)
    refreshed: date = date.min
    unjudged: int | None = None  # the behaviour that is blocked by now

    def happen(self, events: Sequence[Event], today: date) -> None:
        for event in events:
            if event.day >= self.refreshed + REFRESHED and event.day < today:
                self._refresh(event.day)
            if self.blocked is not None and event.day >= self.blocked[0] and self.unjudged is None:
                self._withdraw(*self.blocked)
            for day in [day for day in self.customers if day <= event.day]:
                self._hear_customers(day)
            if isinstance(event, Look):
                self._look(event)
            else:
                self.talker.meet(event)

    def _hear_customers(self, day: date) -> None:
        """Open and close gaps on customers' NPS, by what was known of each person on that day."""
        found = self.customers.pop(day)
        for who in self.staff:
            known, asked = found.get((who.id, NPS)), self.asked.nps.get(who.person.job_role)
            if known is None or known.missing or asked is None or not who.frontline:
                continue
            below, gaps = known.probability_below(asked[1]), self.talker.open_gaps[who]
            if NPS in gaps and below <= REACHED:
                gaps.pop(NPS).update(closed_on=day, closing="reached")
            elif NPS not in gaps and below > LIKELY:
                gaps[NPS] = self.book.gap(who.id, NPS, asked, day, known)

    def _refresh(self, day: date) -> None:
        """How people differ, from what was seen in the time before the day."""
        self.refreshed = day
        tallies: dict[int, list[Tally]] = {number: [] for number in range(len(self.rubric))}
        for (_, behaviour), seen in self.seen.items():
            if recent := _recent(seen, day):
                tallies[behaviour].append(
                    Tally(len(recent), float(sum(recent)), float(sum(level * level for level in recent)))
                )
        for behaviour, found in tallies.items():
            if len(found) > ENOUGH:
                within, k = variance_within(found, USUAL), len(found)
                shrunk = shrink([(tally.mean, within / tally.n) for tally in found])[0]
                self.spreads[behaviour] = Spread(shrunk.mean, shrunk.tau2, within, (k - 3) / (k - 1))

    def _withdraw(self, day: date, behaviour: int) -> None:
        """From this day on nobody is judged by the behaviour."""
        metric = self.rubric[behaviour].metric
        for gaps in self.talker.open_gaps.values():
            if gap := gaps.pop(metric, None):
                gap.update(closed_on=day, closing="withdrawn")
        self.unjudged = behaviour

    def _look(self, look: Look) -> None:
        levels = look.levels if look.levels is not None else self._levels(look)
        row = self._observation(look, levels)
        for behaviour, level in enumerate(levels):
            if not level:
                continue
            item = self.rubric[behaviour]
            key = {"observation_id": row["id"], "behaviour_id": item.id, "version_id": item.version_id}
            self.book.add(ObservedLevel, **key, level=level)
            if look.kind in COUNTING:
                self.seen.setdefault((look.who, behaviour), []).append((look.day, level))
                self._judge(look.who, behaviour, look.day)

    def _levels(self, look: Look) -> list[int]:
        """What an observer sees: the truth, as strictly as they rate, and as it happens to be that day."""
        number = len(self.rubric)
        shown = [self.rng.random() < SCORED for _ in range(number)]
        shown[self.rng.randrange(number)] = True
        return [
            min(5, max(1, round(look.who.level(i, look.day) + look.severity + self.rng.gauss(0, NOISE)))) * shown[i]
            for i in range(number)
        ]

    def _observation(self, look: Look, levels: Sequence[int]) -> Row:
        given = [level for level in levels if level]
        mean, department = sum(given) / len(given), look.who.person.department
        band = "low" if mean < 2.8 else "high" if mean >= 4 else "mid"
        heading = f"note {band}" if look.kind == "supervisor" else f"note {look.kind}"
        note = words.pick(heading, self.rng, work=words.work_of(department, self.rng))
        return self.book.observation(
            look.who.id,
            look.observer,
            look.day,
            kind=look.kind,
            channel=self.rng.choice(channels_of(look.who)),
            note=note,
        )

    def _judge(self, who: Coached, behaviour: int, day: date) -> None:
        """Open the gap that is likely now, or close the one that was reached, as app/coaching/rules/gaps.py has it."""
        spread, asked = self.spreads.get(behaviour), self.asked.of(who, behaviour, day)
        recent = _recent(self.seen[who, behaviour], day + timedelta(days=1))
        if spread is None or asked is None or len(recent) < ENOUGH or behaviour == self.unjudged:
            return
        value, noise = sum(recent) / len(recent), spread.within / len(recent)
        weight = spread.factor * noise / (noise + spread.between)
        known = Known(
            n=len(recent),
            value=value,
            estimate=weight * spread.mean + (1 - weight) * value,
            variance=noise * (1 - weight),
            mean=spread.mean,
            between=spread.between,
            within=spread.within,
        )
        below, metric, gaps = (
            known.probability_below(asked[1]),
            self.rubric[behaviour].metric,
            self.talker.open_gaps[who],
        )
        if metric in gaps and below <= REACHED:
            gaps.pop(metric).update(closed_on=day, closing="reached")
        elif metric not in gaps and below > LIKELY:
            gaps[metric] = self.book.gap(who.id, metric, asked, day, known)


def _recent(seen: Sequence[tuple[date, int]], before: date) -> list[int]:
    first = before - WINDOW
    return [level for day, level in seen if first <= day < before]


def channels_of(who: Coached) -> list[str]:
    """Where someone meets customers, as an observation names it."""
    return sorted({CHANNELS[name] for occasion in occasions(who.person) for name in occasion.channels}) or ["other"]
