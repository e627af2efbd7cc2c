"""How surveys and waves are told in words."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from app.core.pages import day, plural
from app.voice.rules.building import possible_values
from app.voice.rules.questions import FIELDS, Asked

MODES = {"anonymous": "Anonymous", "confidential": "Confidential", "named": "Named"}
PROMISES = {
    "anonymous": (
        "Nobody can tell who answered what. Answers carry no name, no group and no time, and figures are shown for the "
        "whole survey only, once there are at least 5 answers."
    ),
    "confidential": (
        "Answers carry no name and no time, but the coarse groups you choose below. A group’s figures are shown only "
        "if they point at nobody: at least 5 people in it, and at least 5 in what is left."
    ),
    "named": (
        "Answers carry the name of whoever gave them, and those who see results can read who said what. People are "
        "told so in large letters, and have to agree before they begin."
    ),
}
KINDS = {
    "rating": "Rating on a scale",
    "single": "One of several answers",
    "multiple": "Several answers",
    "ranking": "Ranking",
    "matrix": "Table of short questions",
    "text": "Free text",
    "process": "Which process",
}
KIND_HELP = {
    "rating": "1 to 5, 1 to 7 or 0 to 10, with words on the scale",
    "single": "People choose one",
    "multiple": "People choose as many as you allow",
    "ranking": "People put all of them in order",
    "matrix": "The same answers for several lines",
    "text": "People write in their own words",
    "process": "People choose from the list of processes",
}
STATES = {"planned": "Planned", "open": "Open", "closed": "Closed", "cancelled": "Called off"}
TAGS = {"planned": "neutral", "open": "good", "closed": "neutral", "cancelled": "neutral"}
SMALL, TOO_SMALL = 10, 5


def wave_state(wave: Any) -> str:
    """What a wave is doing, with the day that matters: "Open until 3 March 2026"."""
    if wave.state == "planned":
        return f"Opens {'on ' if day(wave.opens_on) != 'today' else ''}{day(wave.opens_on)}"
    if wave.state == "open":
        return f"Open until {day(wave.closes_on)}"
    if wave.state == "closed":
        return f"Closed, {plural(wave.answers or 0, 'answer')}"
    return STATES["cancelled"]


def audience(rule: Mapping[str, Any], by_link: bool) -> str:
    """Whom a wave asks, in a sentence."""
    if by_link:
        return "Anyone signed in who has the link"
    parts = []
    if rule.get("department"):
        parts.append(f"in {either(rule['department'])}")
    if rule.get("location"):
        parts.append(f"at {either(rule['location'])}")
    if rule.get("job_role"):
        parts.append(f"who work as {either(rule['job_role'])}")
    if rule.get("hired"):
        least, most = rule["hired"]
        parts.append(f"who began {least} to {plural(most, 'day')} before the wave opens")
    return f"People {', '.join(parts)}" if parts else "Everyone who works here"


def either(words: Sequence[str]) -> str:
    """ "Sales", "Sales or Support", "Sales, Service or Support"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def both(words: Sequence[str]) -> str:
    """ "wave 1", "wave 1 and wave 2"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def too_few(people: int, mode: str) -> str:
    """What to know before so few people are asked; "" when they are enough."""
    if people == 0:
        return "Nobody who works here fits this rule now."
    if people < TOO_SMALL and mode != "named":
        return (
            f"Only {plural(people, 'person', 'people')} would be asked. Nothing is ever shown of fewer than "
            f"{TOO_SMALL} answers, so this wave would tell you nothing. Ask more people."
        )
    if people < SMALL:
        return f"Only {plural(people, 'person', 'people')} would be asked. " + (
            f"Nothing is shown of fewer than {TOO_SMALL} answers: if half of them answer, you see no results."
            if mode != "named"
            else "So few answers tell about these people, and little about the company."
        )
    return ""


def segments(names: str) -> str:
    """Fields by which answers are compared, in words."""
    return both([FIELDS[name].lower() for name in names.split(",") if name in FIELDS]) if names else ""


def locked(waves: Sequence[Any]) -> str:
    """That open waves stay as they are; "" where there are none."""
    if not waves:
        return ""
    named = both([f"wave {one.number}" for one in waves])
    verb = "is" if len(waves) == 1 else "are"
    return f"{named[0].upper()}{named[1:]} {verb} being answered: changes count from the next wave."


def condition(question: Asked, questions: Sequence[Asked]) -> str:
    """When a question is asked; "" when always."""
    before = next((one for one in questions if one.key == question.shown_by), None)
    if before is None:
        return ""
    words = [text for value, text in possible_values(before) if value in question.shown_for]
    number = questions.index(before) + 1
    return f"Only if question {number} (“{before.text}”) is answered by {either([f'“{one}”' for one in words])}"


def facts(question: Asked) -> str:
    """What kind of question it is, in a line."""
    words = KINDS[question.kind]
    if question.kind == "rating":
        words = (
            f"eNPS, {question.low} to {question.high}"
            if question.enps
            else f"Rating, {question.low} to {question.high}"
        )
    if question.kind in {"single", "multiple", "ranking"}:
        words += f": {plural(len(question.options), 'answer')}"
    if question.kind == "matrix":
        words += f": {plural(len(question.rows), 'line')}, {plural(len(question.options), 'answer')}"
    if question.most:
        words += f", {question.most} at most"
    return f"{words} · has to be answered" if question.required else words


def days(texts: Sequence[str]) -> list[date]:
    """Days in ISO format as days."""
    return [date.fromisoformat(one) for one in texts]
