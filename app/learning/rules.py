"""What follows from a person's facts: the state of each course, what is missing, what comes next."""

import enum
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime


class State(enum.StrEnum):
    """Where a person stands in a course."""

    DONE = "done"
    IN_PROGRESS = "in_progress"
    NEXT = "next"  # the first one on the path that is open and not begun
    OPEN = "open"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class LessonStep:
    """A lesson on a person's path."""

    slug: str
    title: str
    kind: str
    minutes: int
    done: bool


@dataclass(frozen=True, slots=True)
class CourseProgress:
    """A course and what one person did in it. `state` is set by `along_the_path`."""

    slug: str
    title: str
    summary: str
    audience: str
    position: int
    lessons: tuple[LessonStep, ...]
    quizzes: tuple[str, ...]
    passes: Mapping[str, datetime]  # when each quiz was passed
    prerequisites_missing: tuple[tuple[str, str], ...]  # (slug, title)
    completed_at: datetime | None = None
    begun: bool = False
    state: State = State.OPEN

    @property
    def lessons_done(self) -> int:
        return sum(lesson.done for lesson in self.lessons)

    @property
    def lessons_total(self) -> int:
        return len(self.lessons)

    @property
    def lessons_missing(self) -> tuple[LessonStep, ...]:
        return tuple(lesson for lesson in self.lessons if not lesson.done)

    @property
    def next_lesson(self) -> LessonStep | None:
        """The first lesson that is not read; None when all are."""
        return next((lesson for lesson in self.lessons if not lesson.done), None)

    @property
    def quizzes_missing(self) -> tuple[str, ...]:
        return tuple(slug for slug in self.quizzes if slug not in self.passes)

    @property
    def minutes(self) -> int:
        return sum(lesson.minutes for lesson in self.lessons)

    @property
    def minutes_left(self) -> int:
        return sum(lesson.minutes for lesson in self.lessons if not lesson.done)

    @property
    def is_locked(self) -> bool:
        return self.state is State.LOCKED

    def quiz_title(self, slug: str) -> str:
        """How a quiz is called here: a module's own quiz bears the module's name."""
        return self.title if slug == self.slug else slug.replace("-", " ").capitalize()


def state_of(course: CourseProgress) -> State:
    """Where the person stands. What was completed once stays done, whatever a later version asks for."""
    if course.completed_at is not None:
        return State.DONE
    if course.prerequisites_missing:
        return State.LOCKED
    if not course.lessons_missing and not course.quizzes_missing:
        return State.DONE
    if course.begun or course.lessons_done or any(slug in course.passes for slug in course.quizzes):
        return State.IN_PROGRESS
    return State.OPEN


def along_the_path(courses: Iterable[CourseProgress]) -> list[CourseProgress]:
    """The courses in order with their states; the first one that can be begun is the next."""
    path, next_found = [], False
    for course in courses:
        state = state_of(course)
        if state is State.OPEN and not next_found:
            state, next_found = State.NEXT, True
        path.append(course if course.state is state else replace(course, state=state))
    return path


TO_DO = frozenset({State.IN_PROGRESS, State.NEXT, State.OPEN})


def choose(courses: Iterable[CourseProgress], audience: str = "", state: str = "") -> list[CourseProgress]:
    """The courses meant for an audience ("frontline", "supervisors") and in a state; "todo" is any that is open.

    What is meant for everyone is meant for each audience. An empty or unknown filter leaves nothing out.
    """
    states = {"todo": TO_DO, **{str(known): frozenset({known}) for known in State}}.get(state)
    return [
        course
        for course in courses
        if (audience not in {"frontline", "supervisors"} or course.audience in {audience, "everyone"})
        and (states is None or course.state in states)
    ]


def is_complete(lessons_missing: int, quizzes: Sequence[str], passed: Iterable[str]) -> bool:
    """Whether a course is completed: every lesson is read and every quiz it needs is passed."""
    return lessons_missing == 0 and set(quizzes) <= set(passed)


def find_circle(needs: Mapping[str, Sequence[str]]) -> list[str]:
    """Slugs of courses that wait for each other, in order, the first again at the end; empty when none do."""
    settled: set[str] = set()

    def walk(slug: str, path: list[str]) -> list[str]:
        if slug in path:
            return [*path[path.index(slug) :], slug]
        if slug in settled:
            return []
        for need in needs.get(slug, ()):
            circle = walk(need, [*path, slug])
            if circle:
                return circle
        settled.add(slug)
        return []

    return next((circle for slug in needs if (circle := walk(slug, []))), [])


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a text around what was searched for."""

    text: str
    matched: bool


def fold(text: str) -> str:
    """Lower case without accents, letter for letter: as long as the text it was made from."""
    letters = []
    for letter in text:
        base = unicodedata.normalize("NFD", letter)[0].lower()
        letters.append(base if len(base) == 1 else letter)
    return "".join(letters)


def snippet(text: str, words: str, around: int = 90) -> list[Passage]:
    """Where `words` occur first in `text`, with some text around; the text's beginning when they don't."""
    terms = re.findall(r"\w+", fold(words))[:12]
    pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, terms)) + r")\w*") if terms else None
    folded = fold(text)
    first = pattern.search(folded) if pattern else None
    start, end = _window(text, first.start() if first else 0, around)
    passages = [Passage("… ", False)] if start else []
    place = start
    for match in pattern.finditer(folded, start, end) if pattern else ():
        passages += [Passage(text[place : match.start()], False), Passage(text[match.start() : match.end()], True)]
        place = match.end()
    passages.append(Passage(text[place:end] + (" …" if end < len(text) else ""), False))
    return [passage for passage in passages if passage.text]


def _window(text: str, middle: int, around: int) -> tuple[int, int]:
    """Bounds of the piece around `middle`, moved to where words begin and end."""
    start = max(0, middle - around)
    if start:
        start = text.find(" ", start, middle) + 1 or middle
    end = min(len(text), middle + 2 * around)
    if end < len(text):
        end = max(text.rfind(" ", middle, end), min(middle + around, len(text)))
    return start, end
