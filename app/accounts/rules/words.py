"""By which words a person is found."""

import re
import unicodedata
from collections.abc import Iterable

LONGEST_KEY = 254
_MOST_WORDS = 6


def fold(text: str) -> str:
    """Text as it is compared when searching: no capitals, no accents ("Müller" and "muller" are one)."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char)).replace("\x00", "")


def keys(given_name: str, family_name: str, email: str, employee_id: str) -> set[str]:
    """The folded words under which a person is kept: each part of the names, the address, the employee id."""
    names = _parts(f"{given_name} {family_name}")
    return {key[:LONGEST_KEY] for key in (*names, fold(email), fold(employee_id)) if key}


def sought(text: str) -> list[str]:
    """The folded words of a search; a person is found who has a key beginning with each."""
    return [word[:LONGEST_KEY] for word in fold(text).split()[:_MOST_WORDS]]


def end_of(prefix: str) -> str:
    """The smallest text after everything that begins with `prefix`, compared byte by byte."""
    return prefix + "\U0010ffff"


def _parts(name: str) -> Iterable[str]:
    folded = fold(name)
    # "Anne-Marie O'Neill" is found by "anne-marie", by "marie", by "o'neill" and by "neill".
    return {*folded.split(), *re.findall(r"\w+", folded)}
