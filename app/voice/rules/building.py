"""What makes a question that can be asked, while it is being written. Pure.

Messages are by field of the form that a question is written with: text, help, options, rows, most, labels, scale, when.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from app.voice.rules.questions import FIELDS, KINDS, LONGEST_TEXT, MODES, Asked, Choice

LONGEST_TITLE, LONGEST_PURPOSE = 200, 2000
LONGEST_QUESTION = 500  # characters of its text, and of its help
LONGEST_OPTION = 200
LONGEST_LABEL = 60
MOST_OPTIONS = {"single": 20, "multiple": 20, "ranking": 10, "matrix": 7}
MOST_ROWS = 12
SCALES = {"1-5": (1, 5), "1-7": (1, 7), "0-10": (0, 10)}
BRANCHING = ("rating", "single", "multiple")  # kinds whose answers can decide what is asked later
_LONGEST_KEY = 30


def keyed(texts: Sequence[str], before: Sequence[Choice] = ()) -> list[dict[str, str]]:
    """Options with their keys: the one that had the text before, else the one that had the place and lost its text.

    Trends compare answers by key, so that a corrected word starts nothing new. Others get a key made of their text.
    """
    by_text = {one.text: one.key for one in before}
    kept = {text: by_text[text] for text in texts if text in by_text}
    free = {at: one.key for at, one in enumerate(before) if one.text not in kept}
    taken = {one.key for one in before}
    found = []
    for at, text in enumerate(texts):
        key = kept.pop(text, None) or free.pop(at, None) or _key(text, taken)
        taken.add(key)
        found.append({"key": key, "text": text})
    return found


def _key(text: str, taken: set[str]) -> str:
    """ "too-slow", with a number behind where that is taken."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "-", plain)[:_LONGEST_KEY].strip("-") or "option"
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return next(key for key in (stem, *numbered) if key not in taken)


def labels_of(lines: Sequence[str], low: int, high: int) -> dict[str, str] | None:
    """The words on a scale: none, two for its ends, or one for each step; None for any other number of lines."""
    if len(lines) == high - low + 1:
        return {str(value): text for value, text in zip(range(low, high + 1), lines, strict=True)}
    if len(lines) == 2:
        return {str(low): lines[0], str(high): lines[1]}
    return None if lines else {}


def possible_values(question: Asked) -> list[tuple[str, str]]:
    """The answers that can decide whether a later question is asked: value and words."""
    if question.kind == "rating":
        return [(str(one), _rating_words(question, one)) for one in question.scale]
    if question.kind in {"single", "multiple"}:
        return [(one.key, one.text) for one in question.options]
    return []


def _rating_words(question: Asked, value: int) -> str:
    label = question.labels.get(value)
    return f"{value} ({label})" if label else str(value)


def faults(question: Asked, earlier: Sequence[Asked]) -> dict[str, str]:
    """What keeps this question from being asked after those, by field; empty when nothing does."""
    found: dict[str, str] = {}
    if question.kind not in KINDS:
        return {"kind": "Choose what kind of question it is."}
    if not question.text:
        found["text"] = "Write the question."
    for name, text in (("text", question.text), ("help", question.help)):
        if len(text) > LONGEST_QUESTION:
            found[name] = _too_long(text, LONGEST_QUESTION)
    found |= _content_faults(question)
    if message := _branch_fault(question, earlier):
        found["when"] = message
    return found


def _content_faults(question: Asked) -> dict[str, str]:
    found: dict[str, str] = {}
    if question.kind == "rating":
        found |= _scale_faults(question)
    most = MOST_OPTIONS.get(question.kind)
    if most is not None and (message := _choices_fault(question.options, 2, most)):
        found["options"] = message
    if question.kind == "matrix" and (message := _choices_fault(question.rows, 1, MOST_ROWS)):
        found["rows"] = message
    if question.kind == "multiple" and question.most is not None and not 1 <= question.most <= len(question.options):
        found["most"] = f"Enter a number from 1 to {len(question.options)}, or leave it empty."
    if question.kind == "process" and question.most is not None and not 1 <= question.most <= MOST_OPTIONS["multiple"]:
        found["most"] = "Enter a number from 1 to 20, or leave it empty."
    if question.kind == "text" and not 1 <= question.longest <= LONGEST_TEXT:
        found["longest"] = f"Enter a number from 1 to {LONGEST_TEXT}."
    return found


