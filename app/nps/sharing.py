"""What is shared with a whole team or office, in words that are read in passing."""

import math
from dataclasses import dataclass

from markupsafe import Markup

from app.core.charts import number, share, spark
from app.core.pages import plural
from app.nps.models import Driver
from app.nps.phrases import STEPS
from app.nps.queries.score_pages import Scored
from app.nps.queries.subjects import Kind, Subject
from app.nps.queries.trends import Trend
from app.nps.rules import ENOUGH, in_words
from app.nps.rules.attention import Focus


@dataclass(frozen=True)
class DriverWords:
    """The driver to look at, how it is rated, and why it is this one."""

    name: str
    rated: str
    why: str


def driver_words(driver: Driver, focus: Focus) -> DriverWords:
    mean = driver.low + focus.mean * (driver.high - driver.low)
    rated = f"Rated {number(mean)} of {driver.high} on average, by {plural(focus.n, 'customer')} in the last 90 days."
    if focus.share is not None:
        why = (
            f"Of all that customers rate, this has the most to gain: it accounts for {share(focus.share, 1)} of what "
            f"the ratings explain of the score, and there is room up to {driver.high}. Whether it is the cause, the "
            "figures can’t tell."
        )
    elif focus.missing:
        why = (
            "It is the one rated lowest. Which of them matters most for the score can’t be told yet: that takes "
            f"about {plural(focus.missing, 'more response')} with all ratings."
        )
    else:
        why = "It is the one rated lowest. None of the ratings goes along with the score clearly."
    return DriverWords(driver.name, rated, why)


def public_name(subject: Subject) -> str:
    """What a board calls its subject. A team is called by nobody's name: its score is nobody's alone."""
    if subject.kind is Kind.COMPANY:
        return "What our customers say"
    if subject.kind is Kind.PEOPLE or subject.lead_id is not None:
        return "What our team’s customers say"
    return f"What customers say: {subject.name}"


def changed(found: Scored) -> str:
    """What became of the score since the time before, in words."""
    against = found.against
    if against is None or against.comparison is None:
        return f"Too early to compare with the {found.period.days} days before: it takes {ENOUGH} responses in both."
    said = in_words(against.comparison).split(" (")[0]  # the p value is for those who stand nearer
    gap, semicolon, doubt = said.partition(";")
    beside = "against" if semicolon else "from"
    return f"{gap[:1].upper()}{gap[1:]} {beside} the {found.period.days} days before{semicolon}{doubt}."


@dataclass(frozen=True)
class Line:
    """The course of a score, and what it is the course of."""

    drawn: Markup
    caption: str


def line(found: Trend) -> Line | None:
    """The course of the score, of points with responses enough to judge; None with fewer than two of them."""
    values = [whole(point.score.nps) if point.score and point.counts.n >= ENOUGH else None for point in found.points]
    if sum(value is not None for value in values) < 2:
        return None
    over = f"{found.points[0].label} to {found.points[-1].label}"
    return Line(spark(values, label="The score over time", over=over), f"{STEPS[found.step]}, {over}")


def whole(value: float) -> float:
    """Whole points, as the words beside the line say them."""
    return math.copysign(math.floor(abs(value) + 0.5), value)
