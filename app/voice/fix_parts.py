"""What a blocker's page says of customers' ratings after it was fixed."""

from flask import render_template
from markupsafe import Markup

from app.core import clock
from app.voice import board_phrases as phrases
from app.voice import board_pictures as pictures
from app.voice.models import Blocker
from app.voice.queries import movements


def after_fix(blocker: Blocker) -> str:
    """A section of the page; empty where it is not fixed, or touches nothing that customers rate.

    At most three statements.
    """
    found = movements.after_one(blocker, clock.today_in("", clock.now()))
    if found is None:
        return ""
    chart = pictures.before_and_after(found)
    return Markup(render_template("voice/after_fix.html", found=found, chart=chart, phrases=phrases))  # noqa: S704
