"""Any number of options: every right one earns a share, every wrong one costs a share."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator

from app.quizzing.rules import choice_mark
from app.quizzing.types.base import OptionsType, QuestionContent, Response, Solution, render_body, render_solution
from app.quizzing.types.choices import Option, check_options, some_right, some_wrong


class MultipleChoiceContent(QuestionContent):
    type: Literal["multiple_choice"]
    # shares: points * max(0, r/C - w/W); all_or_nothing: points for exactly the right set.
    scoring: Literal["shares", "all_or_nothing"] = "shares"
    options: Annotated[list[Option], AfterValidator(check_options(some_right, some_wrong))]


class MultipleChoice(OptionsType):
    name = "multiple_choice"
    content_model = MultipleChoiceContent
    control = "checkbox"
    hint = "Choose all that apply."

    def build(self, content: MultipleChoiceContent) -> tuple[dict[str, Any], dict[str, Any]]:
        right = [i for i, option in enumerate(content.options) if option.correct]
        body = render_body(content.prompt, (option.text for option in content.options), content.id)
        solution = render_solution(right, (option.feedback for option in content.options), content.explanation)
        return body, {**solution, "whole": content.scoring == "all_or_nothing"}

    def grade(self, solution: Solution, response: Response | None, max_mark: int) -> int:
        chosen = response["chosen"] if response else []
        return choice_mark(chosen, solution["right"], len(solution["feedback"]), max_mark, whole=solution["whole"])


MULTIPLE_CHOICE = MultipleChoice()
