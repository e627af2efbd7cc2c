"""What drives a score, in the words of the people who read it."""

from collections.abc import Iterable, Sequence
from typing import Any

from app.core.charts import number
from app.core.pages import plural
from app.nps.queries.drivers import MOST_ROWS, Analysis, Moved, Movement, Rated
from app.nps.queries.subjects import Kind, Subject
from app.nps.rules import ENOUGH, Contribution, Doubt, Drivers, Mean, Period, in_words, points
from app.nps.rules.words import half_up

ASSOCIATION = "This is association, not cause."
SO_WHAT = (
    "What goes with a high score need not bring it about: it says where to look first, and only trying tells "
    "whether mending it helps."
)


def title(subject: Subject, viewer_id: int) -> str:
    if subject.kind is Kind.COMPANY:
        return "What drives the score"
    if subject.kind is Kind.PEOPLE and subject.id == viewer_id:
        return "What drives your people’s score"
    return f"What drives the score: {subject.name}"


def listed(names: Iterable[str]) -> str:
    """ "Speed, Manner and Knowledge"."""
    *first, last = list(names) or [""]
    return f"{', '.join(first)} and {last}" if first else last


def leaders(found: Drivers) -> list[str]:
    """Drivers that may well be the first: their intervals reach as far as the lowest that the first may be."""
    top = max(range(len(found.names)), key=lambda j: found.lmg[j])
    reaching = [j for j in range(len(found.names)) if found.high[j] >= found.low[top]]
    return [found.names[j] for j in sorted(reaching, key=lambda j: -found.lmg[j])]


def finding(found: Drivers) -> str:
    """What matters most, in a sentence that claims no more than can be told."""
    first = leaders(found)
    if found.r_squared <= 0:
        return "None of these ratings goes with the score"
    if len(found.names) == 1:
        return f"{found.names[0]} is the only rating there is"
    if len(first) == 1:
        return f"{first[0]} goes with the score most closely"
    if len(first) == len(found.names):
        return "No rating clearly goes with the score more closely than the others"
    return f"{listed(first)} go with the score most closely; which of them most can’t be told"


def explained(found: Drivers) -> str:
    """R squared in words."""
    share = half_up(100 * found.r_squared)
    if share < 1:
        return "These ratings account for next to nothing of how customers’ scores differ: the reasons lie elsewhere."
    rest = "Most of it has other reasons." if share < 50 else "The rest has other reasons."
    return f"Together these ratings account for {share}% of how customers’ scores differ. {rest}"


def based_on(found: Analysis) -> str:
    newest = f"the newest {MOST_ROWS:,} responses with ratings" if found.answers.cut else "all responses with ratings"
    return (
        f"Based on {plural(found.together.n, 'response')} that rate all of them, among {newest}, {found.period.dates}."
    )


def left_out(found: Analysis) -> str:
    """Which drivers are missing, and why; empty when none is."""
    if not found.left_out:
        return ""
    names = listed(driver.name for driver in found.left_out)
    verb = "is" if len(found.left_out) == 1 else "are"
    return (
        f"{names} {verb} left out: too few customers who rated the others were asked about {_it(found.left_out)}, too."
    )


def _it(things: Sequence[Any]) -> str:
    return "it" if len(things) == 1 else "them"


def warnings(found: Drivers) -> list[str]:
    """Why to be careful, in plain words."""
    named = {
        code: [found.names[one.column] for one in found.warnings if one.code == code and one.column is not None]
        for code in Doubt
    }
    said = []
    if found.warned(Doubt.CONSTANT_OUTCOME):
        said.append("All customers gave the same score, so nothing can go with it.")
    alike = [*named[Doubt.INSEPARABLE], *named[Doubt.COLLINEAR]]
    if len(alike) > 1:
        said.append(f"{listed(alike)} are answered almost alike; their order can’t be told apart.")
    elif alike:
        said.append(f"{alike[0]} is answered almost as the others together suggest, so its place is uncertain.")
    for name in named[Doubt.CONSTANT]:
        said.append(f"Everybody gave {name} the same rating, so nothing can be said about it.")
    for name in named[Doubt.SIGN_REVERSED]:
        said.append(
            f"{name}: customers who rate it higher recommend more, but not when the other ratings are alike. "
            "Read its place with care."
        )
    return said


