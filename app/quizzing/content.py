"""Quiz files: `quizzes/<slug>.yaml`, read strictly, and what they say to the other kinds of content."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Union

import yaml
from flask import Flask
from pydantic import AfterValidator, Discriminator, Field, Tag, create_model

from app.core.content import (
    ContentError,
    Problem,
    Reading,
    Reference,
    Source,
    StrictModel,
)
from app.quizzing.types import QuestionContent, types_of
from app.quizzing.types.base import Key, Words

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class BlueprintLine(StrictModel):
    """So many questions of one tag in every attempt."""

    tag: Words
    count: Annotated[int, Field(ge=1)]


def _tags_once(lines: list[BlueprintLine]) -> list[BlueprintLine]:
    twice = [tag for tag, count in Counter(line.tag for line in lines).items() if count > 1]
    if twice:
        raise ValueError(f"the same tag is given twice: {', '.join(twice)}")
    return lines


class QuizContent(StrictModel):
    """A quiz file but for its questions, whose shapes depend on the types that the application knows."""

    title: Annotated[Words, Field(max_length=200)]
    summary: Annotated[Words, Field(max_length=400)]
    kind: Literal["quiz", "exam"]
    version: Annotated[int, Field(ge=1)]
    pass_mark: Annotated[int, Field(ge=1, le=100)]
    time_limit_minutes: Annotated[int, Field(ge=1)] | None = None
    max_attempts: Annotated[int, Field(ge=1)] | None = None
    waits_minutes: list[Annotated[int, Field(ge=0)]] = Field(default_factory=list)
    blueprint: Annotated[list[BlueprintLine], AfterValidator(_tags_once)] = Field(default_factory=list)
    prerequisites: list[Key] = Field(default_factory=list)
    questions: list[Any]


@dataclass(frozen=True)
class QuizItem:
    """One quiz as read: its slug, its settings, its questions in the order of the file."""

    slug: str
    quiz: QuizContent
    questions: tuple[QuestionContent, ...]


def quiz_model(app: Flask) -> type[QuizContent]:
    """The model of a whole quiz file, with the question types that this application knows."""
    # A tag in brackets is no key of the file: core.content leaves it out of the place of an error.
    models = {name: f"[{name}]" for name in types_of(app)}

    def tag_of(value: Any) -> str | None:
        name = value.get("type") if isinstance(value, dict) else getattr(value, "type", None)
        return models.get(name) if isinstance(name, str) else None

    shapes = tuple(Annotated[kind.content_model, Tag(models[name])] for name, kind in types_of(app).items())
    question = Annotated[
        Union[shapes],  # type: ignore[valid-type]  # noqa: UP007 - built from what is registered
        Discriminator(
            tag_of,
            custom_error_type="question_type",
            custom_error_message=f"give a question with one of these types: {', '.join(sorted(models))}",
        ),
    ]
    questions = Annotated[list[question], Field(min_length=1)]
    return create_model("QuizFile", __base__=QuizContent, questions=(questions, ...))


def read(app: Flask, root: Path) -> Reading:
    """Every quiz under `root`, with all that is wrong with any of them."""
    reading, model = Reading(), quiz_model(app)
    for path in sorted((root / "quizzes").glob("*.y*ml")):
        source, slug = Source(path, root), path.stem
        reading.define("quiz", slug)
        if not SLUG.fullmatch(slug) or len(slug) > 80:
            reading.problems.append(Problem(source.name, 1, "", "name the file in small letters, digits and hyphens"))
        try:
            quiz = source.load(model)
        except ContentError as error:
            reading.problems += error.problems
        else:
            reading.items.append(QuizItem(slug, quiz, tuple(quiz.questions)))
        _read_across(reading, source, slug, _as_written(path))
    return reading


def _as_written(path: Path) -> dict[str, Any]:
    """The file without any promise, so that what questions say of each other is checked even if one is malformed."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError):
        return {}  # reported when the file was loaded
    return data if isinstance(data, dict) else {}


def _read_across(reading: Reading, source: Source, slug: str, data: dict[str, Any]) -> None:
    """What one question's shape can't tell: ids used twice, blueprints, references, the names a quiz defines."""
    written = data.get("questions")
    questions = [(i, q) for i, q in enumerate(written) if isinstance(q, dict)] if isinstance(written, list) else []
    reading.problems += _repeated_ids(source, questions)
    reading.problems += _unfillable(source, data, [q for _, q in questions if q.get("practice") is not True])
    for i, question in questions:
        if question.get("practice") is True:
            reading.define("practice", f"{slug}/{question.get('id')}")
        lesson = question.get("lesson")
        if isinstance(lesson, str):
            problem = source.problem(("questions", i, "lesson"), f"there is no lesson {lesson!r}")
            reading.references.append(Reference("lesson", lesson, problem))
    prerequisites = data.get("prerequisites")
    for i, course in enumerate(prerequisites if isinstance(prerequisites, list) else ()):
        if isinstance(course, str):
            problem = source.problem(("prerequisites", i), f"there is no course {course!r}")
            reading.references.append(Reference("course", course, problem))


def _repeated_ids(source: Source, questions: list[tuple[int, dict[str, Any]]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for i, question in questions:
        name = question.get("id")
        if isinstance(name, str):
            if name in seen:
                yield source.problem(("questions", i, "id"), f"the id {name!r} is given twice in this file")
            seen.add(name)


def _unfillable(source: Source, data: dict[str, Any], graded: list[dict[str, Any]]) -> Iterator[Problem]:
    tags = Counter(q["tags"][0] for q in graded if isinstance(q.get("tags"), list) and q["tags"][:1] and _is_text(q))
    blueprint = data.get("blueprint")
    for i, line in enumerate(blueprint if isinstance(blueprint, list) else ()):
        count = line.get("count") if isinstance(line, dict) else None
        if isinstance(count, int) and tags[line.get("tag")] < count:
            message = f"{count} questions tagged {line.get('tag')!r} are needed and there are {tags[line.get('tag')]}"
            yield source.problem(("blueprint", i, "count"), message)
    if not blueprint and not graded and isinstance(data.get("questions"), list):
        yield source.problem(("questions",), "every question is practice: there is nothing to grade")


def _is_text(question: dict[str, Any]) -> bool:
    return isinstance(question["tags"][0], str)
