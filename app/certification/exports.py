"""The report as rows of a file."""

from app.certification.queries import Line
from app.core.tables import Cell

HEADER = (
    "employee_id",
    "family_name",
    "given_name",
    "email",
    "department",
    "location",
    "job_role",
    "supervisor",
    "supervisor_employee_id",
    "state",
    "missing",
    "certified_on",
    "expires_on",
)


def cells(line: Line) -> tuple[Cell, ...]:
    """One person's row, in the order of HEADER."""
    person = line.person
    supervisor = f"{person.manager_given_name} {person.manager_family_name}" if person.manager_employee_id else ""
    return (
        person.employee_id,
        person.family_name,
        person.given_name,
        person.email,
        person.department,
        person.location,
        person.job_role,
        supervisor,
        person.manager_employee_id or "",
        line.state.words,
        "; ".join(need.title for need in line.missing),
        person.issued_on,
        line.expires_on,
    )
