"""The days of a wave."""

from collections.abc import Iterable
from datetime import date, timedelta

USUAL_DAYS = 14  # a wave is open, unless said otherwise
LONGEST_DAYS = 180
MOST_REMINDERS = 3
EARLIEST = timedelta(days=366)  # how far ahead a wave can be planned


def evenly(number: int, opens_on: date, closes_on: date) -> list[date]:
    """So many days between the first and the last one, as even as days allow; none on the first day."""
    length = (closes_on - opens_on).days
    days = (opens_on + timedelta(days=round(length * step / (number + 1))) for step in range(1, number + 1))
    return sorted({day for day in days if opens_on < day <= closes_on})


def what_is_wrong(opens_on: date, closes_on: date, remind_on: Iterable[date], today: date) -> dict[str, str]:
    """Messages by field."""
    wrong = {}
    if opens_on < today:
        wrong["opens_on"] = "Choose today or a later day."
    elif opens_on > today + EARLIEST:
        wrong["opens_on"] = "Choose a day within a year from now."
    if message := wrong_end(opens_on, closes_on, today):
        wrong["closes_on"] = message
    if any(not opens_on < day <= closes_on for day in remind_on):
        wrong["remind_on"] = "Remind between the day after it opens and its last day."
    return wrong


def wrong_end(opens_on: date, closes_on: date, today: date) -> str:
    """Why this can't be the last day; "" when it can."""
    if closes_on < max(opens_on, today):
        return "Choose a day that is not over, and not before it opens."
    if (closes_on - opens_on).days > LONGEST_DAYS:
        return f"A wave is open for {LONGEST_DAYS} days at most: later on, people answer about something else."
    return ""
