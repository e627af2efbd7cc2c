"""Subjects as addresses name them: "company", "label:12", "people:5", "person:7"."""

from flask_login import current_user

from app.accounts.queries import find_visible
from app.core.errors import NotFound
from app.core.permissions import Can, may, require
from app.nps.queries import comments, score_pages, subjects
from app.nps.queries.subjects import Kind, Subject
from app.nps.views.whose import people_of

NOTHING_HERE = "Nobody and nothing at this address has customers’ responses that are yours to see."


def reference(subject: Subject) -> str:
    return subject.kind.value if subject.kind is Kind.COMPANY else f"{subject.kind.value}:{subject.id}"


def widest_reference() -> str:
    """The most that the viewer may see."""
    if may(Can.SEE_COMPANY_NPS):
        return Kind.COMPANY.value
    kind = Kind.PEOPLE if current_user.is_supervisor else Kind.PERSON
    return f"{kind.value}:{current_user.id}"


def subject_of(text: str) -> Subject | None:
    """What a reference names, if the viewer may see it; None for the company before its first response."""
    kind, number = _parts(text)
    if kind is Kind.COMPANY:
        require(Can.SEE_COMPANY_NPS)
        return subjects.company()
    if kind is Kind.PEOPLE:
        return people_of(number)
    found = score_pages.visible_label(number, current_user) if kind is Kind.LABEL else _person(number)
    if found is None:
        raise NotFound(NOTHING_HERE)
    require(Can.SEE_NPS_OF, found)
    return found


def narrowing(text: str) -> Subject:
    """A label that narrows what the viewer may see anyway."""
    kind, number = _parts(text)
    found = comments.label_in_scope(number, current_user) if kind is Kind.LABEL else None
    if found is None:
        raise NotFound(NOTHING_HERE)
    return found


def _person(person_id: int) -> Subject | None:
    served_by = find_visible(person_id, current_user)
    return subjects.person(served_by) if served_by else None


def _parts(text: str) -> tuple[Kind, int]:
    kind, _, number = text.partition(":")
    if text == Kind.COMPANY:
        return Kind.COMPANY, 0
    if kind not in set(Kind) - {Kind.COMPANY} or not (number.isascii() and number.isdigit() and len(number) < 10):
        raise NotFound(NOTHING_HERE)
    return Kind(kind), int(number)
