"""The report's picture: who is certified, by department."""

from collections.abc import Sequence

from app.certification.queries import Totals, together
from app.certification.rules import State
from app.core.charts import Chart, Part, Stack, share, stacked_bars
from app.core.pages import plural

SHOWN = 8  # departments drawn by themselves; the rest share one bar
PARTS = {
    State.CERTIFIED: Part("Certified", "good"),
    State.EXPIRING: Part("Expiring", "watch"),
    State.EXPIRED: Part("Expired", "bad"),
    State.IN_PROGRESS: Part("In progress", "neutral"),
    State.NOT_STARTED: Part("Not started", "quiet"),
}


def by_department(found: Sequence[Totals]) -> Chart:
    """States by department, the largest first; `found` is not empty."""
    ranked = sorted(found, key=lambda totals: (-totals.people, totals.department))
    shown, rest = (ranked, []) if len(ranked) <= SHOWN else (ranked[: SHOWN - 1], ranked[SHOWN - 1 :])
    stacks = [Stack(name_of(totals), _values(totals)) for totals in shown]
    if rest:
        stacks.append(Stack(f"{len(rest)} other departments", _values(together(rest))))
    description = "People by department and state. Each bar is the whole department; the number beside it is its size."
    return stacked_bars(finding(found), description, list(PARTS.values()), stacks, head="Department")


def finding(found: Sequence[Totals]) -> str:
    """What the picture shows, in a sentence."""
    most = max(found, key=lambda totals: (totals.people - totals.valid, totals.people))
    lacking = most.people - most.valid
    if lacking == 0:
        return "Everyone holds a certificate that is valid today"
    if len(found) == 1:
        whole = plural(most.people, "person", "people")
        return f"Holding a valid certificate: {most.valid:,} of {whole} ({share(most.valid, most.people)})"
    return f"Most people without a valid certificate work in {name_of(most)}: {lacking:,} of {most.people:,}"


def name_of(totals: Totals) -> str:
    return totals.department or "No department given"


def _values(totals: Totals) -> tuple[int, ...]:
    return tuple(totals.by_state[state] for state in PARTS)
