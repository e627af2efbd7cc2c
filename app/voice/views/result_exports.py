"""Results as files. What the ledger refuses is refused here with the same words, and never as an empty file."""

from collections.abc import Iterator
from http import HTTPStatus

from flask.typing import ResponseReturnValue

from app.core import tables
from app.core.errors import Conflict, NotAllowed, NotFound
from app.core.permissions import Can, require
from app.core.tables import Cell
from app.voice import result_exports as exports
from app.voice import result_phrases as phrases
from app.voice.models import Wave
from app.voice.queries import named, released
from app.voice.views.results import question_here, wanted, wave_page
from app.voice.web import voice

AT_ONCE = 1000  # texts


class KeptBack(NotAllowed):
    """What nobody may see, whatever their role."""

    title = phrases.NO_QUOTES[0]


def _closed(wave: Wave) -> None:
    if wave.state != "closed":
        raise Conflict("This wave is still being answered. Nobody sees any result of it before it has closed.")


@voice.get("/voice/results/<int:wave_id>/figures.csv")
def wave_results_csv(wave_id: int) -> ResponseReturnValue:
    require(Can.SEE_SURVEY_RESULTS)
    one = wanted(wave_id)
    _closed(one.wave)
    if not one.group.shown:
        return wave_page(one, int(HTTPStatus.FORBIDDEN))
    return tables.stream_csv(f"results-{wave_id}.csv", exports.HEADER, exports.figures(one.definition, one.group))


@voice.get("/voice/results/<int:wave_id>/questions/<key>/texts.csv")
def texts_csv(wave_id: int, key: str) -> ResponseReturnValue:
    require(Can.SEE_SURVEY_RESULTS)
    one = wanted(wave_id)
    if question_here(one, key).kind != "text":
        raise NotFound("Nobody wrote anything here: the question asks for a choice.")
    _closed(one.wave)
    if not released.quotes(one.wave, key, {}, 1).shown:
        raise KeptBack(phrases.NO_QUOTES[1])
    return tables.stream_csv(f"texts-{wave_id}.csv", exports.TEXTS, _texts(one.wave, key))


def _texts(wave: Wave, key: str) -> Iterator[tuple[Cell, ...]]:
    after: str | None = ""
    while after is not None:
        page = released.quotes(wave, key, {"after": after} if after else {}, AT_ONCE).page
        for row in page.rows if page else ():
            yield row.text, phrases.tone_tag(row.sentiment)[1]
        after = page.next_cursor if page else None


@voice.get("/voice/results/<int:wave_id>/people.csv")
def named_answers_csv(wave_id: int) -> ResponseReturnValue:
    require(Can.SEE_SURVEY_RESULTS)
    one = wanted(wave_id)
    if not named.is_named(one.wave):
        raise NotFound("This survey does not know who answered what.")
    rows = exports.named(one.definition, named.everything(one.wave))
    return tables.stream_csv(f"answers-{wave_id}.csv", exports.named_header(one.definition), rows)
