"""Results as rows of a file: what the page shows of the same group, and nothing finer."""

from collections.abc import Iterable, Iterator

from app.core.tables import Cell
from app.voice import result_phrases as phrases
from app.voice import result_pictures as pictures
from app.voice.queries.named import Said
from app.voice.queries.released import Released
from app.voice.queries.results import measure
from app.voice.rules.questions import Asked, Definition, is_given
from app.voice.rules.results import Near

HEADER = ("Number", "Question", "Line", "Answer", "Figure", "From", "To", "People who answered", "Whose answers")
TEXTS = ("Text", "Tone")
Row = tuple[Cell, ...]


def figures(definition: Definition, group: Released) -> Iterator[Row]:
    """Rows in the order of HEADER: first what a rating comes to, then the share of each answer."""
    whose = phrases.group(group.filters)
    for number, question in enumerate(definition.questions, start=1):
        for line, answer, figure, low, high, n in _rows(question, group):
            yield number, question.text, line, answer, figure, low, high, n, whose


def _rows(question: Asked, group: Released) -> Iterator[Row]:
    """Line of a matrix, answer, figure, from, to, people."""
    n = group.answered(question.key)
    if question.kind == "matrix":
        yield from _matrix(question, group)
    elif not n:
        yield "", "", "not shown", "", "", None
    elif question.kind == "rating":
        yield _measure(question, group)
        yield from _shares(pictures.ratings(question, group), n)
    elif question.kind == "ranking":
        chart = pictures.spread(question, group)
        for option, mean, low, high, _ in chart.rows if chart else ():
            yield "", f"{option}: mean place", str(mean), str(low), str(high), n
        for one in question.options:
            yield "", f"{one.text}: put first by", str(group.share(question.key, f"{one.key}@1") or ""), "", "", n
    elif question.kind != "text":
        yield from _shares((line for _, line in pictures.ranked(question, group)), n)
    else:
        yield "", "wrote something", "", "", "", n


def _measure(question: Asked, group: Released) -> Row:
    """The mean of a rating, or its eNPS."""
    found, what = measure(group, question), "eNPS" if question.enps else "mean"
    n = group.answered(question.key)
    if found is None:
        return "", what, "", "", "", n
    if isinstance(found, Near):
        return "", what, phrases.near(question, found), "", "", n
    return "", what, *(round(one, None if question.enps else 1) for one in (found.value, found.low, found.high)), n


def _shares(told: Iterable[pictures.Line], n: int) -> Iterator[Row]:
    for words, share, low, high in told:
        yield "", words, str(share), low, high, n


def _matrix(question: Asked, group: Released) -> Iterator[Row]:
    rows = pictures.table(question, group)
    if not rows:
        yield "", "", "not shown", "", "", None
    for row in rows:
        if not row.n:
            yield row.words, "", "not shown", "", "", None
        for option, share in zip(question.options, row.shares, strict=False):
            yield row.words, option.text, str(share), "", "", row.n


def named_header(definition: Definition) -> tuple[str, ...]:
    return ("Name", "Department", *(question.text for question in definition.questions))


def named(definition: Definition, people: Iterable[Said]) -> Iterator[Row]:
    """One row a person, in the order of `named_header`."""
    for one in people:
        cells = (_cell(question, one) for question in definition.questions)
        yield one.name, one.department, *cells


def _cell(question: Asked, one: Said) -> str:
    answer = one.answers.get(question.key)
    return phrases.answer_words(question, answer) if is_given(answer) else ""
