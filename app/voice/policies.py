"""Who asks, who answers, who reads what was found, and who looks after the board."""

from typing import Any

from app.accounts.models import Person, Role
from app.core.db import db
from app.voice.models import Participant

BUILDS = (Role.CHAMPION, Role.HR)
SEES_RESULTS = (Role.CHAMPION, Role.HR, Role.EXECUTIVE)


def can_see_voice(person: Person, _obj: object = None) -> bool:
    """Everyone."""
    return True


def can_answer_survey(person: Person, wave: Any) -> bool:
    """Whoever is asked; anyone who has the link where it goes by link."""
    return bool(wave.by_link) or db.session.get(Participant, (wave.id, person.id)) is not None


def can_build_surveys(person: Person, _obj: object = None) -> bool:
    """Champions and HR."""
    return person.has_role(*BUILDS)


def can_see_survey_results(person: Person, _obj: object = None) -> bool:
    """Champions, HR and executives, all of them the same figures. Administrators have no part in it."""
    return person.has_role(*SEES_RESULTS)


def can_report_blocker(person: Person, _obj: object = None) -> bool:
    """Everyone."""
    return True


def can_see_blocker(person: Person, blocker: Any) -> bool:
    """Everyone; a draft only whoever it is for."""
    return bool(blocker.state != "draft" or blocker.reporter_id == person.id)


def can_edit_blocker(person: Person, blocker: Any) -> bool:
    """Whoever the draft is for."""
    return bool(blocker.state == "draft" and blocker.reporter_id == person.id)


def can_triage_blockers(person: Person, _obj: object = None) -> bool:
    """Champions."""
    return person.has_role(Role.CHAMPION)


def can_update_blocker(person: Person, blocker: Any) -> bool:
    """Its owner, and champions."""
    return bool(blocker.state != "draft") and (blocker.owner_id == person.id or person.has_role(Role.CHAMPION))


def can_see_unanswered(person: Person, _obj: object = None) -> bool:
    """Executives and those who run the programme."""
    return person.has_role(*SEES_RESULTS)
