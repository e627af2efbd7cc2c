"""A source is added by its name, and gets a short name for addresses."""

import itertools
import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime

from app.core.errors import Invalid
from app.nps.models import Source
from app.nps.operations.sources import source_named
from app.nps.rules.folding import fold

_LONGEST = 70  # leaves room for a number behind


def add_source(name: str, now: datetime) -> Source:
    """The source of that name, added when there is none: a second time changes nothing. Raises Invalid without one."""
    if not fold(name):
        raise Invalid("A source needs a name.", {"name": "Enter a name, such as that of the survey tool."})
    found = (source_named(slug, name, now=now) for slug in _slugs(name))
    return next(source for source in found if fold(source.name) == fold(name))


def slug_of(name: str, otherwise: str = "source") -> str:
    """ "survey-tool" for "Survey tool"; the other word for a name without Latin letters."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:_LONGEST].strip("-") or otherwise


def _slugs(name: str) -> Iterator[str]:
    """The short name; with a number where another name has taken that."""
    slug = slug_of(name)
    yield slug
    for number in itertools.count(2):
        yield f"{slug}-{number}"
