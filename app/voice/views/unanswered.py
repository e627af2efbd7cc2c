"""What waits too long for a word, or went past its day."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.core import clock, tables
from app.core.permissions import Can, require
from app.voice import board_exports
from app.voice import board_phrases as phrases
from app.voice.queries import unanswered as queries
from app.voice.queries.home import UNANSWERED_DAYS
from app.voice.web import voice


def _which() -> str:
    return queries.LATE if request.args.get("show") == queries.LATE else queries.UNANSWERED


@voice.get("/voice/unanswered")
def unanswered() -> ResponseReturnValue:
    require(Can.SEE_UNANSWERED_BLOCKERS)
    show, today = _which(), clock.today_in("", clock.now())
    return render_template(
        "voice/unanswered.html",
        show=show,
        today=today,
        page=queries.listed(show, today, request.args),
        counts=queries.counts(today),
        days=UNANSWERED_DAYS,
        phrases=phrases,
    )


@voice.get("/voice/unanswered.csv")
def unanswered_csv() -> ResponseReturnValue:
    require(Can.SEE_UNANSWERED_BLOCKERS)
    show, today = _which(), clock.today_in("", clock.now())
    rows = board_exports.waiting_cells(queries.everything(show, today), today)
    name = f"{'late' if show == queries.LATE else 'unanswered'}-blockers-{today}.csv"
    return tables.stream_csv(name, board_exports.WAITING, rows)
