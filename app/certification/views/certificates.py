"""One's own certificates, one certificate as a page and as a PDF, and the public page that verifies one."""

from flask import Response, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.certification import pdf, queries, rules
from app.certification.models import Certificate
from app.certification.web import certification, hidden_from_search, verification_address
from app.core import clock
from app.core.errors import NotFound, NotSignedIn
from app.core.pages import zone
from app.core.permissions import Can, require


@certification.get("/certificates")
def index() -> ResponseReturnValue:
    require(Can.USE_UPLIFT)
    today = clock.now().astimezone(zone()).date()
    return render_template(
        "certification/index.html",
        paths=queries.paths_of(current_user.id, current_user.time_zone, today),
        certificates=queries.certificates_of(current_user.id),
        today=today,
    )


def _load(certificate_id: int) -> Certificate:
    if not current_user.is_authenticated:
        raise NotSignedIn("Sign in to open this page.")
    found = queries.visible_certificate(current_user, certificate_id)
    if found is None:
        raise NotFound("There is no certificate at this address, or it is not yours to see.")
    return found


@certification.get("/certificates/<int:certificate_id>")
def certificate(certificate_id: int) -> ResponseReturnValue:
    found = _load(certificate_id)
    require(Can.SEE_CERTIFICATE, found)
    today = clock.now().astimezone(zone()).date()
    state = rules.certificate_state(found.expires_on, today, found.programme.renewal_days)
    return render_template(
        "certification/certificate.html",
        certificate=found,
        state=state,
        renewable_from=rules.window_opens(found.expires_on, found.programme.renewal_days),
        own=found.person_id == current_user.id,
    )


@certification.get("/certificates/<int:certificate_id>.pdf")
def certificate_pdf(certificate_id: int) -> ResponseReturnValue:
    found = _load(certificate_id)
    require(Can.SEE_CERTIFICATE, found)
    response = make_response(pdf.draw(found, verification_address(found.code)))
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="uplift-certificate-{found.id}.pdf"'
    return response


@certification.get("/verify/<text:code>")
def verify(code: str) -> Response:
    """Public: whoever holds the code may know what it stands for, so no capability is asked.

    A known, an unknown and a malformed code cost the same one look-up.
    """
    found = queries.by_code(rules.readable_code(code))
    if found is None:
        return hidden_from_search(make_response(render_template("certification/unknown_code.html"), 404))
    state = rules.certificate_state(found.expires_on, clock.today_in(found.time_zone, clock.now()), 0)
    page = render_template("certification/verify.html", certificate=found, valid=state.valid)
    return hidden_from_search(make_response(page))
