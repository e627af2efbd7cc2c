"""What facts of other slices mean for talks that are planned and for what was agreed."""

from flask import Flask

from app.coaching.operations.actions import close_modules
from app.coaching.operations.planning import withdraw_sessions_of_former_supervisors
from app.core.bus import subscribe
from app.events import CourseCompleted, PeopleChanged


def on_people_changed(fact: PeopleChanged) -> None:
    withdraw_sessions_of_former_supervisors(fact.person_ids, fact.at)


def on_course_completed(fact: CourseCompleted) -> None:
    close_modules(fact.person_id, fact.course_slug, fact.at)


def init_app(app: Flask) -> None:
    subscribe(app, PeopleChanged, on_people_changed)
    subscribe(app, CourseCompleted, on_course_completed)
