"""What was done to a blocker, in the words of a page or a mail."""

from collections.abc import Mapping
from typing import Any

from app.voice.rules.triage import STATE_WORDS

KINDS = {"lesson": "Lesson", "case": "Case", "plan": "Plan", "coaching-action": "Coaching"}
LINKS = {
    "lesson": "A lesson that says otherwise",
    "case": "The case that fixes it",
    "plan": "The plan that fixes it",
    "coaching-action": "Named in a coaching talk",
}
STATE_HELP = {
    "new": "nobody looked into it yet",
    "understood": "you know what it is about",
    "planned": "there is a day for it",
    "in_progress": "it is being fixed",
    "fixed": "say what was done",
    "wont_fix": "say why",
}
_CHANGED = {
    "target_on": ("It is to be fixed by {after}.", "It has no day any more; it was to be fixed by {before}."),
    "silo": ("{after} can fix it.", "Who can fix it is open again."),
    "driver": ("It touches what customers rate as “{after}”.", "It touches no driver of its own any more."),
    "reason": ("Why it won’t be fixed: {after}", "The reason why it would not be fixed was taken back."),
    "we_did": ("What was done: {after}", "What was said to be done was taken back."),
    "owner": ("{after} takes care of it.", "It has no owner any more."),
}
_TOLD = {
    "merged_into": "It was merged into “{title}”.",
    "merged": "“{title}” was merged into it.",
    "unmerged_from": "It stands by itself again; it had been merged into “{title}”.",
    "unmerged": "“{title}” stands by itself again.",
    "split": "A part of it became a blocker of its own: “{title}”.",
    "split_from": "It was split from “{title}”.",
}


def sentences(what: Mapping[str, Any]) -> list[str]:
    """What a BlockerChange says, the state first."""
    order = ("state", "owner", *(field for field in what if field not in {"state", "owner"}))
    return [said for field in order if field in what and (said := _sentence(field, what[field]))]


def _sentence(field: str, said: Any) -> str:
    if field == "state":
        return f"It is “{said[1]}” now; it was “{said[0]}”."
    if field == "owner":
        return _CHANGED[field][said[1] == "nobody"].format(before=said[0], after=said[1])
    if field in _CHANGED:
        return _CHANGED[field][not said[1]].format(before=said[0], after=said[1])
    if field in _TOLD:
        return _TOLD[field].format(title=said["title"])
    if field in {"linked", "unlinked"}:
        kind = LINKS.get(said["kind"], "Something else")
        return f"{kind} was linked." if field == "linked" else f"The link was taken back: {kind[0].lower()}{kind[1:]}."
    return ""


def state_choices() -> list[tuple[str, str]]:
    """The states to choose from, each with what it means."""
    return [(state, f"{STATE_WORDS[state]}: {words}") for state, words in STATE_HELP.items()]
