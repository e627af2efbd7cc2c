"""What each person of the demo company did and when: a plan, made of steps on working days. Pure and repeatable."""

import enum
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.demo.company import Employee

LAUNCHED_DAYS_AGO = 700  # when the company began to use Uplift
LONGEST_TRAIL_DAYS = 95  # from the first lesson to the last try at the exam
FIRST_MINUTE, LAST_MINUTE = 8 * 60, 17 * 60


class Story(enum.StrEnum):
    """How far a person's story goes, named for what the reports then show."""

    NOT_STARTED = "not started"
    BEGUN = "some modules"
    EXAM_AHEAD = "exam not passed yet"
    CERTIFIED = "certified"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    RENEWED = "renewed"


class Kind(enum.Enum):
    LESSON = enum.auto()
    QUIZ = enum.auto()
    EXAM = enum.auto()


@dataclass(frozen=True)
class Step:
    """A lesson read or a quiz taken, on the n-th working day of the trail, at a minute of that day."""

    kind: Kind
    course: int  # index into the curriculum; of no meaning for the exam
    lesson: int
    workday: int
    minute: int
    passed: bool = True


@dataclass
class Trail:
    """One person's story: its steps in order and the working day on which the last of them happened."""

    story: Story
    steps: list[Step] = field(default_factory=list)
    ends_on: date | None = None
    renewals: list[date] = field(default_factory=list)  # later days on which the exam was passed again
    paused_quiz: bool = False  # a quiz is open, half of it answered
    open_lesson: bool = False  # the next lesson was opened and not finished
    ability: float = 0.0


@dataclass(frozen=True)
class CourseShape:
    """What a plan needs to know of a course: the minutes of its lessons and how many quizzes it asks for."""

    lesson_minutes: tuple[int, ...]
    quizzes: int


# Weights of the stories of people who were there long enough for each of them, with the days since the certificate.
STORIES = {
    Story.NOT_STARTED: (11, 0, 0),
    Story.BEGUN: (24, 0, 0),
    Story.EXAM_AHEAD: (5, 0, 0),
    Story.CERTIFIED: (34, 3, 295),
    Story.EXPIRING: (10, 312, 360),
    Story.EXPIRED: (8, 372, 560),
    Story.RENEWED: (8, 380, 560),
}
STORIES_OF_PARTS = {
    "newhire": Story.NOT_STARTED,
    "agent": Story.BEGUN,
    "supervisor": Story.CERTIFIED,
    "hr": Story.RENEWED,
    "champion": Story.CERTIFIED,
    "executive": Story.EXPIRING,
    "admin": Story.NOT_STARTED,
}
AGENT_MODULES = 6


def plan(person: Employee, courses: Sequence[CourseShape], today: date, rng: random.Random) -> Trail:
    """The trail of one person. Nothing in it lies before the hire or after yesterday."""
    tenure = (today - person.hire_date).days
    given = Story(person.story) if person.story else STORIES_OF_PARTS.get(person.part)
    story = given or _choose(tenure, rng)
    trail = Trail(story, ability=rng.gauss(0.4, 0.8))
    if story is Story.NOT_STARTED:
        return trail
    if story is Story.BEGUN:
        _plan_begun(trail, person, courses, today, rng)
        return trail
    full = list(_walk(courses, trail.ability, rng))
    trail.steps = [*full, *_exam_tries(full[-1].workday, trail, rng)]
    days_ago = _days_ago(story, tenure, rng)
    trail.ends_on = weekday(today - timedelta(days=days_ago))
    if story is Story.RENEWED:
        again = trail.ends_on + timedelta(days=rng.randint(315, 350))
        trail.renewals = [min(weekday(again), weekday(today - timedelta(days=2)))]
    return trail


def _choose(tenure: int, rng: random.Random) -> Story:
    if tenure < 12:
        return Story.NOT_STARTED
    if tenure < LONGEST_TRAIL_DAYS + 10:
        return rng.choices((Story.NOT_STARTED, Story.BEGUN), (1, 3))[0]
    possible = [s for s, (_, least, _) in STORIES.items() if least + LONGEST_TRAIL_DAYS < tenure]
    return rng.choices(possible, [STORIES[s][0] for s in possible])[0]


def _days_ago(story: Story, tenure: int, rng: random.Random) -> int:
    _, least, most = STORIES[story]
    if story is Story.EXAM_AHEAD:
        return rng.randint(2, 20)
    return rng.randint(least, max(least, min(most, tenure - LONGEST_TRAIL_DAYS)))


