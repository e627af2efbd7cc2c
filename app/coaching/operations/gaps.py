"""Opening and closing gaps: what follows from what is known of a person."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from app.coaching.models import Gap
from app.coaching.queries.standing import Line, people_to_judge, standings, these_people
from app.coaching.rules.gaps import Judgement
from app.core import bus, clock
from app.core.db import db, insert_for
from app.events import GapClosed

_NO_LONGER_KNOWN = {Judgement.NOTHING, Judgement.FEW, Judgement.UNCALIBRATED}


def look_for_gaps(person_ids: Sequence[int], now: datetime) -> None:
    """Open the gaps that are likely now and close those that were reached, of these people."""
    _judge(these_people(person_ids), now)


def look_for_everybodys_gaps(after: int, now: datetime) -> int | None:
    """The same for the next few hundred people by id; the last id seen, or None when everybody was seen."""
    people = people_to_judge(after)
    _judge(people, now)
    return people[-1].id if people else None


def _judge(people: Sequence[Any], now: datetime) -> None:
    if not people:
        return
    today = clock.today_in("", now)  # the installation's: days of all people are counted in its zone
    for person_id, lines in standings(people, today).items():
        held = {line.measure.key for line in lines}
        for line in lines:
            if line.gap is None and line.judgement is Judgement.GAP:
                _open(person_id, line, today)
            elif line.gap is not None and line.judgement is Judgement.REACHED:
                _close(line.gap.id, "reached", today)
                bus.publish(GapClosed(line.gap.id, person_id, now))
            elif line.gap is not None and line.judgement in _NO_LONGER_KNOWN:
                _close(line.gap.id, "withdrawn", today)
        _withdraw_without_benchmark(person_id, held, today)
    db.session.flush()


def _open(person_id: int, line: Line, today: date) -> None:
    """Keep what is known now beside the gap. A second one of the same measure can't be open."""
    known = line.known
    assert known is not None and known.value is not None  # noqa: S101, PT018 - nothing else is judged to be a gap
    values = {
        "person_id": person_id,
        "metric": line.measure.key,
        "benchmark_id": line.held.version.id,
        "target": line.held.target,
        "opened_on": today,
        "n": known.n,
        "value": known.value,
        "estimate": known.value if known.estimate is None else known.estimate,
        "probability": known.probability_below(line.held.target),
        "mean": known.mean,
        "between": known.between,
        "within": known.within,
    }
    statement = insert_for(Gap).values(**values)
    db.session.execute(
        statement.on_conflict_do_nothing(index_elements=["person_id", "metric"], index_where=Gap.closed_on.is_(None))
    )


def _close(gap_id: int, closing: str, today: date) -> None:
    ended = update(Gap).where(Gap.id == gap_id, Gap.closed_on.is_(None))
    db.session.execute(ended.values(closed_on=today, closing=closing))


def _withdraw_without_benchmark(person_id: int, held: set[str], today: date) -> None:
    """A gap to a benchmark that no longer holds is none."""
    ended = update(Gap).where(Gap.person_id == person_id, Gap.closed_on.is_(None), Gap.metric.not_in(held))
    db.session.execute(ended.values(closed_on=today, closing="withdrawn"))


def mark_coached(gap_ids: Sequence[int], day: date) -> None:
    """Note the first session that agreed something on these gaps: from that day on its effect is looked for."""
    first = update(Gap).where(Gap.id.in_(gap_ids), Gap.coached_on.is_(None))
    db.session.execute(first.values(coached_on=day))


def gap_of(gap_id: int, person_id: int) -> Gap | None:
    """The gap, if it is this person's."""
    return db.session.scalar(select(Gap).where(Gap.id == gap_id, Gap.person_id == person_id))
