"""Who sees which certificate, and who sees the report."""

from app.accounts.models import Person
from app.accounts.queries import is_below
from app.accounts.queries.people import SEES_EVERYONE
from app.certification.models import Certificate


def can_see_certificate(person: Person, certificate: Certificate) -> bool:
    """The holder, whoever stands above the holder, and the roles that answer for the programme."""
    return (
        certificate.person_id == person.id
        or person.has_role(*SEES_EVERYONE)
        or is_below(person.id, certificate.person_id)
    )


def can_see_report(person: Person, _obj: object = None) -> bool:
    """Supervisors for their own tree; the roles that answer for the programme for everyone."""
    return person.is_supervisor or sees_everyone(person)


def sees_everyone(person: Person) -> bool:
    return person.has_role(*SEES_EVERYONE)