def _scale_faults(question: Asked) -> dict[str, str]:
    if not 0 <= question.low < question.high <= 10:
        return {"scale": "A scale has at least two steps, and goes from 0 or more to 10 or less."}
    if question.enps and (question.low, question.high) != (0, 10):
        return {"scale": "An eNPS is asked from 0 to 10."}
    if not set(question.labels) <= set(question.scale):
        return {"labels": "There are words for a step that the scale does not have."}
    if any(len(text) > LONGEST_LABEL for text in question.labels.values()):
        return {"labels": f"Keep the words for a step to {LONGEST_LABEL} characters."}
    return {}


def _choices_fault(choices: Sequence[Choice], least: int, most: int) -> str:
    texts = [one.text.casefold() for one in choices]
    if len(choices) < least or not all(texts):
        return f"Write at least {'two' if least == 2 else 'one'}, each on a line of its own."
    if len(choices) > most:
        return f"Keep it to {most}: nobody weighs more than that against each other."
    twice = next((one.text for at, one in enumerate(choices) if one.text.casefold() in texts[:at]), "")
    if twice:
        return f"“{twice[:60]}” is there twice."
    if len({one.key for one in choices}) < len(choices):
        return "Two of them have the same key."
    if any(len(text) > LONGEST_OPTION for text in texts):
        return f"Keep each of them to {LONGEST_OPTION} characters."
    return ""


def _branch_fault(question: Asked, earlier: Sequence[Asked]) -> str:
    if not question.shown_by and not question.shown_for:
        return ""
    before = next((one for one in earlier if one.key == question.shown_by), None)
    if before is None:
        return "Only an earlier question can decide whether this one is asked."
    if before.kind not in BRANCHING:
        return "Only ratings and choices can decide whether a later question is asked."
    if not question.shown_for:
        return "Choose at least one answer after which it is asked."
    if not question.shown_for <= {value for value, _ in possible_values(before)}:
        return "Choose among the answers that the earlier question has now."
    return ""


def order_fault(questions: Sequence[Asked]) -> str:
    """What branching does not allow about this order, in a sentence; "" when it holds."""
    by_key = {one.key: one for one in questions}
    for at, question in enumerate(questions):
        if not _branch_fault(question, questions[:at]):
            continue
        before = by_key.get(question.shown_by)
        if before is None:
            return f"“{_short(question)}” is asked only after certain answers to it. Change that first."
        if before not in questions[:at]:
            return f"“{_short(question)}” is asked only after certain answers to “{_short(before)}”, so it comes later."
        return f"“{_short(question)}” is asked only after an answer that this takes away. Change that first."
    return ""


def _short(question: Asked) -> str:
    return question.text if len(question.text) <= 60 else f"{question.text[:57]}…"


def _too_long(text: str, longest: int) -> str:
    return f"Make it shorter: it has {len(text):,} characters, and there is room for {longest:,}."


def survey_faults(facts: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with a survey's title, purpose, mode and segments (a list of field names), by field."""
    found: dict[str, str] = {}
    if not facts["title"]:
        found["title"] = "Enter a title. Those who are asked read it."
    for name, longest in (("title", LONGEST_TITLE), ("purpose", LONGEST_PURPOSE)):
        if len(facts[name]) > longest:
            found[name] = _too_long(facts[name], longest)
    if facts["mode"] not in MODES:
        found["mode"] = "Choose one of the three."
    segments = facts["segments"]
    if not set(segments) <= set(FIELDS):
        found["segments"] = "Choose among the fields there are."
    elif facts["mode"] == "confidential" and not segments:
        found["segments"] = "Choose at least one. Without any, ask anonymously: it promises more and costs you nothing."
    elif facts["mode"] != "confidential" and segments:
        found["segments"] = "Groups are compared in confidential surveys only."
    return found
