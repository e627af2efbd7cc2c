"""Who sees which score, which response, and who lets data in."""

from typing import Any

from app.accounts.models import Person, Role
from app.accounts.queries import is_below
from app.nps.queries.subjects import Kind, Subject, sees_all


def can_see_nps(person: Person, _obj: object = None) -> bool:
    """Everyone has a page of their own; what it shows is limited in the query."""
    return True


def can_see_company_nps(person: Person, _obj: object = None) -> bool:
    """Champions and executives."""
    return sees_all(person)


def can_see_nps_of(person: Person, subject: Subject) -> bool:
    """Oneself, one's tree and the teams led in it; everything for champions and executives."""
    if sees_all(person):
        return True
    if subject.kind is Kind.PERSON:
        return subject.id == person.id or is_below(person.id, subject.id)
    if subject.lead_id is None:
        return False
    return subject.lead_id == person.id or is_below(person.id, subject.lead_id)


def can_see_response(person: Person, response: Any) -> bool:
    """Whoever served, those above, champions and executives."""
    if sees_all(person):
        return True
    if response.person_id is None:
        return False
    return bool(response.person_id == person.id) or is_below(person.id, response.person_id)


def can_see_customer(person: Person, response: Any) -> bool:
    """Those who call customers back: champions, and supervisors of whoever served."""
    if person.has_role(Role.CHAMPION):
        return True
    return response.person_id is not None and is_below(person.id, response.person_id)


def can_erase_customer(person: Person, _obj: object = None) -> bool:
    return person.has_role(Role.CHAMPION, Role.ADMINISTRATOR)


def can_bring_in_responses(person: Person, _obj: object = None) -> bool:
    return person.has_role(Role.CHAMPION, Role.ADMINISTRATOR)
