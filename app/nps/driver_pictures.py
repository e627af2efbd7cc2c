"""Drivers as pictures: what matters and how it is done, how ratings go, what moved the score."""

from collections.abc import Sequence

from app.core.charts import Chart, Estimate, Point, Spot, dots, quadrants, trend
from app.nps import driver_phrases as phrases
from app.nps.queries.drivers import Analysis, Moved, Movement, Rated
from app.nps.rules import Period

CORNERS = ("Look here first", "Keep it up", "Later", "Fine as it is")


def matrix(found: Analysis) -> Chart:
    """Importance by performance. Needs `found.found`."""
    drivers = found.found
    assert drivers is not None  # noqa: S101 - the page asks for it only then
    total = drivers.r_squared or 1.0
    done = [one.percent(one.mean.mean) for one in found.rated]
    spots = [
        Spot(
            label=one.driver.name,
            x=done[column],
            y=100 * drivers.lmg[column] / total,
            x_interval=_inside(one.percent(one.mean.low), one.percent(one.mean.high)),
            y_interval=_inside(100 * drivers.low[column] / total, 100 * drivers.high[column] / total),
        )
        for column, one in enumerate(found.rated)
    ]
    description = (
        "Upwards: each rating’s share of what they explain together. To the right: its mean on the way from the lowest "
        "possible rating to the highest. Lines show where the true value may well be."
    )
    return quadrants(
        phrases.finding(drivers),
        description,
        spots,
        x_label="Rated",
        y_label="Importance",
        x_split=sum(done) / len(done),
        y_split=100 / len(spots),
        corner_words=CORNERS,
        x_unit="%",
        y_unit="%",
        head="Rating",
    )


def _inside(low: float, high: float) -> tuple[float, float]:
    return max(0.0, low), min(100.0, high)


def means(found: Analysis) -> Chart:
    """How each driver is rated, while what matters can't be told."""
    items = [_estimate(one) for one in found.rated]
    title = "How each is rated, from the lowest possible rating to the highest"
    description = "Each dot is a mean; the line beside it shows where the true mean may well be."
    return dots(title, description, items, unit="%", span=(0, 100), head="Rating")


def _estimate(one: Rated) -> Estimate:
    low, high = _inside(one.percent(one.mean.low), one.percent(one.mean.high))
    return Estimate(one.driver.name, round(one.percent(one.mean.mean)), round(low), round(high))


def course(one: Movement, months: Sequence[Period]) -> Chart:
    """One driver month by month."""
    names = [f"{month.first:%b %Y}" for month in months]
    drawn = [
        Point(name, mean.mean, max(mean.low, one.driver.low), min(mean.high, one.driver.high), n=mean.n)
        if mean
        else Point(name, None, text="no ratings", n=0)
        for name, mean in zip(names, one.means, strict=True)
    ]
    description = f"Mean rating of each month, on a scale from {one.driver.low} to {one.driver.high}."
    return trend(phrases.course(one, names), description, drawn, head="Month")


def contributions(found: Moved) -> Chart:
    """What of the score's change goes with each driver."""
    items = [Estimate(one.name, one.points, one.low, one.high) for one in found.contributions]
    description = (
        "Points of the score that go with the change of each rating. The line beside a dot shows where the true value "
        "may well be, as far as the ratings’ own chance goes."
    )
    return dots(phrases.moved_finding(found), description, items, span=(-5, 5), head="Rating")
