"""Course files: `courses/<slug>/course.yaml`, its lessons and figures, read strictly."""

from app.learning.content.courses import CourseItem, LessonSource, read
from app.learning.content.figures import Figure

__all__ = ["CourseItem", "Figure", "LessonSource", "read"]
