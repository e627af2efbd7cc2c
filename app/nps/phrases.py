"""Scores, estimates and comparisons in the words of the people who read them."""

from app.core.pages import plural
from app.nps.forms import AGAINST
from app.nps.queries.breakdowns import Breakdown, Stands
from app.nps.queries.score_pages import Against, KnownRate, Scored
from app.nps.queries.subjects import Kind, Subject
from app.nps.queries.trends import Step, Trend
from app.nps.rules import ENOUGH, Comparison, Period, Score, Shrunk, band, in_words, points, whole_score
from app.nps.rules.dimensions import FIXED

STEPS = {Step.WEEKS: "Weekly", Step.MONTHS: "Monthly", Step.ROLLING: "Rolling 90 days"}
_NOUNS = {Step.WEEKS: ("week", "weeks"), Step.MONTHS: ("month", "months"), Step.ROLLING: ("window", "windows")}
_NAMED = 4  # labels that a title names


def title(subject: Subject, *, own: bool) -> str:
    if subject.kind is Kind.COMPANY:
        return "Customers’ NPS®"
    if own:
        return "Your people" if subject.kind is Kind.PEOPLE else "Your customers’ NPS®"
    return subject.name


def lead(subject: Subject, *, own: bool) -> str:
    """What the page is for, in a sentence."""
    if subject.kind is Kind.COMPANY:
        return "How likely customers are to recommend the company, how sure that is, and whether it has changed."
    if subject.kind is Kind.PEOPLE:
        whom = "you" if own else subject.name.removesuffix("’s people")
        return f"What customers say after being served by those who report to {whom} today, directly or not."
    if subject.kind is Kind.PERSON:
        whom = "you" if own else subject.name
        return f"What the customers whom {whom} served say about recommending the company, and how sure that is."
    return f"{subject.dimension_name}: how likely its customers are to recommend the company, and how sure that is."


def plural_of(dimension: str, name: str) -> str:
    """Many of a dimension: "Touchpoints"; a segment field has only its own name."""
    return FIXED[dimension].plural if dimension in FIXED else name


def those_like(subject: Subject) -> str:
    """Whom a subject's estimate is pulled towards."""
    if subject.kind is Kind.PERSON:
        return "all who serve customers"
    if subject.kind is Kind.PEOPLE:
        return "all teams"
    if subject.dimension in FIXED:
        return f"all {FIXED[subject.dimension].plural.lower()}"
    return f"everything in {subject.dimension_name}"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def between(found: Score | Shrunk) -> str:
    """ "between 28 and 40"."""
    return f"between {whole_score(found.low)} and {whole_score(found.high)}"


def whole(found: Score | Shrunk) -> str:
    """ "34, between 28 and 40"."""
    value = found.nps if isinstance(found, Score) else found.estimate
    return f"{whole_score(value)}, {between(found)}"


def more(missing: int) -> str:
    """ "14 more responses"."""
    return f"{missing:,} more response{'' if missing == 1 else 's'}"


def made_of(shrunk: Shrunk, n: int, like: str) -> str:
    """What an estimate is made of."""
    mean, level = round(100 * shrunk.weight), whole_score(shrunk.mean)
    if mean == 100:
        return f"So far {like} differ by no more than chance explains, so the estimate is their mean, {level}."
    return (
        f"The estimate is made of {100 - mean}% of what {plural(n, 'response says', 'responses say')} and "
        f"{mean}% of the mean of {like}, {level}. The more responses there are, the more they count."
    )


def compared(comparison: Comparison, each: str) -> str:
    return capital(_kept_together(in_words(comparison, each))) + "."


def _kept_together(text: str) -> str:
    """No line ends inside "p = .21"."""
    return text.replace(" = ", "\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}")


def difference(comparison: Comparison) -> str:
    """Where the difference itself lies."""
    low, high = whole_score(comparison.low), whole_score(comparison.high)
    return f"The difference itself lies between {low} and {high} points with 95% confidence."


