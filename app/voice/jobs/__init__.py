"""What this slice does in the background."""

from flask import Flask

from app.voice.jobs import board, followers, surveys


def init_app(app: Flask) -> None:
    for part in (board, followers, surveys):
        part.init_app(app)
