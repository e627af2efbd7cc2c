"""A customer's words without the names, addresses and numbers that would tell who was meant."""

import re
import unicodedata
from collections.abc import Iterable

NAME, ADDRESS, NUMBER = "[name]", "[address]", "[number]"
_WORDS_AS_WELL = """
art ash bay best bill black blue bright brown case chance chase christian close cook cross day dean do early faith fair
fields fine fox frank free good grace grant gray green hall hand hard he head heart hill holiday home hope house hunt
iris ivy jade job joy just king lake lane lee less little long lot love major mark may miles moon more page park parts
pat patience pay peace pearl penny place plain poor power price pride read rich ring rise robin rock rose ruby rush
sales savage service short silver small smart so stone story strong sue sunny sweet ten true van way welcome wells west
white will wise wood words work young
"""
WORDS_AS_WELL = frozenset(_WORDS_AS_WELL.split())  # names that mean the word where they are in small letters
_ADDRESSES = re.compile(r"[^\s@<>]+@[^\s@<>]+\.\w+|https?://\S+")
_NUMBERS = re.compile(r"\+?\d[\d ()/.-]{4,}\d")
_WORD = re.compile(r"[^\W\d_]+")
_SEVERAL = re.compile(r"\[name\](?:[\s.'’-]+\[name\])+")


def plain(text: str) -> str:
    """A word as names are compared: "JOSÉ" and "jose" are one."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def parts_of(names: Iterable[str]) -> frozenset[str]:
    """The words of full names as `without_names` compares them; initials are left out."""
    return frozenset(plain(word) for name in names for word in _WORD.findall(name) if len(word) > 1)


def without_names(text: str, names: frozenset[str]) -> str:
    """The text with e-mail and web addresses, numbers of six and more digits, and the `names` (from `parts_of`) masked.

    Names in any spelling of capitals and accents; words that are names as well only where they begin with a capital.
    """
    masked = _NUMBERS.sub(NUMBER, _ADDRESSES.sub(ADDRESS, text))

    def mask(found: re.Match[str]) -> str:
        word = found[0]
        meant = plain(word) in names and not (word.islower() and word in WORDS_AS_WELL)
        return NAME if meant else word

    return _SEVERAL.sub(NAME, _WORD.sub(mask, masked))
