"""What a fact means for certification: the person's standing is looked at again."""

from datetime import datetime

from flask import Flask

from app.certification import operations, queries
from app.core import clock
from app.core.bus import subscribe
from app.events import AttemptStarted, CourseCompleted, LessonCompleted, PeopleChanged, QuizPassed
from app.quizzing.cycles import set_cycle_start


def on_progress(fact: QuizPassed | CourseCompleted | LessonCompleted | AttemptStarted) -> None:
    operations.reconsider(fact.person_id, fact.at)


def on_people_changed(fact: PeopleChanged) -> None:
    operations.restand(fact.person_ids, fact.at)


def cycle_start(person_id: int, quiz_slug: str) -> datetime | None:
    """Attempts made before the renewal window opened don't count against the new cycle's limit."""
    return queries.cycle_opening(person_id, quiz_slug, clock.now())


def init_app(app: Flask) -> None:
    subscribe(app, QuizPassed, on_progress)
    subscribe(app, CourseCompleted, on_progress)
    subscribe(app, LessonCompleted, on_progress)
    subscribe(app, AttemptStarted, on_progress)
    subscribe(app, PeopleChanged, on_people_changed)
    set_cycle_start(app, cycle_start)
