"""Scores as pictures: how answers are spread, how the score moves, labels side by side, teams in their funnel."""

import math
from collections.abc import Callable, Sequence
from typing import Literal

from markupsafe import Markup

from app.core.charts import (
    Benchmark,
    Chart,
    Estimate,
    Group,
    Limits,
    Part,
    Point,
    Stack,
    dots,
    funnel,
    share,
    spark,
    stacked_bars,
    trend,
)
from app.nps import phrases
from app.nps.queries.breakdowns import Breakdown, Row
from app.nps.queries.trends import Step, Trend
from app.nps.rules import FunnelLimits, Score, funnel_limits

DRAWN, DRAWN_TEAMS, NAMED_TEAMS = 40, 300, 4  # labels of a picture; the table holds all
PARTS = (
    Part("Promoters (9 or 10)", "promoter"),
    Part("Passives (7 or 8)", "passive"),
    Part("Detractors (0 to 6)", "detractor"),
)
_HEADS = {Step.WEEKS: "Week from", Step.MONTHS: "Month", Step.ROLLING: "90 days to"}
_STEP_WORDS = {
    Step.WEEKS: "The score of each week",
    Step.MONTHS: "The score of each month",
    Step.ROLLING: "The score of the 90 days that end with each point, ten days apart",
}


def spread(score: Score) -> Chart:
    """How answers are spread over promoters, passives and detractors."""
    promoters, detractors = share(score.promoters, score.n), share(score.detractors, score.n)
    title = f"{promoters} are promoters and {detractors} detractors"
    description = "The score is the share of promoters less the share of detractors, in points from −100 to 100."
    return stacked_bars(title, description, PARTS, [Stack("Responses", tuple(score.counts))], head="Responses")


def course(found: Trend, company: Score | None) -> Chart | None:
    """The score over time; None where there is no point to draw."""
    if not found.points:
        return None
    description = (
        f"{_STEP_WORDS[found.step]}. Stepped lines show where chance alone would keep so few or so many responses."
    )
    drawn = [
        Point(
            label=point.label,
            value=_whole(point.score.nps) if point.score else None,
            low=_whole(point.score.low) if point.score else None,
            high=_whole(point.score.high) if point.score else None,
            text="" if point.score else "no responses",
            n=point.counts.n,
            limits=_limits(point.limits) if point.limits else None,
            outside=point.outside,
            changed=_way(point.before.difference) if point.changed and point.before else "",
        )
        for point in found.points
    ]
    benchmark = Benchmark("Company", _whole(company.nps)) if company else None
    return trend(phrases.trend_finding(found), description, drawn, benchmark=benchmark, head=_HEADS[found.step])


def _whole(points: float) -> float:
    """Whole points, as the words beside the pictures say them."""
    return math.copysign(math.floor(abs(points) + 0.5), points)


def _way(difference: float) -> Literal["up", "down"]:
    return "up" if difference > 0 else "down"


def _limits(limits: FunnelLimits) -> Limits:
    inside = limits.clipped()
    return Limits(inside.low95, inside.high95, inside.low998, inside.high998)


def sparkline(name: str, values: Sequence[float | None]) -> Markup:
    """A year of one person's or team's score in the row of a table."""
    return spark(values, label=f"{name}, three months at a time", over="12 months")


def side_by_side(found: Breakdown, name: str, link: Callable[[Row], str]) -> Chart:
    """Labels with their intervals; of more than fit, those with the most responses, the highest score first."""
    shown = sorted(found.rows, key=lambda row: -row.score.n)[:DRAWN]
    shown.sort(key=lambda row: (not row.enough, -row.score.nps))
    part = f" The {DRAWN} with the most responses." if len(found.rows) > DRAWN else ""
    description = f"Score of each with the interval it is known within, 95% of the time.{part}"
    items = [
        Estimate(row.name, _whole(row.score.nps), _whole(row.score.low), _whole(row.score.high), href=link(row))
        if row.enough
        else Estimate(row.name, None, text=f"not enough to judge: {phrases.more(row.score.missing_to_judge)}")
        for row in shown
    ]
    benchmark = Benchmark("Company", _whole(found.company.nps)) if found.company else None
    return dots(phrases.breakdown_finding(found, name), description, items, benchmark=benchmark, head=name)


def teams(found: Breakdown, name: str, link: Callable[[Row], str]) -> Chart:
    """Teams against the company's score, by how many responses they have."""
    assert found.company is not None  # noqa: S101 - there are rows, so there are responses
    beyond = {row.id: _beyond(row, found.company) for row in found.rows}
    ranked = sorted(found.rows, key=lambda row: (beyond[row.id] != "99.8%", -row.score.n))
    shown = ranked[:DRAWN_TEAMS]
    groups = [Group(row.name, row.score.n, _whole(row.score.nps), beyond[row.id], link(row)) for row in shown]
    sizes = [group.n for group in groups]
    description = "Each mark is a team. Between the lines it differs from the company by no more than chance explains."
    if len(ranked) > DRAWN_TEAMS:
        description += f" Shown are {DRAWN_TEAMS}: those beyond the lines, then those with the most responses."
    return funnel(
        _teams_finding([row for row in ranked if beyond[row.id] == "99.8%"], found.company),
        description,
        groups,
        target=Benchmark("Company", _whole(found.company.nps)),
        limits=[(n, _limits(_expected(found.company, n))) for n in _grid(min(sizes), max(sizes))],
        head=name,
    )


def _teams_finding(far: Sequence[Row], company: Score) -> str:
    """Which teams lie beyond what chance explains; those with the most responses are named."""
    if not far:
        return "No team lies further from the company’s score than chance explains"
    named = [f"{row.name} ({'above' if row.score.nps > company.nps else 'below'})" for row in far[:NAMED_TEAMS]]
    rest = f" and {len(far) - NAMED_TEAMS} more" if len(far) > NAMED_TEAMS else ""
    return f"Further from the company’s score than chance explains: {', '.join(named)}{rest}"


def _expected(company: Score, n: int) -> FunnelLimits:
    return funnel_limits(company.share("promoter"), company.share("detractor"), n)


def _beyond(row: Row, company: Score) -> Literal["", "95%", "99.8%"]:
    limits = _expected(company, row.score.n)
    if limits.outside(row.score.nps):
        return "99.8%"
    return "" if limits.low95 <= row.score.nps <= limits.high95 else "95%"


def _grid(least: int, most: int, count: int = 40) -> Sequence[int]:
    """Numbers of responses from the least to the most, evenly spaced on a logarithmic scale."""
    if least == most:
        return [least]
    return sorted({round(least * (most / least) ** (i / (count - 1))) for i in range(count)})
