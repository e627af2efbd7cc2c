"""Larkspur, the demo company: who works there, where, since when and for whom. Pure; the same seed, the same people."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.demo.names import UNUSUAL, draw_name, plain

COMPANY = "Larkspur"
DOMAIN = "demo.uplift.example"
SMALLEST = 40
# The sign-ins, in the order in which to try them, and who they are.
PARTS = {
    "newhire": "came this week, has not started anything",
    "agent": "is half way through the modules",
    "supervisor": "leads the team of the two above",
    "hr": "answers for who is certified",
    "champion": "looks after the programme",
    "executive": "leads the company",
    "admin": "keeps people, roles and the roster",
}
# How far the others in that team are (see app/demo/trails.py), so that its supervisor has something to look at.
TEAM_STORIES = ("certified", "expiring", "expired", "some modules", "exam not passed yet", "renewed")
SPAN = 9  # reports that a manager has, more or less


@dataclass(frozen=True)
class Department:
    """A part of the company: its share of the people, where it works, and the job roles from the top down."""

    name: str
    share: float
    places: tuple[str, ...]
    head: str
    manager: str
    lead: str
    member: tuple[str, ...]


ZONES = {
    "Leeds": "Europe/London",
    "Berlin": "Europe/Berlin",
    "Kraków": "Europe/Warsaw",
    "Lisbon": "Europe/Lisbon",
    "Nairobi": "Africa/Nairobi",
    "Bengaluru": "Asia/Kolkata",
    "Manila": "Asia/Manila",
    "Montréal": "America/Toronto",
    "Austin": "America/Chicago",
    "São Paulo": "America/Sao_Paulo",
}

DEPARTMENTS = (
    Department(
        "Support",
        0.36,
        ("Leeds", "Manila", "Kraków", "Nairobi", "Montréal"),
        "Director of Support",
        "Support manager",
        "Team supervisor",
        ("Support agent", "Support agent", "Support agent", "Senior support agent", "Chat agent"),
    ),
    Department(
        "Stores",
        0.24,
        ("Leeds", "Berlin", "Lisbon", "São Paulo", "Austin"),
        "Director of Stores",
        "Area manager",
        "Store manager",
        ("Sales assistant", "Sales assistant", "Cashier", "Repair technician"),
    ),
    Department(
        "Sales",
        0.12,
        ("Berlin", "Austin", "São Paulo", "Montréal"),
        "Director of Sales",
        "Regional sales manager",
        "Sales team lead",
        ("Account manager", "Sales representative", "Renewals specialist"),
    ),
    Department(
        "Technology",
        0.11,
        ("Kraków", "Bengaluru", "Berlin"),
        "Director of Technology",
        "Engineering manager",
        "Team lead",
        ("Software engineer", "Support engineer", "Site reliability engineer", "Product designer"),
    ),
    Department(
        "Hearing clinics",
        0.09,
        ("Leeds", "Lisbon", "Nairobi"),
        "Director of Clinics",
        "Regional clinic manager",
        "Clinic manager",
        ("Receptionist", "Audiologist", "Nurse"),
    ),
    Department(
        "Finance",
        0.045,
        ("Leeds", "Bengaluru"),
        "Director of Finance",
        "Finance manager",
        "Finance team lead",
        ("Accountant", "Billing specialist"),
    ),
    Department(
        "People",
        0.035,
        ("Leeds", "Austin"),
        "Director of People",
        "People manager",
        "People team lead",
        ("People partner", "Trainer"),
    ),
)


@dataclass
class Employee:
    """One person of the demo company, numbered from 1, managers before their reports."""

    number: int
    given_name: str
    family_name: str
    email: str
    department: str
    location: str
    job_role: str
    hire_date: date
    manager: int | None  # by number, as `above`
    roles: tuple[str, ...] = ()
    active: bool = True
    part: str = ""  # which of the seven sign-ins this is
    story: str = ""  # how far this person is, where that is not left to chance
    above: tuple[int, ...] = ()  # managers from the nearest up
    person_id: int = 0  # once in the database

    @property
    def employee_id(self) -> str:
        return f"LK{self.number:06d}"

    @property
    def time_zone(self) -> str:
        return ZONES[self.location]

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


@dataclass
class _Builder:
    rng: random.Random
    today: date
    people: list[Employee] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def add(self, department: str, location: str, job_role: str, manager: Employee | None, years: float) -> Employee:
        """One more person, hired up to so many years ago."""
        number = len(self.people) + 1
        given, family = draw_name(self.rng)
        days = int(30 + self.rng.random() ** 1.5 * years * 365)
        person = Employee(
            number=number,
            given_name=given,
            family_name=family,
            email=self._address(given, family, number),
            department=department,
            location=location,
            job_role=job_role,
            hire_date=self.today - timedelta(days=days),
            manager=manager.number if manager else None,
            above=(manager.number, *manager.above) if manager else (),
        )
        self.people.append(person)
        return person

    def _address(self, given: str, family: str, number: int) -> str:
        local = ".".join(part for part in (plain(given), plain(family)) if part)
        if not local or local in self.taken:
            local = f"{local or 'person'}.{number}"
        self.taken.add(local)
        return f"{local}@{DOMAIN}"

    def fill(self, department: Department, manager: Employee, count: int, top: bool) -> None:
        """Put `count` people below `manager`: teams of about SPAN, with as many layers of managers as that takes."""
        if count <= SPAN + 3:
            for _ in range(count):
                role = self.rng.choice(department.member)
                self.add(department.name, manager.location, role, manager, years=9)
            return
        groups = min(SPAN, max(2, round(count / (SPAN + 1))))
        for size in _split(self.rng, count - groups, groups):
            leads_people_only = size <= SPAN + 3
            role = department.lead if leads_people_only else department.manager
            place = self.rng.choice(department.places) if top or self.rng.random() < 0.3 else manager.location
            below = self.add(department.name, place, role, manager, years=14)
            self.fill(department, below, size, top=False)


def _split(rng: random.Random, total: int, groups: int) -> Iterator[int]:
    """`total` in so many groups, none far from the others, never negative."""
    left = total
    for remaining in range(groups, 0, -1):
        even = left / remaining
        size = left if remaining == 1 else max(0, min(left, round(even * rng.uniform(0.85, 1.15))))
        left -= size
        yield size


def build(people: int, seed: int, today: date) -> list[Employee]:
    """The whole company, managers before their reports. Raises ValueError below SMALLEST people."""
    if people < SMALLEST:
        raise ValueError(f"the demo company has at least {SMALLEST} people")
    builder = _Builder(random.Random(f"{seed}/company"), today)  # noqa: S311 - a made-up company, not a secret
    chief = builder.add("Executive office", "Leeds", "Chief executive", None, years=15)
    rest = people - 1 - len(DEPARTMENTS)
    sizes = [round(rest * department.share) for department in DEPARTMENTS]
    sizes[0] += rest - sum(sizes)
    for department, size in zip(DEPARTMENTS, sizes, strict=True):
        head = builder.add(department.name, department.places[0], department.head, chief, years=15)
        builder.fill(department, head, size, top=True)
    _hire_newcomers(builder)
    _give_parts(builder.people, today)
    _give_unusual_names(builder.people)
    _let_some_leave(builder)
    return builder.people


def _hire_newcomers(builder: _Builder) -> None:
    """One in twelve of those who manage nobody came within the last ten weeks."""
    managers = {person.manager for person in builder.people}
    for person in builder.people:
        if person.number not in managers and builder.rng.random() < 1 / 12:
            person.hire_date = builder.today - timedelta(days=builder.rng.randint(2, 70))


def _give_parts(people: list[Employee], today: date) -> None:
    """Choose who the seven sign-ins are. Their names stay the same with every seed."""
    reports: dict[int, list[Employee]] = {}
    for person in people:
        if person.manager is not None:
            reports.setdefault(person.manager, []).append(person)
    leads = [p for p in people if p.department == "Support" and p.number in reports]
    teams = [p for p in leads if all(r.number not in reports for r in reports[p.number])]
    supervisor = min(teams, key=lambda p: (abs(len(reports[p.number]) - 9), p.number))
    newhire, agent = reports[supervisor.number][:2]
    hr = next(p for p in people if p.department == "People" and p.above[1:] == ())
    trainer = next(p for p in reversed(people) if p.department == "People" and p.number not in reports)
    technician = next(p for p in reversed(people) if p.department == "Technology" and p.number not in reports)
    for person, part, given, family, roles in (
        (newhire, "newhire", "Nadia", "Okafor", ()),
        (agent, "agent", "Tomás", "Brennan", ()),
        (supervisor, "supervisor", "Priya", "Raman", ()),
        (hr, "hr", "Ingrid", "Solberg", ("hr",)),
        (trainer, "champion", "Mateo", "Quiroga", ("champion",)),
        (people[0], "executive", "Helen", "Achterberg", ("executive",)),
        (technician, "admin", "Wei", "Zhao", ("administrator",)),
    ):
        person.part, person.roles = part, roles
        person.given_name, person.family_name = given, family
        person.email = f"{part}@{DOMAIN}"
    for person, story in zip(reports[supervisor.number][2:], TEAM_STORIES, strict=False):
        person.story, person.hire_date = story, today - timedelta(days=800 + person.number)
    newhire.job_role = agent.job_role = "Support agent"
    newhire.hire_date = today - timedelta(days=4)
    agent.hire_date = today - timedelta(days=75)
    for person in (trainer, technician):
        person.hire_date = today - timedelta(days=900)


def _give_unusual_names(people: list[Employee]) -> None:
    """The first of them works beside the new hire, so that the supervisor's own pages meet the long name."""
    newhire = next(p for p in people if p.part == "newhire")
    team = [p for p in people if p.manager == newhire.manager and not p.part]
    others = [p for p in people if p not in team[:1] and not p.part and p.manager is not None]
    step = len(others) // len(UNUSUAL)
    chosen = [team[0], *(others[index * step + 2] for index in range(1, len(UNUSUAL)))]
    for person, (given, family) in zip(chosen, UNUSUAL, strict=True):
        person.given_name, person.family_name = given, family
        person.email = f"{person.employee_id.lower()}@{DOMAIN}"


def _let_some_leave(builder: _Builder) -> None:
    """One in fifty of those who manage nobody has left: inactive, with all that they did."""
    managers = {person.manager for person in builder.people}
    for person in builder.people:
        if person.number not in managers and not (person.part or person.story) and builder.rng.random() < 1 / 50:
            person.active = False
