"""What the pages of a ballot say: what is promised, how long it takes, when a question is asked."""

import math
from collections.abc import Mapping
from datetime import date

from app.voice.rules.confidentiality import QUOTES, K
from app.voice.rules.questions import FIELDS, Asked, Definition

_SECONDS = {"rating": 8, "single": 10, "multiple": 15, "ranking": 30, "text": 45, "process": 20}
_A_LINE = 6  # seconds for a line of a matrix
COLLECT = "Collect your ticket first"


def minutes_for(definition: Definition) -> int:
    """About how many minutes it takes, by the kinds of questions."""
    seconds = sum(_SECONDS.get(one.kind, _A_LINE * len(one.rows)) for one in definition.questions)
    return max(1, math.ceil(seconds / 60))


def spelled(day: date) -> str:
    """A date in words that are the same for everybody: "3 March 2026"."""
    return f"{day.day} {day:%B %Y}"


def kept(mode: str) -> str:
    """What goes with the answers, in a line."""
    return {
        "anonymous": "Anonymous: your name is not kept with your answers.",
        "confidential": "Confidential: your name is not kept with your answers, a few coarse facts are.",
        "named": "With your name: those who read the answers see who gave them.",
    }[mode]


def goes_in_as(name: str) -> str:
    """Whose name goes with the answers, for whoever sits at this browser now."""
    return f"These answers go in as {name}. Not you? Close this page."


def promise(mode: str) -> list[str]:
    """What becomes of the answers, in sentences."""
    if mode == "named":
        return [
            "Your name is kept with your answers and with what you write.",
            "Champions, HR and executives can read each answer and who gave it, from the day the survey closes.",
            "You don’t have to take part. Leave it unanswered if you would rather not be named.",
        ]
    facts = "The coarse facts below, and nothing finer, go" if mode == "confidential" else "Nothing about you goes"
    return [
        "That you collected your ticket is noted, so that you can answer once. What you answer with it is kept "
        "elsewhere, with nothing that leads from one to the other: no name, no number, no time.",
        f"{facts} with your answers. Nobody can look up which ones are yours, administrators included.",
        "While the survey is open your answers are locked, and nobody sees any result.",
        f"Afterwards figures are shown only of {K} people or more, and never so that somebody’s answer follows from "
        f"them. What people wrote is shown from {QUOTES} texts on, for everyone together and in no order.",
        "Your own words can give you away. Leave out names, and what only you could know.",
    ]


def facts(segments: Mapping[str, str]) -> list[tuple[str, str]]:
    """The coarse fields that go with the answers, in words."""
    return [(FIELDS.get(name, name), value) for name, value in segments.items()]


def when(definition: Definition, question: Asked) -> str:
    """When a question is asked that depends on another; "" when it always is."""
    before = definition.question(question.shown_by) if question.shown_by else None
    if before is None:
        return ""
    number = definition.questions.index(before) + 1
    told = [words for value in _in_order(before) if value in question.shown_for and (words := _told(before, value))]
    chosen = " or ".join(f"“{one}”" for one in told)
    return f"Only if your answer to question {number} is {chosen}." if chosen else f"Only after question {number}."


def _in_order(question: Asked) -> list[str]:
    if question.kind == "rating":
        return [str(one) for one in question.scale]
    if question.kind == "matrix":
        return [f"{row.key}={option.key}" for row in question.rows for option in question.options]
    return [one.key for one in question.options]


def _told(question: Asked, value: str) -> str:
    if question.kind == "rating":
        return value
    options = {one.key: one.text for one in question.options}
    if question.kind == "matrix":
        row, _, option = value.partition("=")
        return f"{next(one.text for one in question.rows if one.key == row)}: {options[option]}"
    return options[value]
