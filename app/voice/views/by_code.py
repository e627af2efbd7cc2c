"""Coming back to an anonymous report by its code. The code stands in the body of what is sent and nowhere else.

Each page is drawn as the answer to what was sent, so that no address and no session ever leads to a report.
"""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.core.permissions import Can, require
from app.voice import blocker_phrases as phrases
from app.voice.code_throttle import throttle
from app.voice.models import Blocker
from app.voice.operations import attaching, commenting, reporting, sealing, voting
from app.voice.queries import blockers as queries
from app.voice.reporting_forms import AnswerForm, CodeForm, DetailForm, PictureForm
from app.voice.triage_phrases import sentences
from app.voice.views.attachments import redrawn, show_refusal
from app.voice.web import voice

TOO_OFTEN = "These were too many codes that lead nowhere. Wait a few minutes, then try again."
NOTHING = "Enter the code that you were shown."
NOWHERE = (
    "No report is found by this code. Compare it letter by letter; there is no 0, 1, I or O in a code. "
    "A report that was withdrawn has none any more."
)
STAYS = "Answers given since it was merged, and parts that were made of it, stay."


class LeadsNowhere(Exception):
    """A code that opens nothing, or one too many of them."""

    def __init__(self, words: str, status: int = 422) -> None:
        super().__init__(words)
        self.words, self.status = words, status


@voice.errorhandler(LeadsNowhere)
def nowhere(problem: LeadsNowhere) -> ResponseReturnValue:
    """The form for the code again, with what is wrong beside it."""
    db.session.rollback()
    form = CodeForm()
    form.code.errors = [problem.words]
    return render_template("voice/by_code.html", form=form, blocker=None), problem.status


def _opened() -> Blocker:
    """What the code that was sent leads to. Wrong ones are counted; right ones leave no trace."""
    require(Can.REPORT_BLOCKER)
    code = CodeForm().code.data or ""
    if throttle().spent(current_user.id):
        raise LeadsNowhere(TOO_OFTEN, 429)
    if not code:
        raise LeadsNowhere(NOTHING)
    found = queries.find_by_code(sealing.code_digest(code))
    if found is None:
        throttle().wrong(current_user.id)
        raise LeadsNowhere(NOWHERE)
    require(Can.SEE_BLOCKER, found)
    return found


def _page(found: Blocker, notice: str = "", status: int = 200, **sent: Any) -> ResponseReturnValue:
    """The report as its writer sees it, with one form as it was sent and the others fresh."""
    target = voting.standing(found)
    forms = {"answer": AnswerForm.fresh(), "detail": DetailForm.fresh(), "picture": PictureForm.fresh(), **sent}
    page = render_template(
        "voice/by_code.html",
        blocker=found,
        target=target,
        told=queries.told(found, None, {}),
        comments=queries.comments(target.id, {}),
        code=CodeForm().code.data,
        notice=notice,
        most=attaching.MOST,
        stays=STAYS if reporting.stays_elsewhere(found) else "",
        words=phrases,
        sentences=sentences,
        **forms,
    )
    return page, status


def _again(name: str, form: Any, refusal: Invalid | Conflict) -> ResponseReturnValue:
    """The same page with what was typed and what is wrong."""
    show_refusal(form, refusal)
    return _page(_opened(), status=int(refusal.status), **{name: form})


@voice.get("/voice/blockers/code")
def by_code() -> ResponseReturnValue:
    require(Can.REPORT_BLOCKER)
    return render_template("voice/by_code.html", form=CodeForm(formdata=None), blocker=None)


@voice.post("/voice/blockers/code")
def open_by_code() -> ResponseReturnValue:
    require(Can.REPORT_BLOCKER)
    return _page(_opened())


@voice.post("/voice/blockers/code/answer")
def answer_by_code() -> ResponseReturnValue:
    require(Can.REPORT_BLOCKER)
    found, form = _opened(), AnswerForm()
    if not form.validate():
        return _page(found, status=422, answer=form)
    try:
        commenting.comment(found, None, form.text.data or "", form.token.data, clock.today_in("", clock.now()))
    except Invalid as refusal:
        return _again("answer", form, refusal)
    db.session.commit()
    return _page(_opened(), "Your answer is there, without your name.")


@voice.post("/voice/blockers/code/detail")
def add_by_code() -> ResponseReturnValue:
    require(Can.REPORT_BLOCKER)
    found, form = _opened(), DetailForm()
    if not form.validate():
        return _page(found, status=422, detail=form)
    try:
        reporting.add_detail(found, form.detail.data or "", clock.today_in("", clock.now()))
    except Invalid as refusal:
        return _again("detail", form, refusal)
    db.session.commit()
    return _page(_opened(), "It is added to what happens, without your name.")


@voice.post("/voice/blockers/code/picture")
def attach_by_code() -> ResponseReturnValue:
    require(Can.REPORT_BLOCKER)
    found, form = _opened(), PictureForm()
    if not form.validate():
        return _page(found, status=422, picture=form)
    try:
        picture = redrawn(form)
        attaching.attach(_opened(), picture, form.description.data or "", form.token.data)
    except (Conflict, Invalid) as refusal:
        return _again("picture", form, refusal)
    db.session.commit()
    return _page(_opened(), "The picture is there. The place, the time and the camera were taken out of it.")


@voice.post("/voice/blockers/code/picture/remove")
def detach_by_code() -> ResponseReturnValue:
    require(Can.REPORT_BLOCKER)
    attaching.detach(_opened(), request.form.get("picture", "").replace("\x00", ""))
    db.session.commit()
    return _page(_opened(), "The picture is removed.")


@voice.post("/voice/blockers/code/withdraw")
def withdraw_by_code() -> ResponseReturnValue:
    require(Can.REPORT_BLOCKER)
    found = _opened()
    words = "Your words are taken back. The title stays, since others have a part in it by now; the code opens nothing."
    if reporting.stays_elsewhere(found):
        words = f"{words} {STAYS}"
    gone = reporting.withdraw(found)
    db.session.commit()
    flash("Your report is withdrawn: nothing of it is left." if gone else words, "good")
    return redirect(url_for("voice.blockers"), 303)
