"""Whether coaching helped: of single gaps, of each measure in the company, of each kind of action.

A person is looked at over 180 days before and 180 days after the talk that first agreed something on a gap. Someone not
coached is looked at around a day on which another person was, dealt out in turn, so that the seasons are the same.
Nobody counts as not coached who had a gap of that measure open that day on which something was agreed sooner or later,
or was coached on it in the 180 days before: whoever has long been low would make those look good who have just dipped.
Whoever is coached only later counts as not coached; leaving them out would keep only those who stayed well.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from app.accounts.models import Person
from app.coaching.models import Action, Gap
from app.coaching.rules.effects import (
    ENOUGH_COMPARED,
    ENOUGH_OF_KIND,
    Effect,
    Together,
    effect_of_many,
    effect_of_one,
    pooled,
)
from app.core import measures
from app.core.db import db
from app.core.estimates import Tally, tally_of
from app.core.measures import Day, Measure

BEFORE = AFTER = timedelta(days=180)
RECENT = timedelta(days=365)  # talks of this long ago and since are looked at
MOST_COACHED = 500  # people a measure, the newest talks first
MOST_OTHERS = 1000  # people of the same job roles, from all over the company
KINDS = ("practice", "module", "shadow", "blocker")
_DAY = timedelta(days=1)
_PERSON: Any = Person


def of_gaps(gaps: Sequence[Any], today: date) -> dict[int, Effect]:
    """By id what came of these rows of Gap; one without a talk yet is left out. A statement a source of measures."""
    coached = [gap for gap in gaps if gap.coached_on is not None]
    if not coached:
        return {}
    keys, people = sorted({gap.metric for gap in coached}), sorted({gap.person_id for gap in coached})
    days = measures.days(keys, people, min(gap.coached_on for gap in coached) + _DAY, today)
    return {gap.id: _effect_of(gap, days.get((gap.person_id, gap.metric), [])) for gap in coached}


def _effect_of(gap: Any, days: Iterable[Day]) -> Effect:
    _, since = _around(days, gap.coached_on)
    return effect_of_one(
        value=gap.value,
        n=gap.n,
        mean=gap.mean,
        between=gap.between,
        within=gap.within,
        after=since.mean if since.n else None,
        n_after=since.n,
        reached=gap.closing == "reached",
    )


def _around(days: Iterable[Day], reference: date) -> tuple[Tally, Tally]:
    """The observations of the 180 days up to a day, and of the 180 days after it."""
    rows = list(days)
    before = (one for one in rows if reference - BEFORE < one.day <= reference)
    after = (one for one in rows if reference < one.day <= reference + AFTER)
    return tally_of(before), tally_of(after)


@dataclass(frozen=True)
class MetricEffect:
    """What came of coaching on one measure; without an effect there are too few people yet."""

    measure: Measure
    people: int  # coached
    coached: int  # of these, measured before and since
    others: int  # not coached, measured before and after
    effect: Together | None


@dataclass(frozen=True)
class KindEffect:
    """What came of one kind of action, over all measures of one scale; without an effect too few people agreed it."""

    kind: str
    measures: tuple[Measure, ...]  # of one scale, and none else
    agreed: int  # people
    people: int  # of these, measured before and since
    effect: Together | None


def by_metric(today: date) -> list[MetricEffect]:
    """Of each measure that people were coached on lately, in the order of measures. Statements: see `of_company`."""
    return of_company(today)[0]


def by_action_kind(today: date) -> list[KindEffect]:
    """Of each kind of action agreed lately, by scale. Statements: see `of_company`.

    Observations are read only where enough people agreed on a kind.
    """
    scene = _scene(today)
    worth = [
        key
        for key in scene.talks
        if any(len(_agreed(scene, _alike(scene, key), kind)) >= ENOUGH_OF_KIND for kind in KINDS)
    ]
    return _kinds(scene, {key: _compared(scene, key) for key in worth})


def of_company(today: date) -> tuple[list[MetricEffect], list[KindEffect]]:
    """Both at once. Four statements, one for the names of each source, and one a measure, for any number of people."""
    scene = _scene(today)
    found = {key: _compared(scene, key) for key in scene.talks}
    return [_of_metric(scene, found[key]) for key in scene.talks], _kinds(scene, found)


@dataclass(frozen=True)
class _Talk:
    """The first talk of the year about one measure with one person, and the kinds of action agreed since."""

    person_id: int
    day: date
    kinds: frozenset[str]


@dataclass(frozen=True)
class _Scene:
    """Who was coached lately on what, and who could be compared."""

    today: date
    named: dict[str, Measure]
    talks: dict[str, list[_Talk]]  # by measure, in the order of measures
    pool: list[int]
    spells: dict[tuple[int, str], list[Any]]  # gaps of the pool on which something was agreed


@dataclass(frozen=True)
class _Compared:
    """Those coached on one measure and those not, each with what was seen before and after."""

    key: str
    coached: list[tuple[_Talk, Tally, Tally]]
    others: list[tuple[Tally, Tally]]

    @property
    def enough(self) -> bool:
        return bool(self.coached) and len(self.others) >= ENOUGH_COMPARED


def _scene(today: date) -> _Scene:
    named = {key: one for key, one in measures.all_measures().items() if one.sampled}
    recent = _recent_gaps(today)
    rows = list(db.session.execute(select(recent).order_by(recent.c.coached_on, recent.c.id)))
    kinds: dict[int, set[str]] = defaultdict(set)
    statement = select(Action.gap_id, Action.kind).where(Action.gap_id.in_(select(recent.c.id))).distinct()
    for action in db.session.execute(statement):
        kinds[action.gap_id].add(action.kind)
    talks: dict[str, dict[int, _Talk]] = {key: {} for key in named}
    for row in rows:
        if row.metric in talks:
            talk = _Talk(row.person_id, row.coached_on, frozenset(kinds[row.id]))
            talks[row.metric].setdefault(row.person_id, talk)
    held = {key: list(people.values()) for key, people in talks.items() if people}
    pool = _pool({row.job_role for row in rows if row.metric in held})
    first = min((talk.day for people in held.values() for talk in people), default=today)
    return _Scene(today, named, held, pool, _spells(list(held), pool, first))


def _recent_gaps(today: date) -> Any:
    """The gaps of active people that were first coached on in the last year, the newest of each measure."""
    place = func.row_number().over(partition_by=Gap.metric, order_by=(Gap.coached_on.desc(), Gap.id.desc()))
    numbered = (
        select(Gap.id, Gap.person_id, Gap.metric, Gap.coached_on, _PERSON.job_role, place.label("place"))
        .join(Person, _PERSON.id == Gap.person_id)
        .where(Gap.coached_on.between(today - RECENT, today), _PERSON.active)
        .subquery()
    )
    return select(numbered).where(numbered.c.place <= MOST_COACHED).subquery()


def _pool(job_roles: Iterable[str]) -> list[int]:
    """Active people of these job roles, mixed so that they come from all over the company and from all years."""
    mixed = _PERSON.id % 10007 * 7919 % 10007
    statement = select(_PERSON.id).where(_PERSON.active, _PERSON.job_role.in_(sorted(job_roles)))
    return list(db.session.scalars(statement.order_by(mixed, _PERSON.id).limit(MOST_OTHERS)))


def _spells(keys: Sequence[str], pool: Sequence[int], first: date) -> dict[tuple[int, str], list[Any]]:
    statement = select(Gap.person_id, Gap.metric, Gap.opened_on, Gap.closed_on, Gap.coached_on).where(
        Gap.person_id.in_(pool),
        Gap.metric.in_(keys),
        Gap.coached_on.is_not(None),
        or_(Gap.closed_on.is_(None), Gap.closed_on > first, Gap.coached_on > first - BEFORE),
    )
    found: dict[tuple[int, str], list[Any]] = defaultdict(list)
    for row in db.session.execute(statement):
        found[row.person_id, row.metric].append(row)
    return found


def _compared(scene: _Scene, key: str) -> _Compared:
    """One statement."""
    talks = scene.talks[key]
    days_of_talks = sorted(talk.day for talk in talks)
    dealt = [(person, days_of_talks[place % len(days_of_talks)]) for place, person in enumerate(scene.pool)]
    others = [(person, day) for person, day in dealt if _uncoached(scene.spells.get((person, key), ()), day)]
    asked = sorted({talk.person_id for talk in talks} | {person for person, _ in others})
    last = min(scene.today, days_of_talks[-1] + AFTER)
    seen = measures.days([key], asked, days_of_talks[0] - BEFORE, last)
    coached = [(talk, *_around(seen.get((talk.person_id, key), []), talk.day)) for talk in talks]
    compared = [_around(seen.get((person, key), []), day) for person, day in others]
    return _Compared(
        key,
        [row for row in coached if row[1].n and row[2].n],
        [row for row in compared if row[0].n and row[1].n],
    )


def _uncoached(spells: Iterable[Any], day: date) -> bool:
    return not any(
        day - BEFORE < spell.coached_on <= day
        or (spell.opened_on <= day and (spell.closed_on is None or spell.closed_on > day))
        for spell in spells
    )


def _of_metric(scene: _Scene, found: _Compared) -> MetricEffect:
    told = found.enough and len(found.coached) >= ENOUGH_COMPARED
    return MetricEffect(
        measure=scene.named[found.key],
        people=len(scene.talks[found.key]),
        coached=len(found.coached),
        others=len(found.others),
        effect=_effect(found, None) if told else None,
    )


def _effect(found: _Compared, kind: str | None) -> Together:
    """Of all who were coached, or of those who agreed on a kind of action."""
    pairs = [(before, after) for _, before, after in found.coached] + found.others
    tallies = [tally for pair in pairs for tally in pair]
    freedom = sum(tally.n - 1 for tally in tallies)
    treated, rest = len(found.coached), len(found.others)
    return effect_of_many(
        [before.mean for before, _ in pairs],
        [after.mean for _, after in pairs],
        [True] * treated + [False] * rest,
        within=sum(tally.deviation for tally in tallies) / freedom if freedom else 0.0,
        n_before=[before.n for before, _ in pairs],
        n_after=[after.n for _, after in pairs],
        freedom=freedom,
        among=None if kind is None else [kind in talk.kinds for talk, _, _ in found.coached] + [False] * rest,
    )


def _alike(scene: _Scene, key: str) -> list[str]:
    """The measures of the same scale: effects on them can be put together."""

    def scale(one: Measure) -> tuple[str, float, float]:
        return one.unit, one.low, one.high

    return [other for other in scene.talks if scale(scene.named[other]) == scale(scene.named[key])]


def _agreed(scene: _Scene, keys: Iterable[str], kind: str) -> set[int]:
    """The people who agreed on this kind for any of these measures."""
    return {talk.person_id for key in keys for talk in scene.talks[key] if kind in talk.kinds}


def _kinds(scene: _Scene, found: dict[str, _Compared]) -> list[KindEffect]:
    scales = dict.fromkeys(tuple(_alike(scene, key)) for key in scene.talks)
    return [
        _of_kind(scene, keys, kind, [found[key] for key in keys if key in found], len(agreed))
        for keys in scales
        for kind in KINDS
        if (agreed := _agreed(scene, keys, kind))
    ]


def _of_kind(scene: _Scene, keys: tuple[str, ...], kind: str, found: Sequence[_Compared], agreed: int) -> KindEffect:
    """Those count who were measured since, on a measure on which there is somebody to compare them with."""
    people = {one.key: {talk.person_id for talk, _, _ in one.coached if kind in talk.kinds} for one in found}
    known = [one for one in found if one.enough and people[one.key]]
    measured = set().union(*(people[one.key] for one in known))
    return KindEffect(
        kind=kind,
        measures=tuple(scene.named[key] for key in keys),
        agreed=agreed,
        people=len(measured),
        effect=pooled(_effect(one, kind) for one in known) if len(measured) >= ENOUGH_OF_KIND else None,
    )
