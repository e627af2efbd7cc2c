"""The coarse fields by which confidential surveys compare groups: which values are kept, and which one a person has."""

from collections.abc import Mapping
from datetime import date

from app.voice.rules.questions import OTHER

SMALLEST_VALUE = 10  # people asked; a value that fewer share becomes OTHER before anything is stored
TENURES = ("Under 1 year", "1 to 3 years", "Over 3 years")


def years_before(today: date, years: int) -> date:
    """The same day so many years ago; of 29 February the 28th."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return today.replace(year=today.year - years, day=28)


def tenure_of(hired: date | None, today: date) -> str:
    """The band of somebody's time with the company; "" when the day they began is not known."""
    if hired is None:
        return ""
    if hired > years_before(today, 1):
        return TENURES[0]
    return TENURES[1] if hired > years_before(today, 3) else TENURES[2]


def kept_values(counts: Mapping[str, int]) -> list[str]:
    """The values of a field that enough people share, by number of people of each value. In alphabetical order."""
    return sorted(value for value, n in counts.items() if value not in {"", OTHER} and n >= SMALLEST_VALUE)
