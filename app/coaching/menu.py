"""Where this slice shows itself: in the menu, and the ways between its own pages."""

from flask import render_template

from app.accounts.models import Person
from app.coaching.queries.standing import open_gaps
from app.core.measures import all_measures
from app.core.nav import MenuItem
from app.core.pages import has_page
from app.core.permissions import Can, may

COACHING = MenuItem("Coaching", "coaching.home", Can.SEE_COACHING, position=37)


def parts() -> list[tuple[str, str, bool]]:
    """The pages of coaching: label, endpoint, and whether the signed-in person may open it."""
    found = [
        ("Overview", "coaching.home", True),
        ("Your own", "coaching.own", may(Can.SEE_COVERAGE)),
        ("Planner", "coaching.planner", may(Can.SEE_PEOPLE) and may(Can.SEE_COVERAGE)),
        ("Observations", "coaching.observations", True),
        ("Benchmarks", "coaching.benchmarks", may(Can.SEE_BENCHMARKS)),
        ("Rubric", "coaching.rubric", may(Can.SEE_BENCHMARKS)),
        ("Calibration", "coaching.calibrations", True),
        ("Coverage", "coaching.coverage", may(Can.SEE_COVERAGE)),
        ("Effects", "coaching.effects", may(Can.SEE_EFFECTS)),
        ("What works", "coaching.effect_kinds", may(Can.SEE_COVERAGE) and not may(Can.SEE_EFFECTS)),
    ]
    return [(label, endpoint, shown and has_page(endpoint)) for label, endpoint, shown in found]


def person_section(person: Person) -> str:
    """The open gaps of a person, and the way to their coaching, for those who may see it."""
    if not may(Can.SEE_COACHING_OF, person):
        return ""
    gaps = open_gaps([person.id])
    return render_template(
        "coaching/person_section.html", person=person, gaps=gaps, names=all_measures() if gaps else {}
    )
