"""Words for what a blocker is."""

from app.core.pages import plural

FREQUENCIES = {
    "daily": "Every day",
    "weekly": "Every week",
    "monthly": "Every month",
    "rarely": "Now and then",
}


def reach(votes: int) -> str:
    """How many meet it: those who said so, and whoever reported it."""
    return plural(votes + 1, "person meets this", "people meet this")
