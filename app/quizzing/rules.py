"""Pure decisions on attempts: what is drawn, what counts, when the next try opens.

Marks are whole hundredths of a point, so that sums are exact and the pass mark is compared without rounding.
"""

import enum
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

POINT = 100  # hundredths in one point
GRACE = timedelta(seconds=30)  # answers under way when the time ends are still taken
SPOKEN_MINUTES = (10, 5, 1)  # the only moments at which the time left is said aloud


class NotEnoughQuestions(Exception):
    """A blueprint asks for more questions of a tag than there are."""


@dataclass(frozen=True)
class Candidate:
    """A question that may be drawn."""

    question_version_id: int
    tag: str


def draw(candidates: Sequence[Candidate], blueprint: Sequence[Mapping[str, object]], rng: random.Random) -> list[int]:
    """Ids of the questions of one attempt, in the order in which they are asked.

    With a blueprint ([{"tag", "count"}, …]) so many of each tag, else all; shuffled either way. The same candidates
    in the same order with the same generator give the same attempt.
    """
    if not blueprint:
        drawn = [candidate.question_version_id for candidate in candidates]
        rng.shuffle(drawn)
        return drawn
    drawn = []
    for line in blueprint:
        tag, count = str(line["tag"]), int(str(line["count"]))
        pool = [c.question_version_id for c in candidates if c.tag == tag and c.question_version_id not in drawn]
        if len(pool) < count:
            raise NotEnoughQuestions(f"{count} questions tagged {tag} are needed and there are {len(pool)}")
        drawn += rng.sample(pool, count)
    rng.shuffle(drawn)
    return drawn


