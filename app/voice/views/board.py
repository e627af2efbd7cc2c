"""The board of blockers, as a page and as a file."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.core import clock, tables
from app.core.permissions import Can, require
from app.voice import board_exports
from app.voice import board_phrases as phrases
from app.voice import board_pictures as pictures
from app.voice.board_forms import BoardForm, process_of
from app.voice.operations import voting
from app.voice.queries import board, ranking
from app.voice.queries.blockers import processes
from app.voice.queries.triage import silos
from app.voice.web import voice

DRAWN = 8  # blockers of the picture


def _form() -> BoardForm:
    return BoardForm(request.args).offer(processes(process_of(request.args)), silos())


@voice.get("/voice/blockers")
def blockers() -> ResponseReturnValue:
    require(Can.REPORT_BLOCKER)
    form, known, me = _form(), ranking.weights(), current_user.id
    page = board.listed(form.wanted, me, known, form.args(request.args))
    heaviest = board.heaviest(known, DRAWN) if _shows_picture(form, page) else []
    places = ranking.places([*page.rows, *heaviest], known)
    return render_template(
        "voice/blockers.html",
        form=form,
        page=page,
        number=board.count(form.wanted, me),
        places=places,
        chart=pictures.order(heaviest, places, known) if len(heaviest) >= pictures.FEWEST else None,
        voted=voting.votes_of(me, [row.id for row in page.rows]),
        drafts=board.drafts(me),
        takes_votes=voting.OPEN,
        today=clock.today_in("", clock.now()),
        phrases=phrases,
    )


def _shows_picture(form: BoardForm, page: Any) -> bool:
    return not form.wanted.narrowed and page.sort == "rank" and page.previous_cursor is None


@voice.get("/voice/blockers.csv")
def blockers_csv() -> ResponseReturnValue:
    require(Can.TRIAGE_BLOCKERS)
    form, known = _form(), ranking.weights()
    rows = board.everything(form.wanted, current_user.id, known, form.sort.data)
    name = f"blockers-{clock.today_in('', clock.now())}.csv"
    return tables.stream_csv(name, board_exports.HEADER, board_exports.cells(rows, known))
