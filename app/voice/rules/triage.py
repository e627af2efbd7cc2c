"""How a blocker moves from state to state, and what each state asks for."""

from collections.abc import Sequence

STATE_WORDS = {
    "draft": "Draft",
    "new": "New",
    "understood": "Understood",
    "planned": "Planned",
    "in_progress": "In progress",
    "fixed": "Fixed",
    "wont_fix": "Won’t be fixed",
}
WAY = ("new", "understood", "planned", "in_progress", "fixed")  # each may be reached from any before it
DATED = ("planned", "in_progress")  # there is a day for it


def moves(state: str) -> Sequence[str]:
    """The states that can follow, the present one among them; a draft is its writer's alone."""
    return () if state == "draft" else (*WAY, "wont_fix")


def is_back(before: str, after: str) -> bool:
    """Whether a move takes back something that people were told: it needs a note that says why."""
    if after in {before, "wont_fix"}:
        return False
    return before == "wont_fix" or WAY.index(after) < WAY.index(before)
