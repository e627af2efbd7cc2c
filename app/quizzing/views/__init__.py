"""The pages of quizzes, attempts and knowledge checks."""

from app.quizzing.views import attempts, checks, grants, quizzes, results  # noqa: F401 - they add their routes
from app.quizzing.views.blueprint import quizzing

__all__ = ["quizzing"]
