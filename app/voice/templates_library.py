"""The surveys that are shipped to begin with, read strictly: whatever is wrong is told with file, line and key."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from app.core.content import ContentError, Problem, Source, StrictModel
from app.voice.rules import building
from app.voice.rules.questions import Asked, read_question

FOLDER = Path(__file__).parent / "survey_templates"
Key = str


class Condition(StrictModel):
    """Which answers to an earlier question lead to this one."""

    question: Key
    values: list[str]


class TemplateQuestion(StrictModel):
    """One question. Which of these keys it needs depends on its kind."""

    key: Key = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    kind: Literal["rating", "single", "multiple", "ranking", "matrix", "text", "process"]
    text: str
    help: str = ""
    required: bool = False
    low: int = 1
    high: int = 5
    labels: dict[int, str] = Field(default_factory=dict)
    enps: bool = False
    options: dict[Key, str] = Field(default_factory=dict)
    rows: dict[Key, str] = Field(default_factory=dict)
    most: int | None = None
    longest: int = 2000
    show_if: Condition | None = None

    def frozen(self) -> dict[str, Any]:
        """In the form that rules.questions reads."""
        return {
            **self.model_dump(include={"key", "kind", "text", "help", "required"}),
            "content": self._content(),
            "show_if": self.show_if.model_dump() if self.show_if else None,
        }

    def _content(self) -> dict[str, Any]:
        if self.kind == "rating":
            labels = {str(value): text for value, text in self.labels.items()}
            return {"low": self.low, "high": self.high, "labels": labels, "enps": self.enps}
        if self.kind == "text":
            return {"longest": self.longest}
        content: dict[str, Any] = {} if self.kind == "process" else {"options": _choices(self.options)}
        if self.kind == "matrix":
            content["rows"] = _choices(self.rows)
        if self.kind in {"multiple", "process"}:
            content["most"] = self.most
        return content


class Template(StrictModel):
    """A shipped survey. `about` tells those who build when to use it; those who answer read `purpose`."""

    title: str
    about: str
    purpose: str
    mode: Literal["anonymous", "confidential", "named"] = "anonymous"
    segments: list[str] = Field(default_factory=list)
    questions: list[TemplateQuestion] = Field(min_length=1)

    def frozen(self) -> list[dict[str, Any]]:
        """Its questions, in the form that rules.questions reads."""
        return [one.frozen() for one in self.questions]


def _choices(given: Mapping[Key, str]) -> list[dict[str, str]]:
    return [{"key": key, "text": text} for key, text in given.items()]


def read_template(path: Path, root: Path) -> Template:
    """The template in a file. Raises ContentError with all that is wrong."""
    source = Source(path, root)
    found = source.load(Template)
    problems = [*_survey_problems(source, found), *_question_problems(source, found)]
    if problems:
        raise ContentError(problems)
    return found


def _survey_problems(source: Source, found: Template) -> list[Problem]:
    facts = {name: getattr(found, name) for name in ("title", "purpose", "mode", "segments")}
    return [source.problem([name], message) for name, message in building.survey_faults(facts).items()]


def _question_problems(source: Source, found: Template) -> list[Problem]:
    problems, earlier = [], list[Asked]()
    for at, question in enumerate(found.frozen()):
        asked = read_question(question)
        if any(one.key == asked.key for one in earlier):
            problems.append(source.problem(["questions", at, "key"], "another question has this key"))
        for name, message in building.faults(asked, earlier).items():
            place = {"when": "show_if", "scale": "low"}.get(name, name)
            problems.append(source.problem(["questions", at, place], message))
        earlier.append(asked)
    return problems


@cache
def templates() -> dict[str, Template]:
    """The shipped ones by the name of their file, which their surveys keep."""
    return {path.stem: read_template(path, FOLDER) for path in sorted(FOLDER.glob("*.yaml"))}
