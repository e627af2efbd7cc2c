"""What happens to courses and to a person's progress in them."""

from app.learning.operations.assigning import assign, withdraw_assignment
from app.learning.operations.progress import (
    complete_lesson,
    enrol,
    note_quiz_pass,
    save_note,
    save_position,
)
from app.learning.operations.publishing import sync_courses

__all__ = [
    "assign",
    "complete_lesson",
    "enrol",
    "note_quiz_pass",
    "save_note",
    "save_position",
    "sync_courses",
    "withdraw_assignment",
]
