"""The home page."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.core import clock
from app.core.permissions import Can, require
from app.insights import queries

insights = Blueprint("insights", __name__, template_folder="templates")


@insights.get("/")
def home() -> ResponseReturnValue:
    require(Can.USE_UPLIFT)
    now = clock.now()
    return render_template("insights/home.html", home=queries.home_of(current_user, now), now=now)
