"""Who said what, of surveys whose people agreed to that."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.core.errors import NotFound
from app.core.permissions import Can, require
from app.voice import result_phrases as phrases
from app.voice.queries import named as queries
from app.voice.rules.questions import is_given, read_definition
from app.voice.views.results import wave_here
from app.voice.web import voice


@voice.get("/voice/results/<int:wave_id>/people")
def named_answers(wave_id: int) -> ResponseReturnValue:
    require(Can.SEE_SURVEY_RESULTS)
    wave = wave_here(wave_id)
    if not queries.is_named(wave):
        raise NotFound("This survey does not know who answered what.")
    page = queries.listed(wave, request.args)
    return render_template(
        "voice/named_answers.html",
        wave=wave,
        definition=read_definition(wave.definition or {}),
        page=page,
        people=queries.said(wave, page.rows),
        is_given=is_given,
        words=phrases,
    )
