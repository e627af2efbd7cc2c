"""Attempts whose time is over are handed in every minute, whether or not anyone looks at them."""

from flask import Flask

from app.core import clock
from app.core.db import db
from app.core.jobs import jobs_of
from app.quizzing import operations


def close_overdue() -> int:
    closed = operations.close_overdue(clock.now())
    db.session.commit()
    return closed


def init_app(app: Flask) -> None:
    jobs_of(app).add_periodic("close-overdue-attempts", close_overdue, minutes=1)
