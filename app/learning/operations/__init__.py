"""What happens to courses and to a person's progress in them."""

from app.learning.operations.progress import (
    complete_lesson,
    enrol,
    note_quiz_pass,
    save_note,
    save_position,
)
from app.learning.operations.publishing import sync_courses

__all__ = ["complete_lesson", "enrol", "note_quiz_pass", "save_note", "save_position", "sync_courses"]
