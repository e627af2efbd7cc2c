"""What a certificate is worth on a day, what is missing for one, and when it may be renewed. Pure decisions."""

import calendar
import enum
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

NEVER = date(9999, 12, 31)  # the expiry of those who never held a certificate: after every other in a sorted list
CODE_BYTES = 16  # of randomness in a verification code: 22 characters that nobody can guess
_CODE = re.compile(r"[A-Za-z0-9_-]{22,40}")


class Stage(enum.StrEnum):
    """The part of a standing that does not depend on today."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    CERTIFIED = "certified"


class State(enum.StrEnum):
    """Where someone stands today."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    CERTIFIED = "certified"
    EXPIRING = "expiring"
    EXPIRED = "expired"

    @property
    def words(self) -> str:
        return self.value.replace("_", " ")

    @property
    def tone(self) -> str:
        """How to mark the word: good, watch, bad or neutral."""
        return _TONES[self]

    @property
    def valid(self) -> bool:
        """Whether a certificate holds on this day."""
        return self in {State.CERTIFIED, State.EXPIRING}


_TONES = {
    State.NOT_STARTED: "neutral",
    State.IN_PROGRESS: "neutral",
    State.CERTIFIED: "good",
    State.EXPIRING: "watch",
    State.EXPIRED: "bad",
}


@dataclass(frozen=True, slots=True)
class Need:
    """One requirement: a course to complete or a quiz to pass."""

    kind: str
    slug: str
    title: str

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.slug


def add_months(day: date, months: int) -> date:
    """The same day so many months later; the month's last day where that day does not exist."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def expiry(issued_on: date, valid_months: int) -> date:
    """The last day on which a certificate is valid."""
    return add_months(issued_on, valid_months)


def window_opens(expires_on: date, renewal_days: int) -> date:
    """The first day on which a certificate counts as expiring and may be renewed."""
    return expires_on - timedelta(days=renewal_days)


def opening(expires_on: date, renewal_days: int, zone: tzinfo) -> datetime:
    """The moment from which passing attempts count for the renewal: that day's start where the holder lives."""
    return datetime.combine(window_opens(expires_on, renewal_days), time.min, zone).astimezone(UTC)


def state(stage: str, expires_on: date, today: date, renewal_days: int) -> State:
    """The state on a day. A certificate is valid on its last day and expired on the next."""
    if stage != Stage.CERTIFIED:
        return State(stage)
    if today > expires_on:
        return State.EXPIRED
    if today >= window_opens(expires_on, renewal_days):
        return State.EXPIRING
    return State.CERTIFIED


def certificate_state(expires_on: date, today: date, renewal_days: int) -> State:
    """The state of one certificate by itself: certified, expiring or expired."""
    return state(Stage.CERTIFIED, expires_on, today, renewal_days)


def missing(needs: Iterable[Need], done: Mapping[tuple[str, str], datetime], since: datetime | None) -> list[Need]:
    """The requirements that do not hold, in order.

    `done` maps (kind, slug) to the moment of the completion, or of the latest pass. A course counts whenever it was
    completed; a quiz counts when it was passed at or after `since` (None: whenever).
    """
    return [need for need in needs if not _holds(need, done.get(need.key), since)]


def _holds(need: Need, at: datetime | None, since: datetime | None) -> bool:
    if at is None:
        return False
    return need.kind == "course" or since is None or at >= since


def missing_in_words(needs: Sequence[Need]) -> str:
    """What is missing, counted: "3 modules and the exam"; empty when nothing is."""
    courses = sum(need.kind == "course" for need in needs)
    quizzes = len(needs) - courses
    parts = []
    if courses:
        parts.append("1 module" if courses == 1 else f"{courses} modules")
    if quizzes:
        parts.append("the exam" if quizzes == 1 else f"{quizzes} exams")
    return " and ".join(parts)


def readable_code(code: str) -> str:
    """The code when it has the form of one, else a text that no certificate has."""
    return code if _CODE.fullmatch(code) else ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a programme asks for and for how long it holds."""

    id: int
    slug: str
    title: str
    summary: str
    valid_months: int
    renewal_days: int
    needs: tuple[Need, ...]

    def slugs(self, kind: str) -> tuple[str, ...]:
        return tuple(need.slug for need in self.needs if need.kind == kind)

    def state(self, stage: str, expires_on: date, today: date) -> State:
        return state(stage, expires_on, today, self.renewal_days)

    def missing(
        self, stage: str, expires_on: date, state: State, done: Mapping[tuple[str, str], datetime], zone: tzinfo
    ) -> list[Need]:
        """What someone in this state lacks for the next certificate; nothing until the present one may be renewed."""
        if state is State.CERTIFIED:
            return []
        since = opening(expires_on, self.renewal_days, zone) if stage == Stage.CERTIFIED else None
        return missing(self.needs, done, since)
