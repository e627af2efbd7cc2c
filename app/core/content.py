"""Strict reading of content files: bytes become a frozen model, and every error says file, line and key.

A slice registers a ContentKind. Reading a kind yields its items, the names it defines (a lesson, a quiz) and the
names it refers to, so that `flask content check` can find broken references across slices that don't know each other.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from flask import Flask
from pydantic import BaseModel, ConfigDict, ValidationError

M = TypeVar("M", bound=BaseModel)
KeyPath = tuple[str | int, ...]
_KEY = "uplift.content"


class StrictModel(BaseModel):
    """A piece of content: unknown keys are refused, nothing is coerced from another type, nothing changes later."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in one file."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}"
        return f"{place}: {self.key}: {self.message}" if self.key else f"{place}: {self.message}"


class ContentError(Exception):
    """Content that can't be loaded; `problems` holds all that is wrong, not just the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


class Source:
    """One YAML file with the line of every key in it."""

    def __init__(self, path: Path, root: Path) -> None:
        self.path = path
        self.name = path.relative_to(root).as_posix()
        self._lines: dict[KeyPath, int] = {}
        self.problems: list[Problem] = []

    def problem(self, where: Iterable[str | int], message: str) -> Problem:
        """A problem at the given place, such as ("questions", 3, "prompt")."""
        path = tuple(where)
        known = path
        while known and known not in self._lines:
            known = known[:-1]
        return Problem(self.name, self._lines.get(known, 1), _dotted(path), message)

    def load(self, model: type[M]) -> M:
        """The file as `model`. Raises ContentError with every problem found."""
        try:
            text = self.path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            raise ContentError([Problem(self.name, 1, "", "this file is missing")]) from None
        except UnicodeDecodeError as error:
            raise ContentError([Problem(self.name, 1, "", f"this file is not UTF-8 ({error.reason})")]) from None
        try:
            node = yaml.compose(text, Loader=yaml.CSafeLoader)
            data = yaml.load(text, Loader=yaml.CSafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            raise ContentError([Problem(self.name, line, "", f"not valid YAML: {error.problem}")]) from None
        except yaml.reader.ReaderError as error:
            raise ContentError([Problem(self.name, 1, "", f"not valid YAML: {error.reason}")]) from None
        if node is not None:
            self.problems.extend(self._walk(node, ()))
        try:
            loaded = model.model_validate(data)
        except ValidationError as error:
            self.problems.extend(self._explain(error))
        if self.problems:
            raise ContentError(self.problems)
        return loaded

    def _walk(self, node: yaml.Node, path: KeyPath) -> Iterator[Problem]:
        self._lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                yield from self._walk(item, (*path, index))
        elif isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                here = (*path, str(key.value))
                if key.value in seen:
                    yield Problem(self.name, key.start_mark.line + 1, _dotted(here), "this key is given twice")
                seen.add(key.value)
                self._lines[here] = key.start_mark.line + 1
                yield from self._walk(value, here)

    def _explain(self, error: ValidationError) -> Iterator[Problem]:
        for detail in error.errors(include_url=False):
            # Tags of unions and names of validators are not keys of the file.
            where = tuple(part for part in detail["loc"] if not (isinstance(part, str) and "[" in part))
            message = {
                "extra_forbidden": "this key is not known here",
                "missing": "this key is missing",
            }.get(detail["type"], detail["msg"].removeprefix("Value error, "))
            yield self.problem(where, message)


def _dotted(path: KeyPath) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


@dataclass(frozen=True)
class Reference:
    """A name that some content uses and that must be defined somewhere: `problem` is what is wrong when it isn't."""

    kind: str
    name: str
    problem: Problem


@dataclass
class Reading:
    """All that one kind of content says: its items, the names it defines, the names it needs."""

    items: list[Any] = field(default_factory=list)
    names: dict[str, set[str]] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def define(self, kind: str, name: str) -> None:
        self.names.setdefault(kind, set()).add(name)


@dataclass(frozen=True)
class SyncReport:
    """What a sync did, in numbers of items."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    retired: int = 0


@dataclass(frozen=True)
class ContentKind:
    """One kind of content. `read(root)` never raises; `sync(items)` writes them and is idempotent."""

    name: str
    read: Callable[[Path], Reading]
    sync: Callable[[list[Any]], SyncReport]
    position: int = 100


def register_content(app: Flask, kind: ContentKind) -> None:
    app.extensions.setdefault(_KEY, []).append(kind)
    app.extensions[_KEY].sort(key=lambda k: k.position)


def read_all(app: Flask, root: Path) -> Mapping[str, Reading]:
    """Every kind's reading by its name. Raises ContentError with all problems of all kinds."""
    readings = {kind.name: kind.read(root) for kind in app.extensions.get(_KEY, [])}
    names: dict[str, set[str]] = {}
    for reading in readings.values():
        for kind_name, defined in reading.names.items():
            names.setdefault(kind_name, set()).update(defined)
    problems = [problem for reading in readings.values() for problem in reading.problems]
    problems += [
        reference.problem
        for reading in readings.values()
        for reference in reading.references
        if reference.name not in names.get(reference.kind, set())
    ]
    if problems:
        raise ContentError(problems)
    return readings


def sync_all(app: Flask, root: Path) -> dict[str, SyncReport]:
    """Read everything, then write everything: wrong content changes nothing. The caller commits."""
    readings = read_all(app, root)
    return {kind.name: kind.sync(readings[kind.name].items) for kind in app.extensions.get(_KEY, [])}
