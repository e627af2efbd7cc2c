"""What learning does about facts of other slices."""

from flask import Flask

from app.core.bus import subscribe
from app.events import QuizPassed
from app.learning import operations


def _note_pass(event: QuizPassed) -> None:
    operations.note_quiz_pass(event.person_id, event.quiz_slug, event.at)


def init_app(app: Flask) -> None:
    subscribe(app, QuizPassed, _note_pass)
