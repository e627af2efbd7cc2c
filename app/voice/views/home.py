"""The first page of this slice: what waits for me, the way to say something, and what came of it."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.core.permissions import Can, may, require
from app.voice.queries import overview
from app.voice.web import voice


@voice.get("/voice")
def home() -> ResponseReturnValue:
    require(Can.SEE_VOICE)
    return render_template(
        "voice/home.html",
        surveys=overview.surveys_of(current_user.id),
        blockers=overview.blockers_of(current_user.id),
        fixed=overview.fixed_lately(),
        closed=overview.closed_lately() if may(Can.SEE_SURVEY_RESULTS) else [],
    )
