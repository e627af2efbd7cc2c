"""What observations and disputes are called on pages."""

from typing import Any

from app.coaching.phrases import CHANNELS

WHAT = {"call": "A call", "chat": "A chat", "mail": "An e-mail", "visit": "A visit", "other": "Something else"}
TITLES = {
    "disputes": "Disputes for you to decide",
    "drafts": "Your drafts",
    "about": "About your work",
    "made": "What you observed",
}


def state(row: Any) -> tuple[str, str] | None:
    """The shape and the words of what an observation's state is; nothing for one that simply counts."""
    if row.state == "draft":
        return ("neutral", "Draft")
    if row.state == "struck":
        return ("bad", "Struck: counts for nothing")
    if row.disputed and row.decision is None:
        return ("watch", "Disputed: counts for nothing until decided")
    if row.decision == "stands":
        return ("good", "Stands after a second reading")
    return None


def channel(row: Any) -> str:
    return CHANNELS[row.channel]


def title(row: Any, viewer_id: int) -> str:
    """What the page of an observation is called."""
    if row.kind == "self":
        return "How you see it yourself" if row.person_id == viewer_id else f"How {row.person_name} sees it"
    return "An observation of your work" if row.person_id == viewer_id else f"An observation of {row.person_name}"


def whose(row: Any, viewer_id: int) -> str:
    """Who saw whom, in a list, without the viewer: "Anna Agentson", "by Lena Lead", "Anna Agentson, by Lena Lead"."""
    if row.kind == "self":
        return "how you see it yourself" if row.person_id == viewer_id else f"how {row.person_name} sees it"
    if row.observer_id == viewer_id:
        return str(row.person_name)
    return f"by {row.observer_name}" if row.person_id == viewer_id else f"{row.person_name}, by {row.observer_name}"


def reader(row: Any, viewer_id: int) -> str:
    """Who decides about a dispute."""
    if row.reader_id is None:
        return "a champion of the programme"
    return "you" if row.reader_id == viewer_id else str(row.reader_name)
