"""Words for the board: places, how often something is met, and what customers rated before and after a fix."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import Any

from app.core.pages import plural
from app.voice.blocker_phrases import FREQUENCIES
from app.voice.queries.home import UNANSWERED_DAYS
from app.voice.queries.movements import Moved
from app.voice.queries.ranking import load_of
from app.voice.rules.movements import ENOUGH, MOST_MONTHS
from app.voice.rules.ranking import Place, occurrences

ORDERS = {
    "rank": "what weighs most first",
    "-met": "what most people meet first",
    "-reported": "the newest first",
    "waiting": "what waits longest for an answer first",
}
HOW_RANKED = (
    "The order multiplies three things: how many people meet a blocker, how often in a month each of them does, and "
    "the weight of what customers notice of it: its share of what goes with their score in the last twelve months. A "
    "blocker that touches nothing they rate, or too few have rated, counts with the average.",
    "None of the three is known exactly: those who said so are some of those who meet it, “every week” is said of what "
    "happens twice a week or twice a month, and what goes with a score is an estimate. So each has a range of places "
    "instead of one: it stands behind what surely weighs more and before what surely weighs less, each at 90% "
    "confidence.",
    "The ranges are not made wider for the many pairs that are compared, so take them for a little too narrow. And "
    "what goes with the score need not bring it about.",
)
ASSOCIATION = (
    "Other things changed in these months, too, and other customers answered: this is association, not cause. It says "
    "whether the rating moved, not why."
)


def place(found: Place) -> str:
    """ "1 to 4", "3"."""
    return f"{found.first:,} to {found.last:,}" if found.last > found.first else f"{found.first:,}"


def often(row: Any) -> str:
    """How often that makes: "about 147 times a month"."""
    times = occurrences(load_of(row)).value
    if times < 1:
        return "less than once a month"
    return f"about {plural(round(times), 'time')} a month"


def how_often(row: Any) -> str:
    return FREQUENCIES[row.frequency]


def waits(row: Any, today: date) -> str:
    """That nobody answered for too long: "20 days without an answer"; empty where that is not so."""
    days = (today - row.reported_on).days
    if row.state != "new" or row.answered_on is not None or days <= UNANSWERED_DAYS:
        return ""
    return f"{plural(days, 'day')} without an answer"


def is_late(row: Any, today: date) -> bool:
    """Whether the day by which it was to be fixed went by."""
    return row.target_on is not None and row.target_on < today and row.state not in {"fixed", "wont_fix"}


def by_month(rows: Iterable[Any]) -> Iterator[tuple[str, list[Any]]]:
    """Rows that are in the order of their days, month by month: "October 2026" and its rows."""
    for month, found in groupby(rows, key=lambda row: f"{row.day:%B %Y}"):
        yield month, list(found)


def met_by(row: Any) -> str:
    """How many met what is over now."""
    return plural(row.votes + 1, "person met it", "people met it")


def movement(found: Moved) -> str:
    """What became of a rating, in a sentence: "“Speed”: up 0.3 of 5; that could well be chance."."""
    name = found.driver.name
    if not found.windows.after:
        ready = full_day(found.windows.ready_on)
        return f"“{name}”: too early to tell; the first whole month after the fix ends on {ready}."
    if found.difference is None:
        return f"“{name}”: too few ratings to compare; {ENOUGH} on each side are needed."
    moved = found.difference
    if not float(figure(moved.value)):
        return f"“{name}”: no different."
    way = "up" if moved.value > 0 else "down"
    doubt = "that is unlikely to be chance" if moved.certain else "that could well be chance"
    return f"“{name}”: {way} {figure(abs(moved.value))} of {found.driver.high}; {doubt}."


def based_on(found: Moved) -> str:
    """Which months are compared, of how many ratings; empty while it is too early."""
    if not found.windows.after:
        return ""
    months = len(found.windows.after)
    sides = ("month before", "month after") if months == 1 else (f"{months} months before", f"{months} months after")
    return (
        f"The {sides[0]} it ({plural(found.before.n, 'rating')}) and the {sides[1]} it "
        f"({plural(found.after.n, 'rating')}) are compared, without the month of the fix itself."
    )


def difference(found: Moved) -> str:
    """Both means, and between what the true difference may well lie; empty where they can't be compared."""
    moved = found.difference
    if moved is None:
        return ""
    places = max(_places(moved.low), _places(moved.high))
    return (
        f"From {moved.before:.2f} to {moved.after:.2f} on average; the true difference may well lie anywhere between "
        f"{signed(moved.low, places)} and {signed(moved.high, places)}."
    )


def more_to_come(found: Moved) -> str:
    """That there will be more to tell; empty when all months are over."""
    if not found.windows.after or len(found.windows.after) == MOST_MONTHS:
        return ""
    return f"There is more to tell when {MOST_MONTHS} whole months are over."


def figure(value: float) -> str:
    """A difference of means."""
    return f"{value:.{_places(value)}f}"


def _places(value: float) -> int:
    """Two decimals where one says too little."""
    return 1 if abs(value) >= 0.15 else 2


def signed(value: float, places: int) -> str:
    """ "+0.2", "−0.1"."""
    text = f"{abs(value):.{places}f}"
    return f"{'+' if value > 0 else chr(0x2212)}{text}" if float(text) else "0"


def full_day(value: date) -> str:
    """ "31 December 2026"."""
    return f"{value.day} {value:%B %Y}"
