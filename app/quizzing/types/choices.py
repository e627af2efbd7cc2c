"""Options as authors write them, for the types that have a list of them."""

from collections import Counter
from collections.abc import Callable, Sequence

from app.core.content import StrictModel
from app.quizzing.types.base import Words


class Option(StrictModel):
    text: Words
    feedback: Words | None = None
    correct: bool = False


def check_options(*checks: Callable[[Sequence[Option]], str | None]) -> Callable[[list[Option]], list[Option]]:
    """A validator that says all that is wrong with a list of options at once."""

    def validate(options: list[Option]) -> list[Option]:
        found = [message for check in (enough, distinct, *checks) if (message := check(options))]
        if found:
            raise ValueError("; ".join(found))
        return options

    return validate


def enough(options: Sequence[Option]) -> str | None:
    return None if len(options) >= 2 else "give at least two options"


def distinct(options: Sequence[Option]) -> str | None:
    counts = Counter(" ".join(option.text.split()).casefold() for option in options)
    twice = [text for text, count in counts.items() if count > 1]
    return f"the same option is given twice: {', '.join(twice)}" if twice else None


def some_right(options: Sequence[Option]) -> str | None:
    return None if any(option.correct for option in options) else "no option is right: mark one with `correct: true`"


def one_right(options: Sequence[Option]) -> str | None:
    count = sum(option.correct for option in options)
    return f"{count} options are right; a single choice has one" if count > 1 else some_right(options)


def some_wrong(options: Sequence[Option]) -> str | None:
    return "every option is right: there is nothing to choose" if all(option.correct for option in options) else None
