"""A plausible company to try Uplift with."""

from flask import Flask

from app.config import Settings
from app.demo import cli
from app.demo.company import COMPANY


def init_app(app: Flask) -> None:
    unnamed = app.config["COMPANY_NAME"] == Settings.model_fields["COMPANY_NAME"].default
    if app.config["UPLIFT_ENV"] == "demo" and unnamed:
        app.config["COMPANY_NAME"] = COMPANY
    cli.init_app(app)
