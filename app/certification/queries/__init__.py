"""Reads about programmes, standings and certificates; they write nothing."""

from app.certification.queries.certificates import (
    by_code,
    certificates_of,
    latest_certificate,
    visible_certificate,
)
from app.certification.queries.programmes import (
    all_terms,
    completed_versions,
    cycle_opening,
    done_by,
    passing_attempts,
    quizzes_inside,
    titles_of,
)
from app.certification.queries.report import (
    SORTS,
    Filter,
    Line,
    Scope,
    Totals,
    all_lines,
    lines,
    one_supervisor,
    people_in_report,
    supervisors_called,
    together,
    totals,
)
from app.certification.queries.standings import (
    COLUMNS,
    Path,
    expires_within,
    expiring_below,
    in_state,
    paths_of,
    standing_of,
    standings_from_facts,
    tally_totals,
)

# What the rows say, for those who read them elsewhere.
from app.certification.rules import Stage, Terms, state

__all__ = [
    "COLUMNS",
    "SORTS",
    "Filter",
    "Line",
    "Path",
    "Scope",
    "Stage",
    "Terms",
    "Totals",
    "all_lines",
    "all_terms",
    "by_code",
    "certificates_of",
    "completed_versions",
    "cycle_opening",
    "done_by",
    "expires_within",
    "expiring_below",
    "in_state",
    "latest_certificate",
    "lines",
    "one_supervisor",
    "passing_attempts",
    "paths_of",
    "people_in_report",
    "quizzes_inside",
    "standing_of",
    "standings_from_facts",
    "state",
    "supervisors_called",
    "tally_totals",
    "titles_of",
    "together",
    "totals",
    "visible_certificate",
]
