"""Each role's home page: what to do next."""

from flask import Flask

from app.core.nav import MenuItem, add_menu_item
from app.core.permissions import Can
from app.insights.views import insights


def init_app(app: Flask) -> None:
    app.register_blueprint(insights)
    add_menu_item(app, MenuItem("Home", "insights.home", Can.USE_UPLIFT, 10))
