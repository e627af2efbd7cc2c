"""A plausible company to try Uplift with."""

from flask import Flask


def init_app(app: Flask) -> None:
    pass
