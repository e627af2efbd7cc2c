"""The page of benchmarks as this person sees it: one table a job role, and what their teams are asked beyond."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.accounts.models import Person
from app.accounts.queries import distinct_values
from app.coaching.queries import benchmark_pages as queries
from app.coaching.queries.benchmark_pages import Series
from app.coaching.queries.benchmarks import behaviour_key
from app.coaching.queries.rubric import retired_behaviours
from app.coaching.rules.cadence import USUAL_WEEKS
from app.core.measures import Measure, all_measures


@dataclass(frozen=True)
class RoleTable:
    """What one job role is asked; the empty one is everyone."""

    job_role: str
    live: Sequence[Series]
    past: Sequence[Series]  # those that have earlier versions


@dataclass(frozen=True)
class Board:
    """What the page shows."""

    tables: Sequence[RoleTable]
    roles: Sequence[str]  # that this person sees
    without: Sequence[str]  # of these, those that are asked nothing of their own
    measures: Mapping[str, Measure]
    retired: Mapping[str, str]  # names of retired behaviours by the key of their measure
    team_measures: Sequence[Measure]  # that a supervisor may ask more of
    cadences: Sequence[tuple[str, int, Any]]  # job role, weeks and, where it is set, who did


def board_for(viewer: Person, today: date, *, all_roles: bool) -> Board:
    """With every job role, or only those of this person’s direct reports."""
    series = queries.company_series(today)
    measures = all_measures()
    cadences = queries.cadences()
    roles = distinct_values()["job_role"] if all_roles else queries.roles_of_reports(viewer.id)
    named = {one.job_role for one in series if one.live} | set(cadences) if all_roles else set()
    shown = sorted({*roles, *named} - {""}, key=str.casefold)
    tables = [_table(role, series, measures) for role in ("", *shown)]
    asked = {one.metric for one in series if one.live and one.job_role in {"", *shown}}
    return Board(
        tables=[table for table in tables if table.live or table.past or not table.job_role],
        roles=shown,
        without=[table.job_role for table in tables if table.job_role and not table.live],
        measures=measures,
        retired={behaviour_key(row.id): row.name for row in retired_behaviours()},
        team_measures=[one for one in measures.values() if one.sampled and one.key in asked],
        cadences=_cadences(shown, cadences),
    )


def _table(job_role: str, series: Sequence[Series], measures: Mapping[str, Measure]) -> RoleTable:
    order = {key: number for number, key in enumerate(measures)}  # measures that are gone come last
    own = [one for one in series if one.job_role == job_role]
    own.sort(key=lambda one: (order.get(one.metric, len(order)), one.metric))
    return RoleTable(job_role, [one for one in own if one.live], [one for one in own if one.past])


def _cadences(roles: Sequence[str], found: Mapping[str, Any]) -> list[tuple[str, int, Any]]:
    """Everyone else first, then the job roles that have one of their own."""
    everyone = found.get("")
    first = ("", everyone.weeks if everyone else USUAL_WEEKS, everyone)
    return [first, *((role, found[role].weeks, found[role]) for role in roles if role in found)]
