"""Loads what an address names as its subject, and asks whether the viewer may see it."""

from flask_login import current_user

from app.accounts.queries import find_visible
from app.core.errors import NotFound
from app.core.permissions import Can, may, require
from app.nps.queries import subjects
from app.nps.queries.subjects import Subject

NO_PEOPLE = "There is nobody at this address to whom people report, or they are not yours to see."


def people_of(person_id: int) -> Subject:
    """The people below someone."""
    require(Can.SEE_NPS)
    person = find_visible(person_id, current_user)
    if person is None or not person.has_reports:
        raise NotFound(NO_PEOPLE)
    subject = subjects.people_below(person)
    require(Can.SEE_NPS_OF, subject)
    return subject


def widest() -> Subject | None:
    """The most that the viewer may see: the company, else one's own people; None before the first response."""
    require(Can.SEE_NPS)
    if current_user.has_reports and not may(Can.SEE_COMPANY_NPS):
        return subjects.people_below(current_user)
    require(Can.SEE_COMPANY_NPS)
    return subjects.company()


def number(text: str) -> int:
    """The id in an address. One that leads nowhere is not found."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NotFound(NO_PEOPLE)
    return int(text)
