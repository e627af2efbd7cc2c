"""How many people each survey asked: what response rates are worked out from."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from sqlalchemy import select, tuple_

from app.core.db import db, insert_for
from app.nps.models import SurveyInvitations
from app.nps.operations.tallies import lock_responses
from app.nps.operations.vocabulary import Labels

Month = tuple[int, date]  # a survey's label, and the first day of the month


def note_invitations(asked: Mapping[tuple[str, date], int]) -> Counter[str]:
    """Keep how many each survey (by its name) asked in each month (by its first day); the last word counts.

    Returns how many were added, changed and unchanged. A survey that is new becomes known.
    """
    lock_responses()  # surveys are labels, and those are added under this lock
    labels = Labels()
    labels.learn("survey", {survey for survey, _ in asked})
    wanted = {(labels.find("survey", survey) or 0, month): number for (survey, month), number in asked.items()}
    present = _present(wanted)
    counts = Counter({"added": 0, "changed": 0, "unchanged": 0})
    counts.update(
        "added" if month not in present else "changed" if present[month] != number else "unchanged"
        for month, number in wanted.items()
    )
    statement = insert_for(SurveyInvitations)
    statement = statement.on_conflict_do_update(
        index_elements=["survey_id", "month"], set_={"asked": statement.excluded.asked}
    )
    rows = [{"survey_id": survey, "month": month, "asked": number} for (survey, month), number in wanted.items()]
    db.session.execute(statement, rows)
    return counts


def _present(wanted: Mapping[Month, int]) -> dict[Month, int]:
    key = tuple_(SurveyInvitations.survey_id, SurveyInvitations.month)
    rows = db.session.scalars(select(SurveyInvitations).where(key.in_(list(wanted))))
    return {(row.survey_id, row.month): row.asked for row in rows}
