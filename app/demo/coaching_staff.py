"""Who is coached by whom at Larkspur, and how well each of them does. Pure; the same seed, the same supervisors."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.demo import coaching_truth as truth
from app.demo import customers
from app.demo.coaching_truth import BEHAVIOURS, BehaviourTruth, Quality
from app.demo.company import Employee


@dataclass(frozen=True, eq=False)
class Lead:
    """A supervisor, and how they coach and rate."""

    person: Employee
    quality: Quality
    severity: float

    @property
    def id(self) -> int:
        return self.person.person_id


@dataclass(eq=False)
class Coached:
    """Someone who is coached, and what is true of them: levels by behaviour, and what coaching added since when."""

    person: Employee
    lead: Lead
    since: date  # when coaching can begin
    frontline: bool
    severity: float = 0.0
    levels: list[float] = field(default_factory=list)
    gains: list[tuple[int, date, float]] = field(default_factory=list)

    @property
    def id(self) -> int:
        return self.person.person_id

    def level(self, behaviour: int, day: date) -> float:
        """The true level on a day: what coaching brings comes little by little."""
        level = self.levels[behaviour]
        for of, begun, gain in self.gains:
            if of == behaviour:
                level += gain * min(1.0, max(0.0, (day - begun).days / truth.EFFECT_DAYS))
        return level


def behaviour_truth(behaviour: int) -> BehaviourTruth:
    """What holds for a behaviour by its place in the rubric."""
    return BEHAVIOURS[behaviour] if behaviour < len(BEHAVIOURS) else BEHAVIOURS[0]


def staff(employees: Sequence[Employee], behaviours: int, seed: int, today: date) -> list[Coached]:
    """Everybody who is coached, the front line first, whole teams together, the supervisor's before all others."""
    rng = random.Random(f"{seed}/coaching staff")  # noqa: S311 - made-up people, not secrets
    by_number = {person.number: person for person in employees}
    serving = {person.number for person in customers.front_line(employees)}
    teams = _teams(employees, by_number)
    frontline = {lead: [p for p in team if p.number in serving] for lead, team in teams.items()}
    others = {lead: [p for p in team if p.number not in serving] for lead, team in teams.items()}
    chosen = [*_whole_teams(frontline, truth.MOST_FRONTLINE), *_whole_teams(others, truth.MOST_OTHERS)]
    leads = _leads({person.manager or 0 for person in chosen}, employees, by_number, rng)
    return [
        _coached(person, leads[person.manager or 0], behaviours if person.number in serving else 0, today, rng)
        for person in chosen
    ]


def _teams(employees: Sequence[Employee], by_number: dict[int, Employee]) -> dict[int, list[Employee]]:
    """Active people by the number of their active manager, the supervisor's team first."""
    found: dict[int, list[Employee]] = {}
    for person in employees:
        lead = by_number.get(person.manager or 0)
        if person.active and lead is not None and lead.active:
            found.setdefault(lead.number, []).append(person)
    order = sorted(found, key=lambda number: (by_number[number].part != "supervisor", number))
    return {number: found[number] for number in order}


def _whole_teams(teams: dict[int, list[Employee]], most: int) -> Iterator[Employee]:
    taken = 0
    for team in teams.values():
        if team and taken + len(team) > most:
            return
        taken += len(team)
        yield from team


def _leads(
    numbers: set[int], employees: Sequence[Employee], by_number: dict[int, Employee], rng: random.Random
) -> dict[int, Lead]:
    """Each supervisor with one of the qualities, in their shares; some are planted."""
    planted = customers.planted(employees)
    given = {planted.strong: truth.GOOD, planted.weak: truth.POOR}
    given.update({p.number: truth.GOOD for p in employees if p.part == "supervisor"})
    drawn = [number for number in sorted(numbers) if number not in given]
    spread = _in_shares(len(drawn))
    rng.shuffle(spread)
    given.update(zip(drawn, spread, strict=True))
    return {
        number: Lead(by_number[number], given[number], rng.uniform(-truth.SEVERITY, truth.SEVERITY))
        for number in sorted(numbers)
    }


def _in_shares(count: int) -> list[Quality]:
    """So many qualities, each as often as its share says, the middle one where that leaves some over."""
    found = [quality for quality in truth.QUALITIES for _ in range(int(quality.share * count))]
    return found + [truth.AVERAGE] * (count - len(found))


def _coached(person: Employee, lead: Lead, behaviours: int, today: date, rng: random.Random) -> Coached:
    """Only the front line is observed, on so many behaviours."""
    earliest = today - timedelta(days=truth.OBSERVED_DAYS if behaviours else truth.DAYS)
    since = max(earliest, person.hire_date + timedelta(days=truth.IN_TRAINING))
    coached = Coached(person, lead, since, frontline=behaviours > 0)
    if behaviours:
        coached.severity = rng.uniform(-truth.SEVERITY, truth.SEVERITY)
        means = [truth.MEAN + behaviour_truth(number).mean for number in range(behaviours)]
        coached.levels = [min(4.9, max(1.2, rng.gauss(mean, truth.SPREAD))) for mean in means]
    return coached
