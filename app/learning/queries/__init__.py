"""Reads about courses and progress; they write nothing and take columns rather than objects."""

from app.learning.queries.assignments import courses_to_offer, open_assignments
from app.learning.queries.courses import (
    completed_courses,
    course_titles,
    courses_needing_quiz,
    unmet_prerequisites,
)
from app.learning.queries.lessons import (
    LessonPage,
    LessonRef,
    all_lessons,
    figure,
    find_lesson,
    lesson_content,
    lesson_page,
    recent_lesson,
)
from app.learning.queries.progress import course_progress, missing_in_course, path_progress
from app.learning.queries.search import Hit, find_hits

__all__ = [
    "Hit",
    "LessonPage",
    "LessonRef",
    "all_lessons",
    "completed_courses",
    "course_progress",
    "course_titles",
    "courses_needing_quiz",
    "courses_to_offer",
    "figure",
    "find_hits",
    "find_lesson",
    "lesson_content",
    "lesson_page",
    "missing_in_course",
    "open_assignments",
    "path_progress",
    "recent_lesson",
    "unmet_prerequisites",
]
