"""Quizzes, attempts and grading."""

from flask import Flask

from app.quizzing import models  # noqa: F401 - tables are known once the slice is


def init_app(app: Flask) -> None:
    pass
