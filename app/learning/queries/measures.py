"""How far someone has come in the courses, as a measure."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import func, select

from app.core.db import db
from app.core.measures import Cell, Day, Known, Measure
from app.learning.models import CourseCompletion, CourseVersion

KEY = "training"
SUPERVISORS = "supervisors"  # the audience whose courses others need not take


class Training:
    """Share of the courses for frontline people that are completed; a core.measures.MeasureSource."""

    def measures(self) -> Sequence[Measure]:
        return [Measure(KEY, "Courses completed", "%", 0, 100, sampled=False, wanted="all completed")]

    def known(self, keys: Sequence[str], people: Sequence[int], today: date) -> Mapping[Cell, Known]:
        """One statement."""
        asked = select(CourseVersion.course_id).where(CourseVersion.is_current, CourseVersion.audience != SUPERVISORS)
        all_of_them = select(func.count()).select_from(asked.subquery()).scalar_subquery()
        statement = (
            select(CourseCompletion.person_id, func.count(), all_of_them)
            .where(CourseCompletion.person_id.in_(people), CourseCompletion.course_id.in_(asked))
            .group_by(CourseCompletion.person_id)
        )
        found = {person: Known(value=0.0, words="No course completed yet") for person in people}
        for person, done, total in db.session.execute(statement):
            found[person] = Known(value=100.0 * done / total, words=f"{done} of {total} courses completed")
        return {(person, KEY): known for person, known in found.items()}

    def days(self, keys: Sequence[str], people: Sequence[int], first: date, last: date) -> Mapping[Cell, list[Day]]:
        """A fact has no observations."""
        return {}
