"""What customers of Larkspur answered after they were served, and twice a year. Pure; the same seed, the same answers.

What is true of them is in app/demo/truth.py.
"""

import random
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from app.demo import customer_words, truth
from app.demo.company import Employee
from app.demo.customer_words import Occasion
from app.demo.names import draw_name, plain
from app.demo.ratings import Rated, rate, satisfaction, shifts_of
from app.demo.truth import AFTER_CONTACT, DRIVERS, RELATIONSHIP, TRADES, Touchpoint, Trade
from app.nps.rules.responses import Contact, Given

MAIL_DOMAIN = "customer.example"
_SHARES = {region: share for region, (_, share, _, _) in truth.REGIONS.items()}


@dataclass(frozen=True)
class Sent:
    """A response as one of the surveys hands it over, at a moment; a corrected one comes twice."""

    at: datetime
    given: Given


@dataclass(frozen=True)
class Survey:
    """All that was answered, in the order in which it came, and how many were asked in each (survey, month)."""

    sent: list[Sent]
    asked: dict[tuple[str, date], int]


@dataclass(frozen=True)
class Planted:
    """The teams that differ from the others, by their lead's number; None in a company too small to have them."""

    strong: int | None
    weak: int | None


@dataclass(frozen=True)
class Customer:
    """Someone who is served now and then."""

    key: str
    contact: Contact | None
    tier: str
    region: str
    language: str
    mood: float


def responses_for(people: int) -> int:
    """How many responses a company of so many people has, unless someone asks for another number."""
    return min(truth.MOST, truth.A_PERSON * people)


def front_line(employees: Sequence[Employee]) -> list[Employee]:
    """Who serves customers: those who manage nobody and whose job role has an occasion to."""
    managers = {person.manager for person in employees}
    return [p for p in employees if p.number not in managers and p.manager is not None and occasions(p)]


def occasions(person: Employee) -> tuple[Touchpoint, ...]:
    """On which occasions this person meets customers."""
    trade = TRADES.get(person.department)
    return tuple(t for t in trade.touchpoints if person.job_role in t.roles) if trade else ()


def planted(employees: Sequence[Employee]) -> Planted:
    """The largest team of Support that is not the supervisor's, and the largest of Stores, by those who serve."""
    own = next((p.number for p in employees if p.part == "supervisor"), None)
    sizes = Counter((p.department, p.manager) for p in front_line(employees))

    def largest(department: str) -> int | None:
        teams = [(-n, lead) for (of, lead), n in sizes.items() if of == department and lead is not None and lead != own]
        return min(teams)[1] if teams else None

    return Planted(strong=largest("Support"), weak=largest("Stores"))


def answers(employees: Sequence[Employee], count: int, seed: int, today: date) -> Survey:
    """About so many responses in the two years before `today`; nobody is rated before having served a while."""
    rng = random.Random(f"{seed}/customers")  # noqa: S311 - made-up customers, not secrets
    served = round(count * (1 - truth.RELATIONSHIP_SHARE))
    writer = _Writer(rng, today, planted(employees), _customers(round(count * 0.4) + 20, rng))
    written = [*writer.after_contacts(employees, served), *writer.relationships(count - served)]
    sent = [sent for given in written for sent in _handed_over(given, writer.end, rng)]
    return Survey(sorted(sent, key=lambda one: (one.at, one.given.external_id)), _asked(written, rng))


def _handed_over(given: Given, end: datetime, rng: random.Random) -> Iterator[Sent]:
    """A response as it arrives; a few come in hastily first and are put right some days later."""
    at = given.responded_at + timedelta(minutes=rng.randint(1, 15))
    later = at + timedelta(days=rng.uniform(1, 6))
    if rng.random() < truth.CORRECTED and later < end:
        hasty = replace(given, score=max(0, given.score - rng.randint(1, 3)), comment="")
        yield Sent(at, hasty)
        at = later
    yield Sent(at, given)


def _asked(written: Sequence[Given], rng: random.Random) -> dict[tuple[str, date], int]:
    """How many were asked in each month of the two years: nobody, where a survey was not sent."""
    answered = Counter((given.survey, given.responded_at.date().replace(day=1)) for given in written)
    months = sorted({month for _, month in answered})
    return {
        (survey, month): round(answered[survey, month] / (rate * rng.uniform(0.93, 1.07)))
        for survey, rate in truth.RESPONSE_RATE.items()
        for month in months
    }


def _customers(count: int, rng: random.Random) -> dict[str, list[Customer]]:
    """Customers by region. Their names are made up and stand nowhere but in their contact."""
    found: dict[str, list[Customer]] = {region: [] for region in truth.REGIONS}
    for number in range(1, count + 1):
        region, tier = _draw(_SHARES, rng), _draw({t: share for t, (share, _) in truth.TIERS.items()}, rng)
        _, _, language, writes_it = truth.REGIONS[region]
        known = rng.random() < truth.KNOWN_CUSTOMERS
        found[region].append(
            Customer(
                key=f"C-{100_000 + number * 7}" if known else "",
                contact=_contact(number, rng) if known else None,
                tier=tier,
                region=region,
                language=language if rng.random() < writes_it else "",
                mood=rng.gauss(0, truth.MOOD),
            )
        )
    return found


