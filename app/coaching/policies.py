"""Who sees which record of coaching, who writes it, and who sets what people are measured against."""

from typing import Any

from app.accounts.models import Person, Role
from app.accounts.queries import is_below
from app.coaching.models import CalibrationRater
from app.core.db import db

RUNS_COACHING = (Role.HR, Role.CHAMPION)
SEES_FIGURES = (Role.HR, Role.CHAMPION, Role.EXECUTIVE)


def can_see_coaching(person: Person, _obj: object = None) -> bool:
    """Everyone has a page of their own; what else it shows is limited in the query."""
    return True


def can_see_coaching_of(person: Person, other: Person) -> bool:
    """Oneself and those above: coaching is between the two and their line, whatever roles others have."""
    return other.id == person.id or is_below(person.id, other.id)


def can_coach(person: Person, other: Person) -> bool:
    """Those above."""
    return other.active and is_below(person.id, other.id)


def can_observe(person: Person, other: Person) -> bool:
    """Those above, peers with the same supervisor, and oneself."""
    if not other.active:
        return False
    peers = other.manager_id is not None and other.manager_id == person.manager_id
    return other.id == person.id or peers or is_below(person.id, other.id)


def can_see_observation(person: Person, observation: Any) -> bool:
    """Whoever made it; once it is kept also the one observed and those above, and its second reader."""
    if observation.observer_id == person.id:
        return True
    if observation.state == "draft":
        return False
    return (
        observation.person_id == person.id
        or is_below(person.id, observation.person_id)
        or can_decide_dispute(person, observation)
    )


def can_dispute_observation(person: Person, observation: Any) -> bool:
    """The one observed, by another, once it is kept."""
    return bool(
        observation.person_id == person.id and observation.observer_id != person.id and observation.state != "draft"
    )


def can_decide_dispute(person: Person, observation: Any) -> bool:
    """The second reader; where there is none, any champion. Never one of the two who disagree.

    `observation` has the columns of Observation and `reader_id` and `disputed` (whether there is a dispute at all).
    """
    if not observation.disputed or person.id in {observation.person_id, observation.observer_id}:
        return False
    if observation.reader_id is None:
        return person.has_role(Role.CHAMPION)
    return bool(observation.reader_id == person.id)


def can_see_session(person: Person, session: Any) -> bool:
    """The two who talk, and those above the one coached."""
    return person.id in {session.person_id, session.supervisor_id} or is_below(person.id, session.person_id)


def can_hold_session(person: Person, session: Any) -> bool:
    """Whoever planned it, for as long as the one coached reports to them."""
    return bool(session.supervisor_id == person.id) and is_below(person.id, session.person_id)


def can_answer_session(person: Person, session: Any) -> bool:
    """The one coached."""
    return bool(session.person_id == person.id)


def can_close_action(person: Person, action: Any) -> bool:
    """Its owner, and those above the one coached."""
    return bool(action.owner_id == person.id) or is_below(person.id, action.person_id)


def can_see_benchmarks(person: Person, _obj: object = None) -> bool:
    """Supervisors and those who run coaching; others see on their own page what holds for them."""
    return person.is_supervisor or person.has_role(*RUNS_COACHING)


def can_run_coaching(person: Person, _obj: object = None) -> bool:
    """HR and champions: the company's benchmarks, the cadence, the rubric, calibrations."""
    return person.has_role(*RUNS_COACHING)


def can_set_team_benchmarks(person: Person, lead_id: int) -> bool:
    """A supervisor, for those who report to them directly."""
    return person.is_supervisor and person.id == lead_id


def can_calibrate(person: Person, calibration: Any) -> bool:
    """Whoever was asked to score it."""
    return db.session.get(CalibrationRater, (calibration.id, person.id)) is not None


def can_see_coverage(person: Person, _obj: object = None) -> bool:
    """Supervisors, of those below them; those who see the company's figures, of all."""
    return person.is_supervisor or person.has_role(*SEES_FIGURES)


def can_see_effects(person: Person, _obj: object = None) -> bool:
    """Those who see the company's figures."""
    return person.has_role(*SEES_FIGURES)
