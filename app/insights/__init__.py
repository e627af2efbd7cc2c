"""Each role's home page: what to do next."""

from flask import Flask


def init_app(app: Flask) -> None:
    pass
