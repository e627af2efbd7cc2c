"""What people of Larkspur are measured against: the rubric, the benchmarks and their versions, and the cadence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from app.accounts.models import Person
from app.coaching.models import Benchmark, Cadence
from app.coaching.operations.rubric import add_starter_set
from app.coaching.queries.benchmarks import behaviour_key, current_behaviours
from app.core.db import db
from app.demo import coaching_truth as truth
from app.demo.coaching_book import Book, at
from app.demo.coaching_staff import Coached, Lead, behaviour_truth
from app.nps.models import PersonDay

Versions = list[tuple[date, int, float]]


NPS = "nps"


@dataclass(frozen=True)
class Item:
    """A behaviour of the rubric and its place there."""

    place: int
    id: int
    version_id: int
    name: str
    levels: Sequence[str]
    metric: str


@dataclass(frozen=True)
class Asked:
    """Versions of benchmarks of behaviours, the newest first: (first day, id, target).

    By the behaviour's place and, of the company's, the job role, of a team's, the lead's id.
    """

    companys: Mapping[tuple[int, str], Versions]
    teams: Mapping[tuple[int, int], Versions]
    nps: Mapping[str, tuple[int, float]]  # the id and target by job role; there is one version

    def of(self, who: Coached, behaviour: int, day: date) -> tuple[int, float] | None:
        """The id and target that hold for someone on a day: the company's, or the team's where it is stricter."""
        held = None
        for versions in (self.companys.get((behaviour, who.person.job_role)), self.teams.get((behaviour, who.lead.id))):
            begun = next((one for one in versions or () if one[0] <= day), None)
            if begun and (held is None or begun[2] > held[1]):
                held = (begun[1], begun[2])
        return held


@dataclass(frozen=True)
class Setting:
    """What every part writes with: the book, the rubric, whoever runs coaching, and the day."""

    book: Book
    rubric: Sequence[Item]
    by_id: int
    today: date

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)


def write_rubric(by: Person | None, today: date) -> list[Item]:
    """The starter set, in its order, written before anything was measured by it."""
    add_starter_set(by, at(today - timedelta(days=truth.BENCHMARK_DAYS_AGO + 7), 9))
    rows = sorted(current_behaviours(), key=lambda row: row.id)
    return [
        Item(place, row.id, row.version_id, row.name, row.levels, behaviour_key(row.id))
        for place, row in enumerate(rows)
    ]


def write_benchmarks(setting: Setting, roles: Iterable[str], supervisor: Lead | None) -> Asked:
    """The company's, for each job role of the front line and for everyone, and what the supervisor asks of the team."""
    begun, raised, nps = setting.ago(truth.BENCHMARK_DAYS_AGO), setting.ago(truth.RAISED_DAYS_AGO), _nps_target(setting)
    companys: dict[tuple[int, str], Versions] = {}
    customers: dict[str, tuple[int, float]] = {}
    for role in sorted(roles):
        for item in setting.rubric:
            of = behaviour_truth(item.place)
            versions = [_version(setting, role, item.metric, begun, of.target)]
            if of.raised is not None:
                newer = _version(setting, role, item.metric, raised, of.raised, reason=truth.RAISED_BECAUSE)
                versions.insert(0, newer)
            companys[item.place, role] = versions
        customers[role] = _version(setting, role, NPS, begun, nps)[1:]
    _version(setting, "", "certification", begun, truth.CERTIFICATION)
    _version(setting, "", "follow-through", begun, truth.FOLLOW_THROUGH)
    teams: dict[tuple[int, int], Versions] = {}
    if supervisor is not None and len(setting.rubric) > truth.TEAMS_OWN:
        since, item = setting.ago(truth.TEAM_DAYS_AGO), setting.rubric[truth.TEAMS_OWN]
        whose = {"lead_id": supervisor.id, "set_by_id": supervisor.id, "reason": truth.TEAMS_BECAUSE}
        version = _version(setting, "", item.metric, since, truth.TEAMS_TARGET, **whose)
        teams[item.place, supervisor.id] = [version]
    return Asked(companys, teams, customers)


def _version(
    setting: Setting, role: str, metric: str, since: date, target: float, **values: object
) -> tuple[date, int, float]:
    row = setting.book.add(
        Benchmark,
        **{
            "job_role": role,
            "metric": metric,
            "lead_id": None,
            "set_by_id": setting.by_id,
            "starts_on": since,
            "target": target,
            "reason": "",
            "set_at": at(since, 8),
            **values,
        },
    )
    return since, row["id"], target


def write_cadence(setting: Setting, roles: Iterable[str]) -> None:
    since = at(setting.ago(truth.BENCHMARK_DAYS_AGO), 8)
    weeks = {**dict.fromkeys(sorted(roles), truth.WEEKS), "": truth.WEEKS_OF_OTHERS}
    for role, number in weeks.items():
        setting.book.add(Cadence, job_role=role, weeks=number, set_by_id=setting.by_id, set_at=since)


def _nps_target(setting: Setting) -> float:
    """Somewhat below what customers said of everybody in the last year, in steps of 5, so that few are likely below."""
    columns = (PersonDay.promoters, PersonDay.passives, PersonDay.detractors)
    statement = select(*(func.coalesce(func.sum(column), 0) for column in columns)).where(
        PersonDay.day.between(setting.ago(365), setting.today)
    )
    promoters, passives, detractors = (int(n) for n in db.session.execute(statement).one())
    n = promoters + passives + detractors
    if not n:
        return truth.NPS_WITHOUT_RESPONSES
    return 5.0 * round((100 * (promoters - detractors) / n - truth.NPS_BELOW_MEAN) / 5)
