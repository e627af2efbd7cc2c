"""Reads about people; they name what they load and write nothing."""

from app.accounts.queries.links import find_link, has_open_link
from app.accounts.queries.lists import SORTS, distinct_values, people_statement
from app.accounts.queries.people import (
    SEES_EVERYONE,
    active_administrators,
    everyone_below,
    find_by_email,
    find_by_reference,
    find_person,
    find_visible,
    is_below,
    load_signed_in,
    visible_people,
)
from app.accounts.queries.tree import count_reports, direct_reports, line_above, manager_reference

__all__ = [
    "SEES_EVERYONE",
    "SORTS",
    "active_administrators",
    "count_reports",
    "direct_reports",
    "distinct_values",
    "everyone_below",
    "find_by_email",
    "find_by_reference",
    "find_link",
    "find_person",
    "find_visible",
    "has_open_link",
    "is_below",
    "line_above",
    "load_signed_in",
    "manager_reference",
    "people_statement",
    "visible_people",
]
