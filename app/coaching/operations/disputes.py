"""Disputing an observation: a second reader decides whether it stands; until then it counts for nothing."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app.accounts.models import Person
from app.coaching.models import Dispute, Observation
from app.coaching.operations.gaps import look_for_gaps
from app.coaching.queries.disputes import second_reader
from app.core.db import db, insert_for
from app.core.errors import Conflict, Invalid, NotAllowed

DECISIONS = ("stands", "struck")
LONGEST_REASON = 5_000
DISPUTED = "You have disputed this observation already; what you wrote then stays as it was."
DECIDED = "This dispute was decided already; the decision stays as it was."


def raise_dispute(observation: Any, person: Person, reason: str, now: datetime) -> bool:
    """The one observed disagrees. True at the first time; the same words again change nothing.

    `observation` is the object or its columns. Raises Invalid without a reason and Conflict when it was disputed
    already, or is no kept observation.
    """
    _refuse_reason(reason, "Say what you see otherwise; the second reader decides by it.")
    if observation.person_id != person.id or observation.observer_id == person.id:
        raise NotAllowed("Only whoever was observed can dispute an observation.")
    if observation.state == "draft":
        raise Conflict("This observation is not kept yet.")
    values = {
        "observation_id": observation.id,
        "reason": reason,
        "raised_at": now,
        "reader_id": second_reader(observation.person_id, observation.observer_id),
        "decision_reason": "",
    }
    statement = insert_for(Dispute).values(**values).on_conflict_do_nothing(index_elements=["observation_id"])
    if not db.session.execute(statement.returning(Dispute.observation_id)).scalar():
        if lock(observation.id).reason != reason:
            raise Conflict(DISPUTED)
        return False
    look_for_gaps([person.id], now)
    return True


def decide(observation: Any, reader: Person, decision: str, reason: str, now: datetime) -> bool:
    """The second reader says whether the observation stands or is struck. True at the first time; it stays so.

    The same once more changes nothing; anything else raises Conflict. Raises Invalid without a reason.
    """
    if decision not in DECISIONS:
        raise Invalid("", {"decision": "Choose one of the two."})
    _refuse_reason(reason, "Say why; both of them read it.")
    if reader.id in {observation.person_id, observation.observer_id}:
        raise NotAllowed("Someone else decides: you are one of the two who disagree.")
    dispute = lock(observation.id)
    if dispute.decision is not None:
        if (dispute.decision, dispute.decision_reason, dispute.decided_by_id) != (decision, reason, reader.id):
            raise Conflict(DECIDED)
        return False
    dispute.decision, dispute.decision_reason = decision, reason
    dispute.decided_by_id, dispute.decided_at = reader.id, now
    if decision == "struck":
        db.session.execute(update(Observation).where(Observation.id == observation.id).values(state="struck"))
    db.session.flush()
    look_for_gaps([observation.person_id], now)
    return True


def lock(observation_id: int) -> Dispute:
    """The dispute as it is now, for this transaction alone. Raises Conflict where there is none."""
    found = db.session.scalar(
        select(Dispute)
        .where(Dispute.observation_id == observation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Conflict("Nobody disputes this observation.")
    return found


def _refuse_reason(reason: str, words: str) -> None:
    if not reason:
        raise Invalid(words, {"reason": words})
    if len(reason) > LONGEST_REASON:
        room = f"There is room for {LONGEST_REASON:,} characters; this has {len(reason):,}."
        raise Invalid(room, {"reason": room})
