"""What surveys found: the waves that were asked, one wave's figures, and one question by itself."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import NotFound
from app.core.pages import address, has_page
from app.core.permissions import Can, require
from app.voice import result_phrases as phrases
from app.voice import result_pictures as pictures
from app.voice import survey_phrases
from app.voice.models import Wave
from app.voice.queries import released, trends
from app.voice.queries import results as queries
from app.voice.queries.released import Released
from app.voice.queries.waves import find_wave
from app.voice.result_forms import GroupForm
from app.voice.rules.questions import Asked, Definition, read_definition
from app.voice.rules.topics import tones, topics
from app.voice.web import voice

MOST_TEXTS = 2000  # read for topics: of more, those that come first by their random ids


@dataclass(frozen=True)
class Wanted:
    """A wave and the group of people whose answers are looked at."""

    wave: Wave
    definition: Definition
    form: GroupForm
    group: Released

    @property
    def filters(self) -> dict[str, str]:
        return self.form.filters


def wave_here(wave_id: int) -> Wave:
    """A wave that was asked. Raises NotAllowed and NotFound."""
    require(Can.SEE_SURVEY_RESULTS)
    found = find_wave(wave_id)
    if found is None or found.state not in {"open", "closed"}:
        raise NotFound("There are no results at this address.")
    return found


def wanted(wave_id: int) -> Wanted:
    """The wave and the group that the address asks for."""
    wave = wave_here(wave_id)
    definition = read_definition(wave.definition or {})
    form = GroupForm.read(request.args, definition)
    return Wanted(wave, definition, form, released.released(wave, form.filters))


@voice.get("/voice/results")
def results() -> ResponseReturnValue:
    require(Can.SEE_SURVEY_RESULTS)
    page = queries.listed(request.args)
    return render_template(
        "voice/results.html", page=page, answers=queries.at_least(page.rows), words=phrases, survey_words=survey_phrases
    )


@voice.get("/voice/results/<int:wave_id>")
def wave_results(wave_id: int) -> ResponseReturnValue:
    return wave_page(wanted(wave_id))


def wave_page(one: Wanted, status: int = 200) -> ResponseReturnValue:
    """Everything that a wave shows of a group, or why it does not."""
    part = released.participation(one.wave)
    page = render_template(
        "voice/wave_results.html",
        one=one,
        part=part,
        words=phrases,
        survey_words=survey_phrases,
        pictures=pictures,
        process=_on_the_board,
        **_over_time(one),
        **_how_it_went(one),
    )
    return page, status


def _over_time(one: Wanted) -> dict[str, Any]:
    """How the ratings moved over the waves."""
    if not one.group.shown:
        return {"past": [], "trends": []}
    past = trends.past_of(one.wave, one.group, one.definition)
    return {"past": past[:-1], "trends": trends.trends(one.definition.questions, past)}


def _how_it_went(one: Wanted) -> dict[str, Any]:
    """How far people got and how long it took, which is told of everyone only."""
    if not one.group.shown or one.filters:
        return {"times": None, "drop_off": None}
    steps = queries.drop_off(one.wave)
    return {"times": pictures.times(one.group), "drop_off": pictures.drop_off(steps, one.definition)}


def _on_the_board(key: str) -> str:
    """Where the board lists what gets in the way of a process; "" where there is no board."""
    number = key.removeprefix("process-")
    return url_for("voice.blockers", of=number) if has_page("voice.blockers") and number.isdecimal() else ""


def question_here(one: Wanted, key: str) -> Asked:
    """A question of the wave. Raises NotFound."""
    found = one.definition.question(key)
    if found is None:
        raise NotFound("This survey has no such question.")
    return found


@voice.get("/voice/results/<int:wave_id>/questions/<key>")
def result_question(wave_id: int, key: str) -> ResponseReturnValue:
    one = wanted(wave_id)
    question = question_here(one, key)
    extra = _texts(one, question) if question.kind == "text" else _compared(one, question)
    return render_template(
        "voice/result_question.html",
        one=one,
        question=question,
        number=one.definition.questions.index(question) + 1,
        words=phrases,
        survey_words=survey_phrases,
        pictures=pictures,
        process=_on_the_board,
        **extra,
    )


def _texts(one: Wanted, question: Asked) -> dict[str, Any]:
    """What people wrote; with the first page, what it is about and how it sounds."""
    quoted = released.quotes(one.wave, question.key, request.args)
    if not quoted.shown or quoted.page is None or quoted.page.previous_cursor:
        return {"quoted": quoted, "topics": [], "tones": None, "read": 0}
    sample = released.quotes(one.wave, question.key, {}, MOST_TEXTS).page
    rows = sample.rows if sample else []
    return {
        "quoted": quoted,
        "topics": topics(row.text for row in rows),
        "tones": tones(row.sentiment for row in rows),
        "read": len(rows),
    }


def _compared(one: Wanted, question: Asked) -> dict[str, Any]:
    """How a question moved over the waves, and its groups side by side."""
    shown = question.kind == "rating" and one.group.shown
    past = trends.past_of(one.wave, one.group, one.definition) if shown else []
    found = queries.compared(one.wave, one.definition, one.group, question) if shown else []
    link = partial(_group_address, one)
    charts = [(by, pictures.side_by_side(question, one.group, by, partial(link, by.field))) for by in found]
    return {"trends": trends.trends([question], past), "comparisons": charts}


def _group_address(one: Wanted, field: str, value: str) -> str:
    return url_for("voice.wave_results", wave_id=one.wave.id) + address({**one.filters, field: value})