def _contact(number: int, rng: random.Random) -> Contact:
    given, family = draw_name(rng)
    phone = f"+00 555 {rng.randint(0, 9999):04} {number:05}" if rng.random() < 0.4 else ""
    return Contact(f"{given} {family}", f"{plain(given) or 'customer'}.{number}@{MAIL_DOMAIN}", phone)


def _draw(weights: Mapping[str, float], rng: random.Random) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


@dataclass
class _Calendar:
    """How busy a department is on each of the two years' days: counts back from `today`, which is not one of them."""

    today: date
    trade: Trade
    busy: list[float] = field(init=False)  # up to and with each day

    def __post_init__(self) -> None:
        days = (self.today - timedelta(days=n) for n in range(truth.DAYS, 0, -1))
        weights = (self.trade.weekdays[d.weekday()] * self.trade.months.get(d.month, 1.0) for d in days)
        self.busy = [0.0, *accumulate(weights)]

    def between(self, first: int, last: int) -> float:
        """How much there was to do from the first day to the last, counted from the beginning, the last left out."""
        return self.busy[last] - self.busy[first]

    def draw(self, first: int, last: int, rng: random.Random) -> date:
        at = self.busy[first] + rng.random() * self.between(first, last)
        position = min(max(bisect_left(self.busy, at), first + 1), last)
        return self.today - timedelta(days=truth.DAYS - position + 1)


@dataclass(frozen=True)
class _Server:
    """One who serves, with what is true of this person; `first` and `last` count days from the beginning."""

    person: Employee
    first: int
    last: int
    amount: float
    points: float  # above or below the company's score