def choice_mark(chosen: Iterable[int], right: Iterable[int], options: int, max_mark: int, whole: bool = False) -> int:
    """Hundredths for a set of ticked options: max_mark * max(0, r/C - w/W), rounded half up.

    r of the C right options and w of the W wrong ones are ticked. With `whole` only exactly the right set counts.
    """
    ticked, expected = set(chosen), set(right)
    if whole or len(expected) in {0, options}:
        return max_mark if ticked == expected else 0
    hits, misses = len(ticked & expected), len(ticked - expected)
    wrong = options - len(expected)
    share, of = hits * wrong - misses * len(expected), len(expected) * wrong
    return max(0, (2 * max_mark * share + of) // (2 * of)) if share > 0 else 0


def percent(mark: int, max_mark: int) -> int:
    """Whole percent, rounded down: what is shown as 80 has reached 80."""
    return 100 * mark // max_mark if max_mark else 0


def passed(mark: int, max_mark: int, pass_mark: int) -> bool:
    """Whether the mark reaches the pass mark (percent); reaching it exactly is enough."""
    return max_mark > 0 and 100 * mark >= pass_mark * max_mark


def finished_at(submitted_at: datetime, deadline: datetime | None) -> datetime:
    """When work on an attempt ended: handing in, or the deadline when it was closed later."""
    return submitted_at if deadline is None else min(submitted_at, deadline)


def next_try_opens(finished: datetime, tries: int, waits_minutes: Sequence[int]) -> datetime:
    """When the next try opens after the `tries`-th one that did not pass; the last wait goes on for later ones."""
    if not waits_minutes or tries < 1:
        return finished
    return finished + timedelta(minutes=waits_minutes[min(tries, len(waits_minutes)) - 1])


def is_over(deadline: datetime | None, now: datetime) -> bool:
    """Whether the time of an attempt has run out."""
    return deadline is not None and now >= deadline


def takes_answers(deadline: datetime | None, now: datetime) -> bool:
    """Whether an answer that arrives now still counts: the time has not run out, or only just."""
    return deadline is None or now <= deadline + GRACE


def time_left(deadline: datetime, now: datetime) -> str:
    """The time left in words: "1 hour 15 minutes", "10 minutes", "less than a minute", "no time"."""
    seconds = int((deadline - now).total_seconds())
    if seconds <= 0:
        return "no time"
    hours, minutes = divmod(seconds // 60, 60)
    if hours == minutes == 0:
        return "less than a minute"
    words = [f"{hours} hour{'' if hours == 1 else 's'}"] if hours else []
    if minutes:
        words.append(f"{minutes} minute{'' if minutes == 1 else 's'}")
    return " ".join(words)


def duration(minutes: int) -> str:
    """A wait in words: "1 hour", "24 hours", "90 minutes"."""
    count, unit = (minutes // 60, "hour") if minutes % 60 == 0 else (minutes, "minute")
    return f"{count} {unit}{'' if count == 1 else 's'}"


def waits_in_words(waits_minutes: Sequence[int]) -> str:
    """The waits between tries: "1 hour after the first try, 24 hours after later ones"; empty when there are none."""
    if not any(waits_minutes):
        return ""
    if len(waits_minutes) == 1:
        return f"{duration(waits_minutes[0])} after each try"
    ordinals = ("first", "second", "third", "fourth", "fifth")
    *early, last = waits_minutes
    words = [f"{duration(wait)} after the {nth} try" for wait, nth in zip(early, ordinals, strict=False)]
    return ", ".join([*words, f"{duration(last)} after later ones"])


@dataclass(frozen=True)
class PastAttempt:
    """What the limits need to know of an attempt in this cycle."""

    id: int
    number: int
    submitted_at: datetime | None
    deadline: datetime | None
    passed: bool | None


@dataclass(frozen=True)
class Chances:
    """Where a person stands with a quiz in this cycle."""

    used: int
    allowed: int | None  # None: as many as one likes
    opens_at: datetime | None  # when the next try opens, once there was one and another is allowed
    open_id: int | None
    passed_id: int | None

    @property
    def left(self) -> int | None:
        """Tries left, None for no limit."""
        return None if self.allowed is None else max(0, self.allowed - self.used)

    @property
    def exhausted(self) -> bool:
        return self.left == 0

    def waiting(self, now: datetime) -> bool:
        return self.opens_at is not None and now < self.opens_at


def chances(
    attempts: Sequence[PastAttempt], grants: Sequence[int], max_attempts: int | None, waits_minutes: Sequence[int]
) -> Chances:
    """Sum up the attempts of this cycle and the extra tries granted in it (the numbers of the attempts they follow).

    An extra try that was granted after the last attempt also lifts the wait: whoever grants it means now.
    """
    closed = sorted((a for a in attempts if a.submitted_at is not None), key=lambda a: a.number)
    allowed = None if max_attempts is None else max_attempts + len(grants)
    opens_at = None
    if closed and any(waits_minutes) and (allowed is None or len(attempts) < allowed):
        last = closed[-1]
        assert last.submitted_at is not None  # noqa: S101 - for the type checker: `closed` holds only these
        finished = finished_at(last.submitted_at, last.deadline)
        if last.number not in grants and not last.passed:
            opens_at = next_try_opens(finished, len(closed), waits_minutes)
    return Chances(
        used=len(attempts),
        allowed=allowed,
        opens_at=opens_at,
        open_id=next((a.id for a in attempts if a.submitted_at is None), None),
        passed_id=next((a.id for a in closed if a.passed), None),
    )


class Review(enum.IntEnum):
    """How much of a submitted attempt its owner sees."""

    SCORE = 0  # the score and the strengths by module
    OWN = 1  # also which of the own answers were right, with their explanations and the lessons to reread
    FULL = 2  # also the right answers and the feedback of every option


@dataclass(frozen=True)
class KindPolicy:
    """What differs between a quiz, which is for learning, and an exam, whose bank is used again."""

    review_while_tries_are_left: Review
    again_after_passing: bool


KINDS: Mapping[str, KindPolicy] = {
    "quiz": KindPolicy(review_while_tries_are_left=Review.FULL, again_after_passing=True),
    "exam": KindPolicy(review_while_tries_are_left=Review.OWN, again_after_passing=False),
}


def review_level(kind: str, attempt_passed: bool, chances: Chances) -> Review:
    """How much of an attempt may be shown to its owner.

    While another attempt at the same quiz is open, nothing that could answer its questions. Then an exam keeps its
    right answers for as long as the person may still sit it: until it is passed, or no try is left.
    """
    if chances.open_id is not None:
        return Review.SCORE
    if attempt_passed or chances.passed_id is not None or chances.exhausted:
        return Review.FULL
    return KINDS[kind].review_while_tries_are_left


class Refusal(enum.StrEnum):
    """Why no new attempt can be started now."""

    PASSED = "passed"
    EXHAUSTED = "exhausted"
    WAITING = "waiting"


def refusal(kind: str, chances: Chances, now: datetime) -> Refusal | None:
    """Why a new attempt can't start now, or None when it can."""
    if chances.passed_id is not None and not KINDS[kind].again_after_passing:
        return Refusal.PASSED
    if chances.exhausted:
        return Refusal.EXHAUSTED
    if chances.waiting(now):
        return Refusal.WAITING
    return None


@dataclass(frozen=True)
class Strength:
    """How much of a tag's marks an attempt reached."""

    tag: str
    mark: int
    max_mark: int

    @property
    def percent(self) -> int:
        return percent(self.mark, self.max_mark)


def strengths(marks: Iterable[tuple[str, int, int]]) -> list[Strength]:
    """(tag, mark, max_mark) of each question summed up by tag, in order of tag."""
    sums: dict[str, tuple[int, int]] = {}
    for tag, mark, max_mark in marks:
        had, of = sums.get(tag, (0, 0))
        sums[tag] = (had + mark, of + max_mark)
    return [Strength(tag, *sums[tag]) for tag in sorted(sums)]


def lessons_to_reread(marks: Iterable[tuple[str, int, int]]) -> list[tuple[str, int]]:
    """(lesson, marks lost) from (lesson, mark, max_mark) of each question; where most was lost comes first."""
    lost: dict[str, int] = {}
    for lesson, mark, max_mark in marks:
        if mark < max_mark:
            lost[lesson] = lost.get(lesson, 0) + max_mark - mark
    return sorted(lost.items(), key=lambda entry: (-entry[1], entry[0]))
