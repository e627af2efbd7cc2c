"""What drives a score."""

from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.core.permissions import Can, require
from app.nps import driver_phrases, driver_pictures, phrases
from app.nps.comment_forms import SubjectForm
from app.nps.queries import choices
from app.nps.queries import drivers as queries
from app.nps.queries.drivers import Analysis
from app.nps.queries.subjects import Kind
from app.nps.views.asking import Asked, asked
from app.nps.views.references import reference, subject_of, widest_reference
from app.nps.web import nps


@nps.get("/nps/drivers")
def drivers() -> ResponseReturnValue:
    require(Can.SEE_NPS)
    subject = subject_of(request.args.get("of") or widest_reference())
    if subject is None:
        return render_template("nps/nothing_yet.html")
    if subject.kind is Kind.PERSON:
        return render_template("nps/drivers_of_one.html", subject=subject, own=subject.id == current_user.id)
    wanted = asked()
    if wanted.moved:
        return redirect(wanted.moved)
    form = SubjectForm(request.args)
    offered = [one for one in choices.offered(current_user, subject) if one.kind is not Kind.PERSON]
    form.offer([(reference(one), one) for one in offered], reference(subject))
    found = queries.analysis(subject, wanted.period)
    return render_template(
        "nps/drivers.html",
        asked=wanted,
        form=form,
        subject=subject,
        reference=reference(subject),
        found=found,
        phrases=driver_phrases,
        words=phrases,
        **_pictures(found, wanted),
    )


def _pictures(found: Analysis, wanted: Asked) -> dict[str, Any]:
    if not found.rated:
        return {"picture": None, "courses": [], "moved": None}
    months = queries.months_until(min(found.period.last, max(wanted.today, found.period.first)))
    moved = queries.what_moved(found, wanted.against) if wanted.against else None
    return {
        "picture": driver_pictures.matrix(found) if found.found else driver_pictures.means(found),
        "courses": [driver_pictures.course(one, months) for one in queries.movements(found, months)],
        "moved": moved,
        "contributions": driver_pictures.contributions(moved) if moved else None,
    }
