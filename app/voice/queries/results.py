"""What results pages are made of: waves that were asked, figures of questions, groups beside each other.

Figures come from queries.released alone; here they are put beside each other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select

from app.core import tables
from app.core.db import db
from app.voice.models import Reached, SealedAnswer, Survey, Wave
from app.voice.queries import released
from app.voice.queries.released import Released
from app.voice.rules import results as rules
from app.voice.rules.confidentiality import K, Refusal, in_batches
from app.voice.rules.questions import FIELDS, Asked, Definition
from app.voice.rules.results import Difference, Measure, Near

_WAVE: Any = Wave
SORTS = {"new": tables.Sort("Newest", (_WAVE.opens_on, _WAVE.id))}


def listed(args: Mapping[str, str], size: int = 50) -> tables.Page:
    """Waves that are open or closed, the newest first, with what was frozen of their surveys. One statement.

    Columns: id, number, state, title, mode, opens_on, closes_on, by_link, asked, answers, trouble.
    """
    statement = (
        select(
            Wave.id,
            Wave.number,
            Wave.state,
            Wave.opens_on,
            Wave.closes_on,
            Wave.by_link,
            Wave.asked,
            Wave.answers,
            Wave.trouble,
            func.coalesce(Wave.definition["title"].as_string(), Survey.title).label("title"),
            func.coalesce(Wave.definition["mode"].as_string(), Survey.mode).label("mode"),
        )
        .join(Survey, Survey.id == Wave.survey_id)
        .where(Wave.state.in_(["open", "closed"]))
    )
    return tables.page(db.session(), statement, SORTS, {**args, "sort": "-new"}, size)


def at_least(waves: Iterable[Any]) -> dict[int, int]:
    """By wave, how many answers there are: all of a closed one, of an open one in steps of K. One statement."""
    rows = list(waves)
    sealed = (
        select(SealedAnswer.wave_id, func.count())
        .where(SealedAnswer.wave_id.in_([row.id for row in rows if row.state == "open"]))
        .group_by(SealedAnswer.wave_id)
    )
    found = {wave_id: in_batches(n) for wave_id, n in db.session.execute(sealed)}
    return {row.id: found.get(row.id, 0) if row.answers is None else row.answers for row in rows}


@dataclass(frozen=True, slots=True)
class Step:
    """How many of those who began got as far as a question: percent, in steps."""

    position: int  # 0: the page was opened
    percent: int


def drop_off(wave: Wave) -> list[Step]:
    """How far people got, of a closed wave; empty where fewer than K began in a browser that counts. One statement."""
    if wave.state != "closed":
        return []
    reached = select(Reached.position, Reached.n).where(Reached.wave_id == wave.id)
    counts = {row.position: row.n for row in db.session.execute(reached)}
    began = counts.get(0, 0)
    if began < K:
        return []
    return [Step(position, rules.about(n, began)) for position, n in sorted(counts.items())]


def counts_of(group: Released, question: Asked) -> dict[int, int]:
    """How many gave each rating, as far as it may be known."""
    return {int(value): n for value, n in group.tally(question.key).items()}


def is_exact(group: Released, question: Asked) -> bool:
    """Whether the ratings of a group are known without a band."""
    average = group.average(question.key)
    return average is not None and not average.about


def measure(group: Released, question: Asked) -> Measure | Near | None:
    """The mean of a rating, or its eNPS; where nearly all are of one mind only about where it is. None when refused."""
    average = group.average(question.key)
    if question.kind != "rating" or average is None or average.n < 2:
        return None
    counts = counts_of(group, question)
    if question.enps:
        near = None if group.named else rules.nearly_one_band(counts, average.n)
        return near or rules.enps_of(counts)
    if average.about:
        return Near(average.value, average.value, average.n)
    return rules.mean_of(counts, question.low, question.high)


@dataclass(frozen=True, slots=True)
class Group:
    """One group beside the others: its figure, and how it differs from all who are not in it."""

    value: str  # of the field
    n: int  # people who answered the question
    figure: Measure | Near
    beside: Difference | None  # with the rest; None where there is no rest, or nearly all are of one mind
    certain: bool = False  # that the difference is hardly chance, seen among all that are looked at


@dataclass(frozen=True, slots=True)
class Comparison:
    """The groups that one field makes of a whole."""

    field: str
    groups: Sequence[Group]
    refused: Sequence[tuple[str, Refusal]]  # value and why

    @property
    def label(self) -> str:
        return FIELDS[self.field]


def compared(wave: Wave, definition: Definition, whole: Released, question: Asked) -> list[Comparison]:
    """The groups of a whole by each field that is left to divide it. Two statements for each field.

    A group is compared with the rest of the whole, which shares nobody with it.
    """
    if not whole.shown or len(whole.filters) >= released.MOST_FIELDS:
        return []
    fields = [name for name in definition.segments if name not in whole.filters]
    found = [_by(wave, name, whole, question) for name in fields]
    judged = iter(rules.beyond_chance([group.beside for one in found for group in one.groups]))
    return [
        replace(one, groups=[replace(group, certain=next(judged)) for group in one.groups])
        for one in found
        if one.groups or one.refused
    ]


def _by(wave: Wave, field: str, whole: Released, question: Asked) -> Comparison:
    groups, refused = [], []
    for part in released.groups(wave, field, whole.filters):
        value, figure = part.filters[field], measure(part, question)
        if figure is None:
            refused.append((value, part.why_not(question.key) or Refusal.FEW))
        else:
            groups.append(Group(value, figure.n, figure, _beside_rest(whole, part, question)))
    return Comparison(field, groups, refused)


def _beside_rest(whole: Released, part: Released, question: Asked) -> Difference | None:
    figure = measure(part, question)
    if not (is_exact(whole, question) and is_exact(part, question)) or not isinstance(figure, Measure):
        return None
    rest = rules.rest_of(counts_of(whole, question), counts_of(part, question))
    if sum(rest.values()) < K:
        return None
    other = rules.enps_of(rest) if question.enps else rules.mean_of(rest, question.low, question.high)
    return rules.difference(figure, other)