def share(part: float, found: Drivers) -> str:
    """A part of what is explained: "34%"."""
    return f"{half_up(100 * part / found.r_squared)}%" if found.r_squared > 0 else "0%"


def share_between(column: int, found: Drivers) -> str:
    """Where that part may lie: "30% to 38%"."""
    if found.r_squared <= 0:
        return "not known"
    low, high = (min(1.0, max(0.0, ends[column] / found.r_squared)) for ends in (found.low, found.high))
    return f"{half_up(100 * low)}% to {half_up(100 * high)}%"


def mean(one: Rated) -> str:
    """ "4.12 of 5"."""
    return f"{one.mean.mean:.2f} of {one.driver.high}"


def mean_between(found: Mean, driver: Any) -> str:
    low, high = max(found.low, driver.low), min(found.high, driver.high)
    return f"{low:.2f} to {high:.2f}"


def not_enough(found: Analysis) -> str:
    """How many more it takes to tell what matters."""
    drivers = len(found.together.drivers)
    return (
        f"Not enough to tell how much each matters: {plural(found.missing, 'more response')} that "
        f"{'rates' if found.missing == 1 else 'rate'} {'it' if drivers == 1 else f'all {drivers}'}"
    )


def course(one: Movement, months: Sequence[str]) -> str:
    """How a driver's rating has gone, in a sentence."""
    if one.course is None:
        return f"{one.driver.name}: too few ratings to tell a way"
    since = months[one.course.first]
    if not one.course.real:
        return f"{one.driver.name}: no change since {since} beyond chance"
    way = "up" if one.course.difference > 0 else "down"
    return f"{one.driver.name}: {way} {number(abs(one.course.difference))} since {since}, to {_mean_at(one)}"


def _mean_at(one: Movement) -> str:
    assert one.course is not None  # noqa: S101 - the caller looked
    last = one.means[one.course.last]
    return f"{last.mean:.1f}" if last else ""


def change(found: Moved) -> str:
    """ "The score is up 6 points; …"."""
    said = in_words(found.comparison)
    return "The score has not changed" if said == "no different" else f"The score is {said}"


def moved_finding(found: Moved) -> str:
    """Which ratings moved with the score, in a sentence."""
    certain = [one for one in found.contributions if one.certain]
    if not certain:
        return "No rating accounts for more of the change than chance explains"
    return "Of the change, " + listed(f"{way(one)} with {one.name}" for one in certain[:3])


def way(one: Contribution) -> str:
    """ "4 points up go"."""
    size = points(one.points)
    return f"{size} {'up' if one.points > 0 else 'down'} {'goes' if size == '1 point' else 'go'}"


def rest(found: Moved) -> str:
    """What the ratings leave open."""
    if abs(found.rest) < 0.5:
        return "That is the whole of the change: next to nothing is left over."
    side = "up" if found.rest > 0 else "down"
    return (
        f"Another {points(found.rest)} {side} these ratings do not account for: other reasons, customers who rated "
        "nothing, and chance."
    )


def not_moved(found: Analysis, against: Period) -> str:
    """Why it can't be told what moved the score."""
    if against.first <= found.period.last and found.period.first <= against.last:
        return "The two periods share days, so they can’t be compared."
    return f"Too few customers rated all of these, now or in {against.label}: {ENOUGH} in each are needed."


def by_importance(found: Drivers) -> list[int]:
    """Positions of the drivers, the most important first."""
    return sorted(range(len(found.names)), key=lambda column: -found.lmg[column])
