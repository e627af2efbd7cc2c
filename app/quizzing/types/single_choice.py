"""One option of several."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator

from app.quizzing.types.base import OneOptionType, QuestionContent, render_body, render_solution
from app.quizzing.types.choices import Option, check_options, one_right


class SingleChoiceContent(QuestionContent):
    type: Literal["single_choice"]
    options: Annotated[list[Option], AfterValidator(check_options(one_right))]


class SingleChoice(OneOptionType):
    name = "single_choice"
    content_model = SingleChoiceContent

    def build(self, content: SingleChoiceContent) -> tuple[dict[str, Any], dict[str, Any]]:
        right = [i for i, option in enumerate(content.options) if option.correct]
        body = render_body(content.prompt, (option.text for option in content.options), content.id)
        return body, render_solution(right, (option.feedback for option in content.options), content.explanation)


SINGLE_CHOICE = SingleChoice()
