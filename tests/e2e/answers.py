"""The right answers, by the words of a question: what someone knows who has read the quiz files."""

import re
from functools import cache
from pathlib import Path

import yaml

from tests.e2e.serving import ROOT


def words(text: str) -> str:
    """A prompt without its marks and spaces, as it is found in Markdown and in the page alike."""
    return re.sub(r"[\W_]+", "", text).casefold()


def option_words(text: str) -> str:
    """Options are often numbers: signs and points are part of them."""
    kept = re.sub(r"[^\w%+−<>=/×.,-]+|[_*`]", "", text.replace("\u00a0", ""))
    return kept.replace("−", "-").casefold()


@cache
def right_answers(root: Path = ROOT) -> dict[str, frozenset[str]]:
    """By the words of a prompt: the words of every right option."""
    known: dict[str, frozenset[str]] = {}
    for path in sorted((root / "quizzes").glob("*.yaml")):
        for question in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["questions"]:
            if question["type"] == "true_false":
                right = frozenset({"true" if question["answer"] else "false"})
            else:
                right = frozenset(option_words(o["text"]) for o in question["options"] if o.get("correct"))
            known[words(question["prompt"])] = right
    return known


def is_right(prompt: str, option: str) -> bool:
    """Whether an option, as shown, is a right answer to the prompt, as shown. Raises KeyError for unknown prompts."""
    return option_words(option) in right_answers()[words(prompt)]
