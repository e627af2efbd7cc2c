"""A dimension's labels side by side, each judged against the rest of the company, with few false alarms."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.tables import Page
from app.nps.queries import counts
from app.nps.queries.score_pages import comparison, pulled
from app.nps.rules import (
    ENOUGH,
    Comparison,
    Counts,
    Period,
    Score,
    Shrunk,
    compare,
    false_discovery,
    score,
    score_of,
)

ON_A_PAGE, OFFERED = 50, 100


class Stands(enum.StrEnum):
    """Where a label stands; the value is how a page says it."""

    ABOVE = "above the rest"
    BELOW = "below the rest"
    LIKE = "no different"
    ALONE = "nothing to compare with"
    FEW = "not enough to judge"


@dataclass(frozen=True)
class Row:
    """One label: its score, the estimate for it while responses are few, and how it stands against the rest."""

    id: int
    name: str
    lead_id: int | None
    score: Score
    share: float  # of the company's responses
    estimate: Shrunk | None
    rest: Comparison | None
    stands: Stands

    @property
    def enough(self) -> bool:
        return not self.score.missing_to_judge


@dataclass(frozen=True)
class Breakdown:
    """All labels of a dimension that have responses in the period, by name."""

    dimension: Any  # id, key, name, is_segment
    period: Period
    company: Score | None
    rows: list[Row]
    tested: int  # labels that were compared with the rest at once

    def standing(self, stands: Stands) -> list[Row]:
        return [row for row in self.rows if row.stands is stands]

    def row(self, label_id: int | None) -> Row | None:
        return next((row for row in self.rows if row.id == label_id), None)


@dataclass(frozen=True)
class Pair:
    """Two labels compared. Without `comparison` one of them has too few responses."""

    one: Row
    other: Row
    comparison: Comparison | None


def pair(found: Breakdown, one_id: int | None, other_id: int | None) -> Pair | None:
    """Two different labels of the breakdown, None when they are not both there."""
    one, other = found.row(one_id), found.row(other_id)
    if one is None or other is None or one is other:
        return None
    return Pair(one, other, comparison(one.score.counts, other.score.counts))


def usual_pair(found: Breakdown) -> list[int]:
    """The two labels with the most responses."""
    return [row.id for row in sorted(found.rows, key=lambda row: -row.score.n)[:2]]


def offered(found: Breakdown, chosen: Sequence[int | None]) -> list[Row]:
    """The labels to choose a pair from, by name: those with the most responses, and those chosen already."""
    largest = {row.id for row in sorted(found.rows, key=lambda row: -row.score.n)[:OFFERED]}
    return [row for row in found.rows if row.id in largest or row.id in chosen]


def breakdown(dimension: Any, period: Period) -> Breakdown:
    """Every label judged. Two statements, however many labels there are."""
    whole = counts.of_company(period)
    found = sorted(counts.by_label(dimension.id, period), key=lambda pair: (pair[0].name.casefold(), pair[0].id))
    scores = {label.id: score(*cells) for label, cells in found}
    few = {label.id: cells for label, cells in found if scores[label.id].missing_to_judge}
    estimates = pulled(few, {label.id: cells for label, cells in found}) if few else {}
    tests = {key: test for key, own in scores.items() if (test := _tested(own, whole - own.counts))}
    real = dict(zip(tests, false_discovery([test.p for test in tests.values()]), strict=True))
    rows = [
        Row(
            id=label.id,
            name=label.name,
            lead_id=label.lead_id,
            score=scores[label.id],
            share=cells.n / whole.n,
            estimate=estimates.get(label.id),
            rest=tests.get(label.id),
            stands=_stands(scores[label.id], tests.get(label.id), real=real.get(label.id, False)),
        )
        for label, cells in found
    ]
    return Breakdown(dimension, period, score_of(whole), rows, len(tests))


def _tested(own: Score, rest: Counts) -> Comparison | None:
    """A label against the rest, where both can be judged; see `comparison` for a rest below zero."""
    return compare(own, rest) if min(own.n, rest.n) >= ENOUGH and min(rest) >= 0 else None


def _stands(own: Score, test: Comparison | None, *, real: bool) -> Stands:
    if own.missing_to_judge:
        return Stands.FEW
    if test is None:
        return Stands.ALONE
    if not (real and test.significant):
        return Stands.LIKE
    return Stands.ABOVE if test.difference > 0 else Stands.BELOW


def sorted_page(rows: Sequence[Row], args: Mapping[str, str], size: int = ON_A_PAGE) -> Page:
    """One page of the rows, in the order of the address's `sort`: "name", "n", "score", with "-" for descending.

    `after` and `before` hold a label's id. Labels with too few responses have no rank: by score they come last, either
    way. An unknown order or place falls back to the first page by name.
    """
    asked = args.get("sort", "")
    name, descending = asked.removeprefix("-"), asked.startswith("-")
    if name not in {"name", "n", "score"}:
        name, descending = "name", False
    ordered = list(rows)  # by name already; sorting keeps the order of equals
    if name == "name" and descending:
        ordered.reverse()
    elif name == "n":
        ordered.sort(key=lambda row: row.score.n, reverse=descending)
    elif name == "score":
        ordered.sort(key=lambda row: (not row.enough, -row.score.nps if descending else row.score.nps))
    places = {str(row.id): place for place, row in enumerate(ordered)}
    start = 0
    if args.get("before") in places:
        start = max(0, places[args["before"]] - size)
    elif args.get("after") in places:
        start = places[args["after"]] + 1
    shown: Any = ordered[start : start + size]
    return Page(
        rows=shown,
        sort=name,
        descending=descending,
        next_cursor=str(shown[-1].id) if start + size < len(ordered) else None,
        previous_cursor=str(shown[0].id) if start and shown else None,
    )
