"""What can be done with quizzes and attempts."""

from app.quizzing.operations.attempts import Given, record_responses, save_answers, start_attempt
from app.quizzing.operations.grants import grant_attempt
from app.quizzing.operations.publishing import publish_quizzes
from app.quizzing.operations.submitting import close_overdue, submit_attempt

__all__ = [
    "Given",
    "close_overdue",
    "grant_attempt",
    "publish_quizzes",
    "record_responses",
    "save_answers",
    "start_attempt",
    "submit_attempt",
]
