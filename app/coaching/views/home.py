"""The way in: whoever leads people sees the team, whoever runs coaching its figures, everyone else their own page."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.coaching.web import coaching
from app.core.permissions import Can, may, require


@coaching.get("/coaching/own")
def own() -> ResponseReturnValue:
    """One's own coaching, for those whose way in leads to others’."""
    require(Can.SEE_COACHING)
    return redirect(url_for("coaching.person", person_id=current_user.id))


@coaching.get("/coaching")
def home() -> ResponseReturnValue:
    require(Can.SEE_COACHING)
    if current_user.is_supervisor:
        return redirect(url_for("coaching.team", person_id=current_user.id))
    if may(Can.SEE_COVERAGE):
        return redirect(url_for("coaching.coverage"))
    return redirect(url_for("coaching.person", person_id=current_user.id))
