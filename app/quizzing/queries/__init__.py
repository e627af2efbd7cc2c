"""What pages and other slices read of quizzes and attempts."""

from app.quizzing.queries.attempts import attempt_of, own_attempt, question_map, review_rows, shown_questions, to_answer
from app.quizzing.queries.practice import practice_bodies, practice_hashes, practice_question
from app.quizzing.queries.quizzes import (
    AttemptRef,
    Standing,
    best_pass,
    courses_of,
    current_version,
    lesson_titles,
    limited_quizzes,
    quiz_titles,
    slug_of,
    standing,
    tag_titles,
    unmet_prerequisites,
)

__all__ = [
    "AttemptRef",
    "Standing",
    "attempt_of",
    "best_pass",
    "courses_of",
    "current_version",
    "lesson_titles",
    "limited_quizzes",
    "own_attempt",
    "practice_bodies",
    "practice_hashes",
    "practice_question",
    "question_map",
    "quiz_titles",
    "review_rows",
    "shown_questions",
    "slug_of",
    "standing",
    "tag_titles",
    "to_answer",
    "unmet_prerequisites",
]