class _Writer:
    """Draws responses one after the other."""

    def __init__(self, rng: random.Random, today: date, teams: Planted, customers: dict[str, list[Customer]]) -> None:
        self.rng = rng
        self.today = today
        self.end = datetime.combine(today, time(), UTC)
        self.teams = teams
        self.customers = customers
        self.calendars = {name: _Calendar(today, trade) for name, trade in TRADES.items()}

    def after_contacts(self, employees: Sequence[Employee], count: int) -> Iterator[Given]:
        servers = self._servers(employees, count)
        # The agent among the sign-ins has a number of responses of its own.
        agents = [server for server in servers if server.person.part == "agent"]
        others = [server for server in servers if server.person.part != "agent"]
        of_agent = min(truth.AGENT_RESPONSES, count // 20)
        for some, number in ((agents, of_agent), (others, count - of_agent * len(agents))):
            total, owed = sum(server.amount for server in some), 0.0
            for server in some:
                owed += number * server.amount / total
                for _ in range(round(owed)):
                    yield self._after_contact(server)
                owed -= round(owed)

    def _servers(self, employees: Sequence[Employee], count: int) -> list[_Server]:
        own = next((p.manager for p in employees if p.part == "agent"), None)
        everyone = front_line(employees)
        every = max(1, round(len(everyone) * truth.LEAST_A_SERVER / max(count, 1)))
        leads = list(dict.fromkeys(p.manager for p in everyone))
        kept = {*leads[::every], own, self.teams.strong, self.teams.weak}
        effects = {lead: self.rng.gauss(0, truth.OTHER_TEAMS) for lead in leads}
        effects |= {self.teams.strong: truth.STRONG_TEAM, self.teams.weak: truth.WEAK_TEAM, own: 0.0}
        servers = [self._server(p, effects[p.manager]) for p in everyone if p.manager in kept]
        return [server for server in servers if server.amount > 0]

    def _server(self, person: Employee, points: float) -> _Server:
        hired = truth.DAYS - (self.today - person.hire_date).days + truth.IN_TRAINING
        first = min(max(0, hired), truth.DAYS)
        last = truth.DAYS if person.active else max(first, truth.DAYS - self.rng.randint(60, 300))
        amount = self.calendars[person.department].between(first, last) * self.rng.uniform(0.75, 1.25)
        if person.manager in {self.teams.strong, self.teams.weak}:
            amount *= truth.PLANTED_TRAFFIC
        return _Server(person, first, last, amount, points + self.rng.gauss(0, truth.PEOPLE))

    def _after_contact(self, server: _Server) -> Given:
        rng, person = self.rng, server.person
        trade = TRADES[person.department]
        day = self.calendars[person.department].draw(server.first, server.last, rng)
        days_ago = (self.today - day).days
        touchpoint = rng.choices(occasions(person), [t.share for t in occasions(person)])[0]
        product = _draw(trade.products, rng)
        app = days_ago <= truth.APP_DAYS_AGO and product in truth.PAIRED and rng.random() < truth.APP_SHARE
        customer = self._customer_of(person)
        rated = self._rate(shifts_of(touchpoint, person.department, days_ago, app, server.points), customer)
        occasion = Occasion(
            band=rated.band,
            ratings=rated.ratings,
            channel=_draw(touchpoint.channels, rng),
            touchpoint=touchpoint.name,
            product=product,
            language="" if app else customer.language,
            special="app" if app else self._special(person, days_ago, rated),
            faster=person.department == "Support" and days_ago <= truth.IMPROVED_DAYS_AGO,
        )
        known = rng.random() >= truth.NO_EMPLOYEE
        return self._given(
            rated,
            occasion,
            customer,
            self._moment(day, trade.hours, person.time_zone),
            survey=AFTER_CONTACT,
            touchpoint="" if rng.random() < truth.NO_TOUCHPOINT else touchpoint.name,
            channel=occasion.channel,
            department="" if known else person.department,
            employee=person.employee_id if known else "",
        )

    def _special(self, person: Employee, days_ago: int, rated: Rated) -> str:
        """What Stores hear in the quarter in which they miss people."""
        hit = person.department == "Stores" and days_ago <= truth.DIPPED_DAYS_AGO and rated.band == "detractor"
        return "rushed" if hit and self.rng.random() < 0.3 else ""

    def relationships(self, count: int) -> Iterator[Given]:
        """The half-yearly survey, answered within three weeks of its mailing; nobody in particular served."""
        rng = self.rng
        days = [self.today - timedelta(days=n) for n in range(truth.DAYS, 0, -1)]
        mailed = [d for d in days if d.month in truth.RELATIONSHIP_MONTHS and 3 <= d.day < 24]
        for _ in range(count):
            customer = self._someone(_draw(_SHARES, rng))
            rated = self._rate({}, customer)
            occasion = Occasion(
                band=rated.band,
                ratings=rated.ratings,
                product=_draw(TRADES["Support"].products, rng),
                language=customer.language,
                special="company" if rng.random() < 0.5 else "",
            )
            moment = self._moment(rng.choice(mailed), (8, 21), "UTC")
            yield self._given(rated, occasion, customer, moment, survey=RELATIONSHIP)

    def _customer_of(self, person: Employee) -> Customer:
        home = next(region for region, (places, *_) in truth.REGIONS.items() if person.location in places)
        abroad = person.department == "Support" and self.rng.random() < truth.ABROAD
        return self._someone(_draw(_SHARES, self.rng) if abroad else home)

    def _someone(self, region: str) -> Customer:
        """Anyone of a region; some of them come often."""
        pool = self.customers[region]
        return pool[int(len(pool) * self.rng.random() ** 1.6)]

    def _rate(self, shifts: Mapping[str, float], customer: Customer) -> Rated:
        _, of_tier = truth.TIERS[customer.tier]
        return rate(shifts, customer.mood + of_tier, self.rng)

    def _moment(self, day: date, hours: tuple[int, int], zone: str) -> datetime:
        """When the answer came: some hours after the contact, some days at most, and never after yesterday."""
        opens, closes = hours
        served = datetime.combine(day, time(), ZoneInfo(zone)) + timedelta(
            seconds=self.rng.randint(opens * 3600, closes * 3600)
        )
        answered = served.astimezone(UTC) + timedelta(hours=min(72, self.rng.expovariate(1 / 5)))
        latest = self.end - timedelta(seconds=self.rng.randint(1, 40_000))
        return (answered if answered < self.end else latest).replace(microsecond=0)

    def _given(
        self, rated: Rated, occasion: Occasion, customer: Customer, moment: datetime, survey: str, **served: str
    ) -> Given:
        """What of it was answered and what was left out; `served` says where, by whom and how."""
        rng = self.rng
        writes = 0.9 if occasion.special == "app" else truth.COMMENTED[rated.band]
        return Given(
            external_id=f"R_{rng.getrandbits(60):015x}",
            score=rated.score,
            responded_at=moment,
            comment=customer_words.write(occasion, rng) if rng.random() < writes else "",
            tier=customer.tier,
            customer_key=customer.key,
            contact=customer.contact,
            osat=satisfaction(rated, rng) if rng.random() < truth.OSAT_ASKED else None,
            drivers=self._drivers(rated),
            segments={"Region": customer.region, "Product": occasion.product},
            survey=survey,
            **served,
        )

    def _drivers(self, rated: Rated) -> dict[str, int]:
        if self.rng.random() < truth.NO_DRIVERS:
            return {}
        left_out = self.rng.choice(DRIVERS) if self.rng.random() < truth.ONE_DRIVER_LEFT_OUT else None
        return {driver.name: rated.ratings[driver.key] for driver in DRIVERS if driver is not left_out}
