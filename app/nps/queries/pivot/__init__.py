"""What a table of scores by one or two dimensions adds up."""

from app.nps.queries.pivot.asking import PERSON, PERSON_KEY, Asked, Split
from app.nps.queries.pivot.tables import BROADEST, Part, TooBroad, pivot_page, splits, whole_pivot

__all__ = [
    "BROADEST",
    "PERSON",
    "PERSON_KEY",
    "Asked",
    "Part",
    "Split",
    "TooBroad",
    "pivot_page",
    "splits",
    "whole_pivot",
]
