"""What every question type is made of, and what the types with options share.

A *body* is what may be shown while an attempt is open; a *solution* never leaves the server before submission. Both
are plain JSON, written once when the content is loaded. A *response* is what a person answered, in JSON as well, and in
terms of the body's own order: it means the same however the options were shuffled.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal, Protocol

from markupsafe import Markup
from pydantic import AfterValidator, StringConstraints

from app.core import markdown
from app.core.content import StrictModel
from app.core.errors import Invalid

Body = Mapping[str, Any]
Solution = Mapping[str, Any]
Response = Mapping[str, Any]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
NOT_AN_ANSWER = "That answer does not belong to this question. Reload the page and answer it again."


def _one_tag(tags: list[str]) -> list[str]:
    if len(tags) != 1:
        raise ValueError("give exactly one tag")
    return tags


class QuestionContent(StrictModel):
    """What authors write for every type."""

    id: Key
    type: str
    practice: bool = False
    tags: Annotated[list[Annotated[Words, StringConstraints(max_length=60)]], AfterValidator(_one_tag)]
    difficulty: Literal["easy", "medium", "hard"]
    lesson: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$", max_length=170)]
    prompt: Words
    explanation: Words | None = None


class QuestionType(Protocol):
    """A kind of question. `template` shows it while open, `review_template` after submission."""

    @property
    def name(self) -> str: ...
    @property
    def content_model(self) -> type[QuestionContent]: ...
    @property
    def template(self) -> str: ...
    @property
    def review_template(self) -> str: ...

    def build(self, content: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """(body, solution) of an author's question."""

    def order(self, body: Body, rng: random.Random) -> list[int]:
        """The order in which the body's options are shown in one attempt."""

    def parse(self, values: Sequence[str], order: Sequence[int]) -> dict[str, Any] | None:
        """The response in a form's values; None when there is none. Raises Invalid for what can't be an answer."""

    def grade(self, solution: Solution, response: Response | None, max_mark: int) -> int:
        """Hundredths of a point for a response, from 0 to max_mark."""

    def show(self, body: Body, order: Sequence[int], response: Response | None) -> dict[str, Any]:
        """What the open template needs, and `values`, the form values of the response; knows no solution."""

    def review(
        self, body: Body, order: Sequence[int], response: Response | None, solution: Solution, full: bool
    ) -> dict[str, Any]:
        """What the review template needs; without `full` nothing that tells the right answer."""


class OptionsType:
    """The parts that all types with options share: a set of ticked options among some."""

    name: str
    content_model: type[QuestionContent]
    control: str  # the type of the inputs
    hint = ""  # how to answer, in words
    template = "quizzing/types/options.html"
    review_template = "quizzing/types/options_review.html"

    def order(self, body: Body, rng: random.Random) -> list[int]:
        shuffled = list(range(len(body["options"])))
        rng.shuffle(shuffled)
        return shuffled

    def parse(self, values: Sequence[str], order: Sequence[int]) -> dict[str, Any] | None:
        places = {_place(value, len(order)) for value in values}
        return {"chosen": sorted(order[place] for place in places)} if places else None

    def show(self, body: Body, order: Sequence[int], response: Response | None) -> dict[str, Any]:
        chosen = set(response["chosen"]) if response else set()
        options = [(place, Markup(body["options"][i]), i in chosen) for place, i in enumerate(order)]  # noqa: S704 - rendered by core.markdown when loaded
        return {
            "prompt": Markup(body["prompt"]),  # noqa: S704 - as above
            "options": options,
            "values": [str(place) for place, i in enumerate(order) if i in chosen],
            "hint": self.hint,
            "control": self.control,
        }

    def review(
        self, body: Body, order: Sequence[int], response: Response | None, solution: Solution, full: bool
    ) -> dict[str, Any]:
        chosen, right = set(response["chosen"]) if response else set(), set(solution["right"])
        options = [
            {
                "html": Markup(body["options"][i]),  # noqa: S704 - rendered by core.markdown when loaded
                "chosen": i in chosen,
                "right": (i in right) if full else None,
                "feedback": Markup(solution["feedback"][i]) if full else "",  # noqa: S704 - as above
            }
            for i in order
        ]
        # An explanation often gives the answer away, so it is for those who tried the question.
        told = solution["explanation"] if full or response else ""
        return {"prompt": Markup(body["prompt"]), "options": options, "explanation": Markup(told)}  # noqa: S704 - as above


class OneOptionType(OptionsType):
    """One option may be chosen, and it is right or it is not."""

    control = "radio"

    def parse(self, values: Sequence[str], order: Sequence[int]) -> dict[str, Any] | None:
        if len(values) > 1:
            raise Invalid(NOT_AN_ANSWER)
        return super().parse(values, order)

    def grade(self, solution: Solution, response: Response | None, max_mark: int) -> int:
        return max_mark if response and response["chosen"] == solution["right"] else 0


def _place(value: str, count: int) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= 3 and int(value) < count):
        raise Invalid(NOT_AN_ANSWER)
    return int(value)


def render_body(prompt: str, options: Iterable[str], prefix: str) -> dict[str, Any]:
    """The body of a question with options, as safe HTML."""
    return {
        "prompt": str(markdown.render(prompt, prefix).html),
        "options": [str(markdown.inline(option)) for option in options],
    }


def render_solution(right: Sequence[int], feedback: Iterable[str | None], explanation: str | None) -> dict[str, Any]:
    """The solution of a question with options, its texts as safe HTML."""
    return {
        "right": list(right),
        "feedback": [str(markdown.inline(text)) if text else "" for text in feedback],
        "explanation": str(markdown.inline(explanation)) if explanation else "",
    }
