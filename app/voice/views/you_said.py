"""You said, we did: for everyone in the company."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.permissions import Can, require
from app.voice import board_phrases as phrases
from app.voice.queries import movements
from app.voice.queries import you_said as queries
from app.voice.web import voice


@voice.get("/voice/you-said")
def you_said() -> ResponseReturnValue:
    require(Can.SEE_VOICE)
    show = queries.REFUSED if request.args.get("show") == queries.REFUSED else queries.FIXED
    page = queries.listed(show, request.args)
    fixes = movements.fixes_of(page.rows) if show == queries.FIXED else []
    return render_template(
        "voice/you_said.html",
        show=show,
        page=page,
        months=list(phrases.by_month(page.rows)),
        counts=queries.counts(),
        moved=movements.moved_after(fixes, clock.today_in("", clock.now())),
        phrases=phrases,
    )
