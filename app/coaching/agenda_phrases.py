"""The agenda in words: shown while a session is prepared, and kept with the record when it is held."""

from typing import Any

from app.coaching import phrases
from app.coaching.queries.agenda import Agenda
from app.core.pages import day


def items(agenda: Agenda) -> list[dict[str, Any]]:
    """What is kept of an agenda: kind and text. Customers' words are pointed to, never copied."""
    found: list[dict[str, Any]] = [
        {"kind": "gap", "text": f"{line.measure.name}: {phrases.found(line)}, asked for {phrases.asked(line)}"}
        for line in agenda.gaps
    ]
    found += [{"kind": "action", "text": f"{one.text} ({action_state(one)})"} for one in agenda.actions]
    found += [{"kind": "response", "text": "", "response_id": one.id} for one in (*agenda.good, *agenda.other)]
    found += [{"kind": matter.kind, "text": matter_words(matter)} for matter in agenda.matters]
    found += [{"kind": "assignment", "text": f"Module “{one.title}”"} for one in agenda.assignments]
    found += [{"kind": "topic", "text": one.text} for one in agenda.topics]
    return found


def matter_words(matter: Any) -> str:
    return f"{matter.text}: {day(matter.due)}" if matter.due else str(matter.text)


def action_state(action: Any) -> str:
    """ "done on 3 March", "until Friday, 6 March"."""
    if action.state == "open":
        return f"until {day(action.due_on)}"
    return f"{action.state} {day(action.closed_on)}"
