"""Figures of coaching as rows of a file. No file names anybody who is coached, nor holds what was said."""

from app.coaching.queries.coverage import Line
from app.core.tables import Cell

HEADER = (
    "Supervisor",
    "Employee id",
    "Department",
    "People to coach",
    "Here for a whole cadence",
    "Met as often as the cadence asks",
    "Sessions planned",
    "Sessions held",
    "Attested by both",
    "Without an answer for a week",
    "Ratings in the mean",
    "Mean rating",
)


def cells(line: Line) -> tuple[Cell, ...]:
    its = line.figures
    return (
        f"{line.supervisor.given_name} {line.supervisor.family_name}",
        line.supervisor.employee_id,
        line.supervisor.department,
        its.people,
        its.due,
        its.covered,
        its.planned,
        its.held,
        its.attested,
        its.unanswered,
        its.ratings or None,
        None if its.mean is None else round(its.mean, 2),
    )
