"""Courses, lessons, progress and what is missing."""

from flask import Flask

from app.learning import models  # noqa: F401 - tables are known once the slice is


def init_app(app: Flask) -> None:
    pass