def _plan_begun(
    trail: Trail, person: Employee, courses: Sequence[CourseShape], today: date, rng: random.Random
) -> None:
    """Some of the modules; the last step lies one to thirty days back."""
    full = list(_walk(courses, trail.ability, rng))
    if person.part == "agent":
        trail.steps = [step for step in full if step.course < AGENT_MODULES]
        trail.open_lesson = True
        trail.ends_on = weekday(today - timedelta(days=1))
    else:
        trail.steps = full[: rng.randint(1, len(full) - 1)]
        tenure = (today - person.hire_date).days
        trail.ends_on = weekday(today - timedelta(days=rng.randint(1, max(1, min(30, tenure - 5)))))
        trail.open_lesson = rng.random() < 0.6
    _drop_before(trail, person.hire_date + timedelta(days=1))
    last, following = trail.steps[-1], full[len(trail.steps)]
    trail.paused_quiz = person.part != "agent" and following.kind is Kind.QUIZ and last.kind is Kind.LESSON


def _drop_before(trail: Trail, earliest: date) -> None:
    """Someone hired lately can't have walked that far: keep as many steps as there were working days."""
    assert trail.ends_on is not None  # noqa: S101 - every caller has just set it
    days = _weekdays_between(earliest, trail.ends_on)
    kept = [step for step in trail.steps if step.workday < max(days, 1)]
    trail.steps = kept or trail.steps[:1]


def _walk(courses: Sequence[CourseShape], ability: float, rng: random.Random) -> Iterator[Step]:
    """All lessons and quizzes in order, in sittings of one to four steps, some working days apart."""
    workday, minute = 0, rng.randint(FIRST_MINUTE, LAST_MINUTE - 60)
    left = rng.randint(2, 5)
    gaps = rng.choice(((1, 1, 1, 2), (1, 1, 2, 2)))
    for index, course in enumerate(courses):
        lessons = [(Kind.LESSON, n, minutes) for n, minutes in enumerate(course.lesson_minutes)]
        quizzes = [(Kind.QUIZ, n, 9) for n in range(course.quizzes)]
        for kind, number, minutes in (*lessons, *quizzes):
            passed = kind is Kind.LESSON or rng.random() > _doubt(ability)
            for outcome in (True,) if passed else (False, True):
                if left == 0 or minute > LAST_MINUTE:
                    workday += rng.choice(gaps)
                    minute, left = rng.randint(FIRST_MINUTE, LAST_MINUTE - 60), rng.randint(2, 5)
                minute += round(minutes * rng.uniform(0.7, 1.5)) + 1
                left -= 1
                yield Step(kind, index, number, workday, minute, outcome)


def _doubt(ability: float) -> float:
    """How likely a try at a quiz does not pass."""
    return min(0.6, max(0.04, 0.3 - 0.2 * ability))


def _exam_tries(after: int, trail: Trail, rng: random.Random) -> Iterator[Step]:
    """At most three tries, two working days apart, so that every wait is kept."""
    misses = sum(rng.random() < _doubt(trail.ability) for _ in range(2))
    if trail.story is Story.EXAM_AHEAD:
        misses = rng.choice((1, 2, 2, 3))
    outcomes = [False] * misses + ([True] if trail.story is not Story.EXAM_AHEAD else [])
    for number, outcome in enumerate(outcomes):
        minute = rng.randint(FIRST_MINUTE + 60, LAST_MINUTE)
        yield Step(Kind.EXAM, -1, 0, after + 1 + 2 * number, minute, outcome)


def weekday(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def _weekdays_between(first: date, last: date) -> int:
    """How many working days there are from one day to another, both counted."""
    weeks, rest = divmod(max(0, (last - first).days + 1), 7)
    return weeks * 5 + sum((first.weekday() + n) % 7 < 5 for n in range(rest))


def workdays_before(day: date, count: int) -> date:
    """The working day so many working days before `day`, itself a working day."""
    weeks, rest = divmod(count, 5)
    day -= timedelta(weeks=weeks)
    return day - timedelta(days=rest + 2 if rest > day.weekday() else rest)


def moments(trail: Trail, zone: ZoneInfo) -> Iterator[tuple[Step, datetime]]:
    """Each step with the moment at which it ended, in the person's working hours."""
    if trail.ends_on is None:
        return
    last = trail.steps[-1].workday
    for step in trail.steps:
        yield step, at(workdays_before(trail.ends_on, last - step.workday), step.minute, zone)


def at(day: date, minute: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60), zone)
