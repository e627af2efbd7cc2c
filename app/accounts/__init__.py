"""People, the reporting tree, roles and sign-in."""

from flask import Flask

from app.accounts import models  # noqa: F401 - tables are known once the slice is


def init_app(app: Flask) -> None:
    pass
