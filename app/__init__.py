"""Uplift: employee enablement for Net Promoter programmes. This page is its table of contents."""

from collections.abc import Mapping
from importlib.metadata import entry_points
from typing import Any

from flask import Flask

from app import accounts, certification, coaching, config, core, demo, insights, learning, nps, quizzing, voice

SLICES = (accounts, learning, quizzing, nps, certification, coaching, voice, insights, demo)


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """Build one application. `settings` wins over the environment; two applications share nothing."""
    chosen = config.load(settings)
    app = Flask(__name__, instance_path=str(chosen.INSTANCE_PATH.resolve()), static_folder=None)
    app.config.from_mapping(chosen.for_flask())
    core.init_app(app)
    for built_in in SLICES:
        built_in.init_app(app)
    for plugin in entry_points(group="uplift.plugins"):
        plugin.load()(app)
    return app
