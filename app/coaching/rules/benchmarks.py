"""Which benchmark holds for whom on a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a benchmark, as its row has it; without a target it ended on that day."""

    id: int
    metric: str
    job_role: str  # empty: everyone
    lead_id: int | None  # a supervisor's own for the team
    starts_on: date
    target: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class InForce:
    """What holds for one person: the company's target, or the team's stricter one with its reason."""

    version: Version
    companys: Version | None  # the company's, where the team's holds

    @property
    def target(self) -> float:
        assert self.version.target is not None  # noqa: S101 - only versions with a target come into force
        return self.version.target

    @property
    def of_team(self) -> bool:
        return self.version.lead_id is not None


def newest_begun(versions: Iterable[Version], today: date) -> dict[tuple[str, str, int | None], Version]:
    """Of each series (metric, job role, lead) the newest version that has begun, unless that one ended it."""
    newest: dict[tuple[str, str, int | None], Version] = {}
    for version in sorted(versions, key=lambda one: one.starts_on):
        if version.starts_on <= today:
            newest[version.metric, version.job_role, version.lead_id] = version
    return {key: version for key, version in newest.items() if version.target is not None}


def holds_for(
    begun: Mapping[tuple[str, str, int | None], Version], metric: str, job_role: str, manager_id: int | None
) -> InForce | None:
    """What holds for someone of a job role who reports to `manager_id`; None where the metric has no benchmark.

    The role's own comes before everyone's. A supervisor's counts only while it is stricter than the company's: when
    that is raised above it, the company's holds.
    """
    companys = _of_role(begun, metric, job_role, None)
    teams = _of_role(begun, metric, job_role, manager_id) if manager_id is not None else None
    if companys is None:
        return None  # a team's is a stricter one of the company's, never one of its own
    if (
        teams is not None
        and teams.target is not None
        and companys.target is not None
        and teams.target > companys.target
    ):
        return InForce(teams, companys)
    return InForce(companys, None)


def _of_role(
    begun: Mapping[tuple[str, str, int | None], Version], metric: str, job_role: str, lead_id: int | None
) -> Version | None:
    return (begun.get((metric, job_role, lead_id)) if job_role else None) or begun.get((metric, "", lead_id))