def beside(period: Period, choice: str) -> str:
    """What a period is compared with: "the period before, 29 May to 26 August 2026"."""
    return f"{AGAINST[choice]}, {period.dates}" if choice in AGAINST else period.label


def not_compared(now: Score | None, against: Against) -> str:
    """Why two periods can't be compared."""
    if against.overlaps:
        return "The two periods share days, so they can’t be compared."
    if against.score is None:
        return "There were no responses then."
    lacking = []
    if now is None or now.missing_to_judge:
        lacking.append(f"{more(now.missing_to_judge if now else ENOUGH)} in this period")
    if against.missing:
        lacking.append(f"{more(against.missing)} in that one")
    return f"Not enough to compare: {' and '.join(lacking)}."


def rate(known: KnownRate) -> str:
    """ "34% of the 2,400 asked from 1 July to 31 August 2026 answered (between 32% and 36%)"."""
    found = known.rate
    return (
        f"{found.percent:.0f}% of the {found.asked:,} customers asked from {known.months.dates} answered "
        f"(between {found.low:.0f}% and {found.high:.0f}% with 95% confidence)"
    )


def trend_finding(trend: Trend) -> str:
    """What a trend shows, in a sentence."""
    one, many = _NOUNS[trend.step]
    changed = [point for point in trend.points if point.changed]
    if changed:
        last = changed[-1]
        way = "up" if last.before and last.before.difference > 0 else "down"
        where = {"week": "in the week from", "month": "in", "window": "in the 90 days to"}[one]
        others = f", and {len(changed) - 1} before" if len(changed) > 1 else ""
        return f"A real change: {way} {where} {last.label}{others}"
    outside = sum(point.outside for point in trend.points)
    if outside:
        return f"{outside} {one if outside == 1 else many} beyond what chance explains, but no single real change"
    if len(trend.points) == 1:
        return f"One {one} with responses so far"
    return f"No {one} differs from the one before by more than chance explains"


def breakdown_finding(found: Breakdown, name: str) -> str:
    """What stands out in a breakdown, in a sentence."""
    if not found.tested:
        return f"{capital(name)}: nothing can be judged yet"
    parts = []
    for stands in (Stands.ABOVE, Stands.BELOW):
        rows = found.standing(stands)
        if rows:
            names = ", ".join(row.name for row in rows[:_NAMED])
            rest = f" and {len(rows) - _NAMED} more" if len(rows) > _NAMED else ""
            parts.append(f"{stands} of the company: {names}{rest}")
    if not parts:
        return "None differs from the rest of the company by more than chance explains"
    return capital("; ".join(parts))


def groups_compared(one: str, other: str, comparison: Comparison) -> str:
    """Two groups in a sentence: "Phone is 6 points higher than Chat; unlikely to be chance (p = .003)"."""
    said = _kept_together(in_words(comparison, "group"))
    if said == "no different":
        return f"{one} and {other} are no different."
    gap, _, doubt = said.partition(";")
    return f"{one} is {gap} than {other};{doubt}."


def not_beside(found: Scored) -> str:
    """Why a score can't be compared with the rest of the company."""
    if found.score is None or found.score.missing_to_judge:
        return f"Not enough to compare: {more(found.score.missing_to_judge if found.score else ENOUGH)}."
    return "The rest of the company has too few responses to compare with."


def band_of(rating: int) -> str:
    """ "Promoter, 10"."""
    return f"{capital(band(rating))}, {rating}"


def gap(comparison: Comparison) -> str:
    """A difference in a table with where it lies: "+6 points (2 to 10)"."""
    sign = "+" if comparison.difference > 0 else "−" if comparison.difference < 0 else ""
    low, high = whole_score(comparison.low), whole_score(comparison.high)
    return f"{sign}{points(comparison.difference)} ({low} to {high})"
