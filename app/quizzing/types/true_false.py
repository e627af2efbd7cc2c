"""A statement that is true or false, always shown in that order."""

import random
from typing import Any, Literal

from app.quizzing.types.base import Body, OneOptionType, QuestionContent, Words, render_body, render_solution


class TrueFalseContent(QuestionContent):
    type: Literal["true_false"]
    answer: bool
    true_feedback: Words | None = None
    false_feedback: Words | None = None


class TrueFalse(OneOptionType):
    name = "true_false"
    content_model = TrueFalseContent
    hint = "True or false?"

    def build(self, content: TrueFalseContent) -> tuple[dict[str, Any], dict[str, Any]]:
        body = render_body(content.prompt, ("True", "False"), content.id)
        feedback = (content.true_feedback, content.false_feedback)
        return body, render_solution([0 if content.answer else 1], feedback, content.explanation)

    def order(self, body: Body, rng: random.Random) -> list[int]:
        return [0, 1]


TRUE_FALSE = TrueFalse()
