"""What customers said: the list, as a page and as a file."""

from dataclasses import dataclass

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.core import tables
from app.core.errors import NotFound
from app.core.permissions import Can, may, require
from app.core.sentiment import Tone
from app.nps import comment_exports, comment_phrases, phrases, rules
from app.nps.comment_forms import SILENT, CommentForm
from app.nps.queries import choices
from app.nps.queries import comments as queries
from app.nps.queries.comments import Wanted
from app.nps.views.asking import Asked, asked
from app.nps.views.references import narrowing, reference, subject_of, widest_reference
from app.nps.web import nps

MOST_SECONDS = 3  # labels that narrow a list at once: a cell of the pivot has two
TOPICS = 6  # of each side


@dataclass(frozen=True)
class _List:
    """What the address asks for."""

    asked: Asked
    form: CommentForm
    wanted: Wanted

    @property
    def is_first_page(self) -> bool:
        return not (request.args.get("after") or request.args.get("before"))


def _read() -> _List | None:
    """None before the first response is in."""
    require(Can.SEE_NPS)
    first = subject_of(request.args.get("of") or widest_reference())
    if first is None:
        return None
    seconds = [narrowing(text) for text in request.args.getlist("second")[:MOST_SECONDS] if text]
    when, form = asked(), CommentForm(request.args).known()
    wanted = Wanted(
        subjects=(first, *seconds),
        period=when.period,
        band=form.band.data,
        tone=Tone(form.tone.data) if form.tone.data else None,
        words=form.q.data,
        topic=form.topic.data,
        silent_too=form.comments.data == SILENT,
    )
    return _List(when, form, wanted)


@nps.get("/nps/comments")
def comments() -> ResponseReturnValue:
    found = _read()
    if found is None:
        return render_template("nps/nothing_yet.html")
    if found.asked.moved:
        return redirect(found.asked.moved)
    wanted = found.wanted
    offered = choices.offered(current_user, wanted.subjects[0])
    found.form.offer([(reference(one), one) for one in offered], reference(wanted.subjects[0]))
    said = queries.said_lately(wanted, current_user) if found.is_first_page else []
    return render_template(
        "nps/comments.html",
        asked=found.asked,
        form=found.form,
        wanted=wanted,
        page=queries.newest(wanted, current_user, request.args),
        said=said,
        topics=rules.topics(comment_phrases.pairs(said), most=TOPICS) if said else None,
        emerging=queries.emerging_topics() if found.is_first_page and may(Can.SEE_COMPANY_NPS) else [],
        unread=wanted.by_words and queries.any_unread(),
        reference=reference,
        phrases=comment_phrases,
        words=phrases,
    )


@nps.get("/nps/comments.csv")
def comments_csv() -> ResponseReturnValue:
    found = _read()
    if found is None:
        raise NotFound("No customer has answered yet, so there is nothing to export.")
    rows = queries.everything(found.wanted, current_user._get_current_object())
    name = f"comments-{reference(found.wanted.subjects[0]).replace(':', '-')}-{found.wanted.period.key}.csv"
    return tables.stream_csv(name, comment_exports.HEADER, comment_exports.cells(rows))
