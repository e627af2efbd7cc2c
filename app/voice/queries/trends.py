"""How a question's answers moved over the waves of a survey."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from app.core.db import db
from app.voice.models import Wave
from app.voice.queries import released
from app.voice.queries.released import Released
from app.voice.queries.results import measure
from app.voice.rules import results as rules
from app.voice.rules.questions import Asked, Definition, read_definition
from app.voice.rules.results import Difference, Measure, Near

MOST_WAVES = 8


@dataclass(frozen=True, slots=True)
class Past:
    """What one wave released of the group that is looked at."""

    wave_id: int
    number: int
    closes_on: date
    definition: Definition
    group: Released


@dataclass(frozen=True, slots=True)
class Point:
    """A question's figure in one wave; None where it was not asked like this, or is not shown of this group."""

    number: int
    closes_on: date
    figure: Measure | Near | None


@dataclass(frozen=True, slots=True)
class Trend:
    """A question's figures over the waves, the oldest first, and how the newest differs from the one before."""

    question: Asked
    points: Sequence[Point]
    moved: Difference | None  # None where either is not known exactly
    since: int | None  # the number of the wave that it is compared with
    certain: bool = False  # that the difference is hardly chance, seen among all that are looked at

    @property
    def drawable(self) -> bool:
        """Whether a picture of it shows more than its words."""
        return sum(isinstance(point.figure, Measure) for point in self.points) > 1


def past_of(wave: Wave, group: Released, definition: Definition) -> list[Past]:
    """This wave's group and the same group in the waves before, the oldest first.

    One statement, and two at most for each of up to MOST_WAVES - 1 waves before.
    """
    before = db.session.scalars(
        select(Wave)
        .where(Wave.survey_id == wave.survey_id, Wave.state == "closed", Wave.number < wave.number)
        .order_by(Wave.number.desc())
        .limit(MOST_WAVES - 1)
    ).all()
    found = [_past(one, read_definition(one.definition or {}), released.released(one, group.filters)) for one in before]
    return [*reversed(found), _past(wave, definition, group)]


def _past(wave: Wave, definition: Definition, group: Released) -> Past:
    return Past(wave.id, wave.number, wave.closes_on, definition, group)


def trends(questions: Iterable[Asked], past: Sequence[Past]) -> list[Trend]:
    """The ratings among the questions that were asked on the same scale in an earlier wave, too."""
    found = [one for question in questions if (one := _trend(question, past)) is not None]
    judged = rules.beyond_chance([one.moved for one in found])
    return [replace(one, certain=certain) for one, certain in zip(found, judged, strict=True)]


def _trend(question: Asked, past: Sequence[Past]) -> Trend | None:
    if question.kind != "rating":
        return None
    points = [Point(one.number, one.closes_on, _figure(question, one)) for one in past]
    known = [point for point in points if point.figure is not None]
    if len(known) < 2 or points[-1].figure is None:
        return None
    now, then = known[-1].figure, known[-2].figure
    moved = rules.difference(now, then) if isinstance(now, Measure) and isinstance(then, Measure) else None
    return Trend(question, points, moved, known[-2].number)


def _figure(question: Asked, one: Past) -> Measure | Near | None:
    then = one.definition.question(question.key)
    return measure(one.group, question) if then is not None and _same_scale(then, question) else None


def _same_scale(one: Asked, other: Asked) -> bool:
    return (one.kind, one.low, one.high, one.enps) == (other.kind, other.low, other.high, other.enps)
