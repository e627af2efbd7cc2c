"""Programmes, certificates and the report that HR stands behind."""

from flask import Flask

from app.certification import models  # noqa: F401 - tables are known once the slice is


def init_app(app: Flask) -> None:
    pass
