"""Benchmarks in the words of the people who set them: for whom, how much, and what will happen."""

from datetime import date

from app.coaching.phrases import amount, target_of
from app.core.measures import Measure
from app.core.pages import plural

GONE = "There is no such measure any more: where it came from is gone. It counts for nobody."
RETIRED = "Retired: nobody is observed on it any more."


def for_whom(job_role: str, *, of_team: bool = False) -> str:
    """ "everyone", "Agent", "your team", "Agent in your team"."""
    if of_team:
        return f"{job_role} in your team" if job_role else "your team"
    return job_role or "everyone"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def full_day(day: date) -> str:
    """ "Monday, 7 December 2026"."""
    return f"{day:%A}, {day.day} {day:%B %Y}"


def target(measure: Measure | None, value: float) -> str:
    """ "3.5 levels or more", "valid"; of a measure that is gone the bare number."""
    return target_of(measure, value) if measure is not None else f"{value:g}"


def bare(measure: Measure | None, value: float) -> str:
    """ "3.5 levels", "valid"."""
    if measure is None or (not measure.sampled and measure.wanted):
        return target(measure, value)
    return amount(value, measure)


def what_happens(
    measure: Measure | None, whom: str, wanted: float | None, starts_on: date, before: float | None
) -> str:
    """ "From Monday, 7 December 2026 on, the benchmark for everyone is 3.5 levels. What is measured before …"."""
    if wanted == before:
        return f"{capital(bare(measure, wanted))} is what holds already." if wanted is not None else "There is none."
    begins = f"From {full_day(starts_on)} on"
    if wanted is None:
        words = f"{begins}, there is no such benchmark for {whom} any more."
    else:
        words = f"{begins}, the benchmark for {whom} is {bare(measure, wanted)}."
    if before is None:
        return f"{words} Before that day there is none."
    return f"{words} What is measured before stays measured against {bare(measure, before)}."


def range_of(measure: Measure) -> str:
    """What may be asked for."""
    return f"A number from {bare(measure, measure.low)} to {bare(measure, measure.high)}. More is stricter."


def every(weeks: int) -> str:
    """ "every week", "every 4 weeks"."""
    return "every week" if weeks == 1 else f"every {plural(weeks, 'week')}"
