"""Setting benchmarks: each change is a version from a day on, and what was measured before stays as it was."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app.accounts.models import Person
from app.coaching.models import Benchmark
from app.coaching.operations.gaps import look_for_gaps
from app.coaching.queries.benchmark_pages import company_holds, mark_of
from app.core import clock
from app.core.db import db, insert_for
from app.core.errors import Conflict, Invalid
from app.core.measures import all_measures

LONGEST_REASON = 500
CHANGED_ELSEWHERE = (
    "Someone changed this benchmark while you had this page open. Below is what you typed, and nothing of it is kept "
    "so far. Look at what holds now; send it again to keep yours."
)
BEGUN = "A benchmark has begun today, and what has begun is not changed any more. Let yours begin tomorrow or later."


def set_benchmark(
    metric: str,
    job_role: str,
    lead: Person | None,
    *,
    target: float | None,
    starts_on: date,
    reason: str,
    by: Person | None,
    now: datetime,
    seen: str | None = None,
) -> Benchmark:
    """Ask for a target from a day on; None ends the benchmark on that day. The same again changes nothing.

    `lead` makes it a supervisor's own, stricter one. A version that has not begun is replaced by another one of its
    day; one that has begun never changes. `seen` is the mark of the series as the form showed it. Raises Invalid with
    the fields that can't be accepted, and Conflict when it changed in between or begins on a day that has begun.
    """
    today = clock.today_in("", now)
    series = (metric, job_role, None if lead is None else lead.id)
    versions = _locked(*series)
    that_day = next((version for version in versions if version.starts_on == starts_on), None)
    if that_day is not None and (that_day.target, that_day.reason) == (target, reason):
        return that_day
    if seen is not None and seen != mark_of(versions):
        raise Conflict(CHANGED_ELSEWHERE)
    problems = _problems(series, target, starts_on, reason, today)
    if that_day is None and not problems:
        problems = _nothing_new(_asked_on(versions, starts_on), target, reason)
    if problems:
        raise Invalid("", problems)
    if that_day is not None and starts_on <= today:
        raise Conflict(BEGUN)
    kept = _write(series, that_day, starts_on, target=target, reason=reason, by=by, now=now)
    if lead is not None and starts_on <= today:
        look_for_gaps(_team(lead.id, job_role), now)
    return kept


def take_back(metric: str, job_role: str, lead: Person | None, *, starts_on: date, now: datetime) -> bool:
    """Drop the version of that day before it begins. True when there was one. Raises Conflict when it has begun."""
    versions = _locked(metric, job_role, None if lead is None else lead.id)
    that_day = next((version for version in versions if version.starts_on == starts_on), None)
    if that_day is None:
        return False
    if starts_on <= clock.today_in("", now):
        raise Conflict("This benchmark has begun, and what has begun stays. Set another one from tomorrow on.")
    db.session.delete(that_day)
    db.session.flush()
    return True


def _locked(metric: str, job_role: str, lead_id: int | None) -> list[Benchmark]:
    """The versions as they are now, oldest first, for this transaction alone."""
    whose = Benchmark.lead_id.is_(None) if lead_id is None else Benchmark.lead_id == lead_id
    statement = (
        select(Benchmark)
        .where(whose, Benchmark.metric == metric, Benchmark.job_role == job_role)
        .order_by(Benchmark.starts_on)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(statement))


def _asked_on(versions: list[Benchmark], day: date) -> tuple[float | None, str] | None:
    """The target and reason that hold on a day by these versions; None where nothing has begun."""
    begun = [version for version in versions if version.starts_on <= day]
    return (begun[-1].target, begun[-1].reason) if begun else None


def _nothing_new(asked: tuple[float | None, str] | None, target: float | None, reason: str) -> dict[str, str]:
    if target is None and (asked is None or asked[0] is None):
        return {"ends": "Nothing is asked for on that day."}
    return {"target": "This holds on that day already."} if asked == (target, reason) else {}


def _problems(
    series: tuple[str, str, int | None], target: float | None, starts_on: date, reason: str, today: date
) -> dict[str, str]:
    metric, job_role, lead_id = series
    problems: dict[str, str] = {}
    if starts_on < today:
        problems["starts_on"] = "Choose today or a later day: what was measured until now stays as it was."
    if lead_id is not None and not reason:
        problems["reason"] = "Say why you ask for more: your team reads it."
    if len(reason) > LONGEST_REASON:
        problems["reason"] = f"There is room for {LONGEST_REASON} characters; this has {len(reason):,}."
    if target is not None:
        said = _out_of_range(metric, target)
        if not said and lead_id is not None:
            said = _not_stricter(metric, job_role, target, starts_on)
        problems |= {"target": said} if said else {}
    return problems


def _out_of_range(metric: str, target: float) -> str:
    measure = all_measures().get(metric)
    if measure is None:
        return "There is no such measure any more, so nobody can be measured against it."
    if not measure.low <= target <= measure.high:
        return f"Enter a number from {_plain(measure.low)} to {_plain(measure.high)}."
    if not measure.sampled and target != measure.high:
        return f"This is a fact that holds or does not, so it is asked for in full: {_plain(measure.high)}."
    if round(target, measure.decimals) != target:
        return "Enter a whole number." if not measure.decimals else "Give it with one digit after the point."
    return ""


def _plain(number: float) -> str:
    return f"{number:g}".replace("-", "−")


def _not_stricter(metric: str, job_role: str, target: float, day: date) -> str:
    companys = company_holds(metric, job_role, day)
    if companys is None:
        return "The company asks for nothing here on that day; a team can only ask for more than the company does."
    if target <= companys.target:
        return f"The company asks for {_plain(companys.target)} on that day; enter a higher number."
    return ""


def _write(
    series: tuple[str, str, int | None],
    that_day: Benchmark | None,
    starts_on: date,
    *,
    target: float | None,
    reason: str,
    by: Person | None,
    now: datetime,
) -> Benchmark:
    values: dict[str, Any] = {"target": target, "reason": reason, "set_by_id": by.id if by else None, "set_at": now}
    if that_day is not None:
        for name, value in values.items():
            setattr(that_day, name, value)
        db.session.flush()
        return that_day
    metric, job_role, lead_id = series
    statement = insert_for(Benchmark).values(
        metric=metric, job_role=job_role, lead_id=lead_id, starts_on=starts_on, **values
    )
    made = db.session.scalar(statement.on_conflict_do_nothing().returning(Benchmark.id))
    if made is None:  # someone else did, at this very moment
        raise Conflict(CHANGED_ELSEWHERE)
    return db.session.get_one(Benchmark, made)


def _team(lead_id: int, job_role: str) -> list[int]:
    """Those who report to a supervisor directly, of a job role unless it is empty."""
    statement = select(Person.id).where(Person.manager_id == lead_id, Person.active)
    if job_role:
        statement = statement.where(Person.job_role == job_role)
    return list(db.session.scalars(statement))
