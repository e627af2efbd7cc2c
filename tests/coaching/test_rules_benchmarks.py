"""Which benchmark holds for whom, at the days on which that changes."""

from datetime import date, timedelta

import pytest

from app.coaching.rules.benchmarks import Version, holds_for, newest_begun

DAY = date(2026, 12, 7)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
LEAD = 7


def version(target, starts_on=DAY, job_role="", lead_id=None, metric="nps"):
    return Version(1, metric, job_role, lead_id, starts_on, target)


def targets(versions, today):
    return {key: one.target for key, one in newest_begun(versions, today).items()}


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 2, 28), None),
        (date(2026, 3, 1), 3.0),
        (BEFORE, 3.0),
        (DAY, 3.5),
        (AFTER, 3.5),
        (date(2027, 1, 31), 3.5),
        (date(2027, 2, 1), None),
        (date(2027, 2, 28), None),
        (date(2027, 3, 1), 4.0),
    ],
)
def test_the_newest_version_that_has_begun_is_in_force(today, expected):
    raised = [version(4.0, date(2027, 3, 1)), version(3.0, date(2026, 3, 1)), version(3.5, DAY)]
    ended = [*raised, version(None, date(2027, 2, 1))]
    assert targets(ended, today).get(("nps", "", None)) == expected


def test_each_measure_job_role_and_supervisor_has_a_series_of_its_own():
    versions = [version(1), version(2, job_role="Agent"), version(3, lead_id=LEAD), version(4, metric="training")]
    assert targets(versions, DAY) == {
        ("nps", "", None): 1,
        ("nps", "Agent", None): 2,
        ("nps", "", LEAD): 3,
        ("training", "", None): 4,
    }


EVERYONES, ROLES = version(3.0), version(3.5, job_role="Agent")
TEAMS, TEAMS_ROLE = version(3.4, lead_id=LEAD), version(3.8, job_role="Agent", lead_id=LEAD)


@pytest.mark.parametrize(
    ("versions", "job_role", "manager_id", "expected", "of_team"),
    [
        ([], "Agent", LEAD, None, False),
        ([EVERYONES], "Agent", None, 3.0, False),
        ([EVERYONES], "", None, 3.0, False),
        ([EVERYONES, ROLES], "Agent", None, 3.5, False),
        ([EVERYONES, ROLES], "Clerk", None, 3.0, False),
        ([EVERYONES, ROLES], "", None, 3.0, False),
        ([ROLES], "Clerk", None, None, False),
        ([EVERYONES, TEAMS], "Clerk", LEAD, 3.4, True),
        ([EVERYONES, TEAMS], "Clerk", LEAD + 1, 3.0, False),
        ([EVERYONES, ROLES, TEAMS], "Agent", LEAD, 3.5, False),  # the company's has overtaken it
        ([EVERYONES, ROLES, TEAMS, TEAMS_ROLE], "Agent", LEAD, 3.8, True),
        ([EVERYONES, version(3.0, lead_id=LEAD)], "Agent", LEAD, 3.0, False),  # as strict is not stricter
        ([EVERYONES, version(3.1, lead_id=LEAD)], "Agent", LEAD, 3.1, True),
        ([TEAMS, TEAMS_ROLE], "Agent", LEAD, None, False),  # a team's alone is none
    ],
)
def test_what_holds_for_someone(versions, job_role, manager_id, expected, of_team):
    held = holds_for(newest_begun(versions, DAY), "nps", job_role, manager_id)
    assert (held.target, held.of_team) == (expected, of_team) if expected is not None else held is None


def test_where_a_team_s_holds_the_company_s_is_told_beside_it():
    held = holds_for(newest_begun([EVERYONES, TEAMS], DAY), "nps", "Agent", LEAD)
    assert held.companys is EVERYONES
    assert held.version is TEAMS
