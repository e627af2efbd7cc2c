"""Where this slice shows itself: in the menu, and on the page of a person."""

from flask import render_template, request

from app.accounts.models import Person
from app.certification import queries
from app.core import clock
from app.core.nav import MenuItem
from app.core.permissions import Can


class CertificatesItem(MenuItem):
    """One's certificates and each of them; the report has an item of its own."""

    @property
    def active(self) -> bool:
        return request.endpoint in {"certification.index", "certification.certificate"}


CERTIFICATES = CertificatesItem("Certificates", "certification.index", Can.USE_UPLIFT, position=30)
REPORT = MenuItem("Certification report", "certification.report", Can.SEE_CERTIFICATION_REPORT, position=40)


def person_section(person: Person) -> str:
    """Standing and certificates; shown to whoever may see the person's page."""
    return render_template(
        "certification/person.html",
        standings=queries.standing_of(person.id),
        certificates=queries.certificates_of(person.id),
        today=clock.today_in(person.time_zone, clock.now()),
    )
