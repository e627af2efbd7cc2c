"""The folders under courses/ as items, with everything that is wrong in them."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from app.core import markdown
from app.core.content import ContentError, Problem, Reading, Reference, Source, StrictModel
from app.learning.content import prose
from app.learning.content.figures import Figure, read_figure
from app.learning.rules import find_circle

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SLUG_LENGTH = 80


def _slug(text: str) -> str:
    if not SLUG.fullmatch(text) or len(text) > _SLUG_LENGTH:
        raise ValueError(f"{text!r} is no name for an address: small letters and digits, with single hyphens between")
    return text


def _once(slugs: list[str]) -> list[str]:
    twice = sorted({slug for slug in slugs if slugs.count(slug) > 1})
    if twice:
        raise ValueError(f"given twice: {', '.join(twice)}")
    return slugs


Slug = Annotated[str, AfterValidator(_slug)]
Slugs = Annotated[list[Slug], AfterValidator(_once)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Summary = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]


class LessonEntry(StrictModel):
    """A lesson as course.yaml lists it; its text is `<slug>.md` beside it."""

    slug: Slug
    title: Words
    minutes: Annotated[int, Field(ge=1, le=240)]
    kind: Literal["reading", "case", "practice"]


class CourseFile(StrictModel):
    """course.yaml."""

    title: Words
    summary: Summary
    audience: Literal["everyone", "frontline", "supervisors"]
    version: Annotated[int, Field(ge=1)]
    position: Annotated[int, Field(ge=1)]
    prerequisites: Slugs
    quizzes: Slugs
    lessons: Annotated[list[LessonEntry], Field(min_length=1)]


@dataclass(frozen=True)
class LessonSource:
    """A lesson's entry and its Markdown."""

    entry: LessonEntry
    text: str


@dataclass(frozen=True)
class CourseItem:
    """One course as read."""

    slug: str
    file: CourseFile
    lessons: tuple[LessonSource, ...]
    figures: Mapping[str, Figure]

    @cached_property
    def content_hash(self) -> str:
        """Changes with anything that is shown or asked for, and with the way Markdown is rendered."""
        told = {
            "rendering": markdown.RENDERING,
            "slug": self.slug,
            "course": self.file.model_dump(),
            "lessons": [lesson.text for lesson in self.lessons],
            "figures": {name: figure.digest for name, figure in self.figures.items()},
        }
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def read(root: Path) -> Reading:
    """Every course under `root`. Never raises: what is wrong is in the reading's problems."""
    reading, sources = Reading(), {}
    for folder in sorted(path for path in (root / "courses").glob("*") if path.is_dir()):
        if folder.name.startswith("."):
            continue
        source = Source(folder / "course.yaml", root)
        if not SLUG.fullmatch(folder.name) or len(folder.name) > _SLUG_LENGTH:
            reading.problems.append(source.problem((), f"{folder.name!r} is no name for the address of a course"))
        reading.define("course", folder.name)
        try:
            file = source.load(CourseFile)
        except ContentError as error:
            reading.problems.extend(error.problems)
            continue
        sources[folder.name] = (source, file)
        item = _read_course(folder, source, file, reading)
        if item:
            reading.items.append(item)
    reading.problems.extend(_across(sources))
    return reading


def _read_course(folder: Path, source: Source, file: CourseFile, reading: Reading) -> CourseItem | None:
    known = len(reading.problems)
    reading.references.extend(_references(folder.name, source, file))
    lessons: list[LessonSource] = []
    figures: dict[str, Figure] = {}
    listed: set[str] = set()
    for place, entry in enumerate(file.lessons):
        if entry.slug in listed:
            reading.problems.append(source.problem(("lessons", place, "slug"), f"{entry.slug!r} is listed twice"))
            continue
        listed.add(entry.slug)
        reading.define("lesson", f"{folder.name}/{entry.slug}")
        text = _read_text(folder / f"{entry.slug}.md", source, place, reading)
        if text is not None:
            lessons.append(LessonSource(entry, text))
            figures.update(_read_prose(folder, f"{_beside(source)}/{entry.slug}.md", text, reading))
    for path in sorted(folder.glob("*.md")):
        if path.stem not in listed:
            message = "this lesson is not listed in course.yaml"
            reading.problems.append(Problem(f"{_beside(source)}/{path.name}", 1, "", message))
    fine = len(reading.problems) == known
    return CourseItem(folder.name, file, tuple(lessons), dict(sorted(figures.items()))) if fine else None


def _beside(source: Source) -> str:
    return source.name.rpartition("/")[0]


def _references(slug: str, source: Source, file: CourseFile) -> Iterator[Reference]:
    for place, name in enumerate(file.prerequisites):
        problem = source.problem(("prerequisites", place), f"there is no course {name!r}")
        yield Reference("course", name, problem)
    for place, name in enumerate(file.quizzes):
        yield Reference("quiz", name, source.problem(("quizzes", place), f"there is no quiz {name!r}"))


def _read_text(path: Path, source: Source, place: int, reading: Reading) -> str | None:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        message = f"the file {path.name} is missing"
        reading.problems.append(source.problem(("lessons", place, "slug"), message))
    except UnicodeDecodeError as error:
        name = f"{_beside(source)}/{path.name}"
        reading.problems.append(Problem(name, 1, "", f"this file is not UTF-8 ({error.reason})"))
    return None


def _read_prose(folder: Path, name: str, text: str, reading: Reading) -> Iterator[tuple[str, Figure]]:
    """The figures of one lesson; what else it refers to, and what is wrong, goes into the reading."""
    for found in prose.scan(text, folder.name):
        if isinstance(found, prose.Slip):
            reading.problems.append(Problem(name, found.line, "", found.message))
        elif found.kind == "figure":
            figure = _read_figure(folder, name, found, reading)
            if figure:
                yield found.text, figure
        else:
            what = "lesson" if found.kind == "lesson" else "practice question"
            problem = Problem(name, found.line, "", f"{found.text}: there is no {what} {found.name!r}")
            reading.references.append(Reference(found.kind, found.name, problem))


def _read_figure(folder: Path, lesson: str, use: prose.Use, reading: Reading) -> Figure | None:
    path = folder / "figures" / use.name
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        reading.problems.append(Problem(lesson, use.line, "", f"the figure {use.text} is missing"))
        return None
    figure, wrong = read_figure(use.name, data)
    name = f"{lesson.rpartition('/')[0]}/{use.text}"
    reading.problems.extend(Problem(name, line, "", message) for line, message in wrong)
    return figure


def _across(sources: Mapping[str, tuple[Source, CourseFile]]) -> Iterable[Problem]:
    """What no course shows by itself: two at one position, courses that wait for each other."""
    taken: dict[int, str] = {}
    for slug, (source, file) in sources.items():
        if file.position in taken:
            message = f"position {file.position} is taken by the course {taken[file.position]!r}"
            yield source.problem(("position",), message)
        taken.setdefault(file.position, slug)
    circle = find_circle({slug: file.prerequisites for slug, (_source, file) in sources.items()})
    if circle:
        message = f"these courses wait for each other: {' -> '.join(circle)}"
        yield sources[circle[0]][0].problem(("prerequisites",), message)
