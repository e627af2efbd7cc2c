"""A response as it is given to us, whichever way it came."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Contact:
    """A customer's personal fields."""

    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """One response, read and checked; empty texts mean "not given".

    `score` is 0 to 10, `responded_at` aware, `employee` an employee id or e-mail address, `drivers` maps a driver's
    name to its rating, `segments` a field's name to its value.
    """

    external_id: str
    score: int
    responded_at: datetime
    comment: str = ""
    survey: str = ""
    touchpoint: str = ""
    channel: str = ""
    department: str = ""
    team: str = ""
    tier: str = ""
    employee: str = ""
    customer_key: str = ""
    contact: Contact | None = None
    osat: int | None = None
    drivers: dict[str, int] = field(default_factory=dict)
    segments: dict[str, str] = field(default_factory=dict)


class Outcome(StrEnum):
    """What became of a given response."""

    ADDED = "added"
    CORRECTED = "corrected"  # it was there and said something else: a new version
    UNCHANGED = "unchanged"
    SUPERSEDED = "superseded"  # an earlier version of a response that was corrected since: nothing changes
    REFUSED = "refused"
