"""What the address of a score's page asks for: a period, what it is compared with, and how the trend moves on."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request

from app.core import clock
from app.core.pages import address
from app.nps.forms import BEFORE, NOTHING, USUAL, YEAR, DatesForm, PeriodForm
from app.nps.queries.trends import Step
from app.nps.rules import Period, named

SHOWN_OF_A_PROBLEM = 40  # characters of what can't be read


@dataclass(frozen=True)
class Asked:
    """The parts of the address, read. `moved` is the address that the two dates just chosen belong to."""

    today: date
    period: Period
    against: Period | None
    step: Step | None
    problem: str
    moved: str
    form: PeriodForm
    dates: DatesForm

    @property
    def carried(self) -> dict[str, Any]:
        """What links to other pages of scores carry on."""
        kept: dict[str, Any] = {"period": self.period.key} if self.period.key != USUAL else {}
        against = self.form.against.data
        return kept | ({"against": against} if against != BEFORE else {})


def asked() -> Asked:
    """Read the address of this request. What can't be read is named, and the usual takes its place."""
    today = clock.today_in("", clock.now())  # the installation's: days are counted in its zone
    form, dates = PeriodForm(request.args), DatesForm(request.args)
    form.against.data = form.against.data or BEFORE
    text = form.period.data or USUAL
    period = named(text, today)
    problem = "" if period else _unreadable(text)
    shown = period or _usual(today)
    against = _against(form.against.data, shown, today)
    if against is None and form.against.data != NOTHING:
        problem = problem or _unreadable(form.against.data)
        form.against.data = BEFORE
        against = shown.previous()
    step = request.args.get("trend", "")
    return Asked(
        today=today,
        period=shown,
        against=against,
        step=Step(step) if step in set(Step) else None,
        problem=problem,
        moved=_moved(dates),
        form=form.offer(today, shown, against),
        dates=dates,
    )


def _usual(today: date) -> Period:
    found = named(USUAL, today)
    assert found is not None  # noqa: S101 - it is one of the forms that `named` reads
    return found


def _against(text: str, period: Period, today: date) -> Period | None:
    if text == BEFORE:
        return period.previous()
    if text == YEAR:
        return period.year_before()
    return named(text, today)


def _unreadable(text: str) -> str:
    cut = text if len(text) <= SHOWN_OF_A_PROBLEM else text[:SHOWN_OF_A_PROBLEM] + "…"
    return f"“{cut}” names no period, so the usual one is shown."


def _moved(dates: DatesForm) -> str:
    if not dates.sent or not dates.validate():
        return ""
    chosen = Period(dates.first.data, dates.last.data).key
    return (
        request.script_root
        + request.path
        + address(request.args, first=None, last=None, use=None, **{dates.use.data: chosen})
    )
